/// SplitMix64: random numbers that are the same in every run, so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

extension SeededGenerator {
  /// The bytes with some of them changed, cut off, doubled or put in: what a hostile or torn file looks like.
  public mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...8, using: &self) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes[place] = UInt8.random(in: 0 ... .max, using: &self)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...32, using: &self)))
      case 3:
        bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 16)], at: place)
      case 4:
        // The values at which arithmetic goes wrong.
        let edges: [UInt64] = [.max, 0, 1 << 63, UInt64(Int64.max), 0xffff_ffff, 0x7fff_ffff]
        let value = edges.randomElement(using: &self) ?? 0
        for index in 0..<min(8, bytes.count - place) { bytes[place + index] = UInt8(value >> (index * 8) & 0xff) }
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
