/// The memory of a process as it was, as far as it was read: what decoders are tested on.
public struct RecordedMemory: MemoryReader {
  /// Bytes that are recorded together: a cache line, which never lies in two pages.
  public static let lineSize = 64

  /// Lines that follow each other without a gap.
  struct Run: Equatable, Sendable {
    let address: UInt64
    /// Where in `bytes` they are.
    let offset: Int
    let count: Int

    var end: UInt64 { address + UInt64(count) }
  }

  /// What is known about the process beside its memory: a version, the address of its runtime, what a decoder must find.
  public let facts: [String: String]
  let runs: [Run]
  private(set) var bytes: [UInt8]

  /// Ascending runs, apart from each other, the bytes of which are all in `bytes`.
  init(runs: [Run], bytes: [UInt8], facts: [String: String]) {
    self.runs = runs
    self.bytes = bytes
    self.facts = facts
  }

  /// A recording of these lines, by their addresses.
  init(lines: [UInt64: [UInt8]], facts: [String: String]) {
    var runs: [Run] = []
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.count * Self.lineSize)
    for (address, line) in lines.sorted(by: { $0.key < $1.key }) {
      if let last = runs.last, last.end == address {
        runs[runs.count - 1] = Run(address: last.address, offset: last.offset, count: last.count + line.count)
      } else {
        runs.append(Run(address: address, offset: bytes.count, count: line.count))
      }
      bytes += line
    }
    self.init(runs: runs, bytes: bytes, facts: facts)
  }

  /// The number of bytes recorded.
  public var byteCount: Int { bytes.count }

  /// The addresses that are there, ascending.
  public var ranges: [Range<RemoteAddress>] { runs.map { RemoteAddress($0.address)..<RemoteAddress($0.end) } }

  /// The same memory with other bytes in it: what a decoder meets in a process that runs on, or in a hostile one.
  public func changing(_ change: (UnsafeMutableRawBufferPointer) -> Void) -> RecordedMemory {
    var copy = self
    copy.bytes.withUnsafeMutableBytes(change)
    return copy
  }

  // MARK: - Reading

  public func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    guard !destination.isEmpty else { return }
    let start = address.rawValue
    var index = self.index(at: start)
    var done = 0
    while done < destination.count {
      let position = start &+ UInt64(done)
      guard index < runs.count, runs[index].address <= position, position < runs[index].end else {
        throw .unmapped(address, count: destination.count)
      }
      let run = runs[index]
      let skipped = Int(position - run.address)
      let count = min(destination.count - done, run.count - skipped)
      bytes.withUnsafeBytes { bytes in
        let source = UnsafeRawBufferPointer(rebasing: bytes[run.offset + skipped..<run.offset + skipped + count])
        UnsafeMutableRawBufferPointer(rebasing: destination[done...]).copyMemory(from: source)
      }
      done += count
      index += 1
    }
  }

  /// The run that holds the address, or the next one.
  private func index(at address: UInt64) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
