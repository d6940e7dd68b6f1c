import RemoteProcess
import Synchronization

/// Memory of which some bytes are wrong, the same ones for the same seed: what a torn, freed or hostile target looks like.
final class CorruptedMemory: MemoryReader {
  private let base: any MemoryReader
  private let seed: UInt64
  /// One word in so many is changed.
  private let rarity: UInt64
  private let state = Mutex((reads: 0, bytes: 0))

  init(_ base: any MemoryReader, seed: UInt64, rarity: UInt64) {
    self.base = base
    self.seed = seed
    self.rarity = rarity
  }

  /// Bytes read so far: what a decoder that lost its way would make huge.
  var bytesRead: Int { state.withLock { $0.bytes } }

  func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    state.withLock {
      $0.reads += 1
      $0.bytes += destination.count
    }
    try base.read(at: address, into: destination)
    var word = (address.rawValue &+ 7) & ~7
    while word &+ 8 <= address.rawValue &+ UInt64(destination.count) {
      let noise = mix(word ^ seed)
      if noise % rarity == 0 {
        let offset = Int(word - address.rawValue)
        let old = destination.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        destination.storeBytes(of: damaged(old, by: mix(noise)), toByteOffset: offset, as: UInt64.self)
      }
      word += 8
    }
  }

  /// The kinds of damage that real memory shows: another pointer, a small number, a flipped bit, garbage, nothing.
  private func damaged(_ word: UInt64, by noise: UInt64) -> UInt64 {
    switch noise % 7 {
    case 0: 0
    case 1: word ^ 1 << (noise >> 8 & 63)
    case 2: noise
    case 3: word &+ 8 &* (noise >> 8 & 63)
    case 4: noise >> 8 & 0xffff
    case 5: UInt64.max
    default: word &- (noise >> 8 & 0xfff)
    }
  }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
