import Synchronization

/// Reads from other memory, and keeps every line of 64 bytes that was read from: how recordings for tests are made.
///
/// A line that is read again is kept as it was last. To have a recording of one moment, stop the process first.
public final class RecordingMemory: MemoryReader {
  private let base: any MemoryReader
  private let lines = Mutex<[UInt64: [UInt8]]>([:])

  public init(_ base: any MemoryReader) { self.base = base }

  /// What was read so far.
  /// - Parameter facts: What else a test wants to know about the process.
  public func recorded(facts: [String: String] = [:]) -> RecordedMemory {
    RecordedMemory(lines: lines.withLock { $0 }, facts: facts)
  }

  public func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    guard !destination.isEmpty else { return }
    let size = UInt64(RecordedMemory.lineSize)
    let first = address.rawValue & ~(size - 1)
    let (end, overflow) = address.rawValue.addingReportingOverflow(UInt64(destination.count))
    guard !overflow, end <= .max - size else { throw .unmapped(address, count: destination.count) }
    let count = Int(((end + size - 1) & ~(size - 1)) - first)
    // A line lies in one page: where part of it can be read, all of it can.
    let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
    defer { whole.deallocate() }
    do {
      try base.read(at: RemoteAddress(first), into: whole)
    } catch .unmapped {
      throw .unmapped(address, count: destination.count)
    }
    destination.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: whole[Int(address.rawValue - first)...].prefix(destination.count)))
    lines.withLock { lines in
      for start in stride(from: 0, to: count, by: RecordedMemory.lineSize) {
        lines[first + UInt64(start)] = Array(whole[start..<start + RecordedMemory.lineSize])
      }
    }
  }
}
