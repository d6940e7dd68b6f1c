import ELF
import Synchronization

/// Counts what is read.
final class CountingSource: ELFByteSource {
  private let base: any ELFByteSource
  private let counts = Mutex((reads: 0, bytes: 0))

  init(_ base: any ELFByteSource) { self.base = base }

  var reads: Int { counts.withLock { $0.reads } }
  var bytes: Int { counts.withLock { $0.bytes } }
  var byteCount: UInt64 { base.byteCount }

  func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(ELFError) {
    counts.withLock {
      $0.reads += 1
      $0.bytes += destination.count
    }
    try base.read(at: offset, into: destination)
  }
}
