/// The file of a recording, all numbers little-endian:
///
///     file  +------------+-----------+----------+-----------+-----------+
///           | "ispymem1" | facts     | fact ... | runs      | run ...   |
///           | 8          | 4         |          | 4         |           |
///           +------------+-----------+----------+-----------+-----------+
///     fact  +-------------+--------------+------+-------+
///           | name length | value length | name | value |    UTF-8, sorted by name
///           | 2           | 4            |      |       |
///           +-------------+--------------+------+-------+
///     run   +---------+-------+----------+
///           | address | lines | line ... |                  ascending, a multiple of 64, at least one line
///           | 8       | 4     |          |
///           +---------+-------+----------+
///     line  +------+----------+
///           | mask | word ... |                             64 bytes of memory: bit N of the mask is set where word N
///           | 1    | 8 each   |                             of the eight is not zero, and only those are there
///           +------+----------+
extension RecordedMemory {
  private static let magic = Array("ispymem1".utf8)
  /// Memory a recording may have: a line of zeros takes one byte of the file, so that its size sets no bound.
  private static let maximumByteCount = 256 << 20
  private static let maximumFactCount: UInt64 = 4096

  // MARK: - Writing

  public func encoded() -> [UInt8] {
    var file = Self.magic
    file.append(UInt64(facts.count), count: 4)
    for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
      let name = Array(name.utf8.prefix(Int(UInt16.max)))
      file.append(UInt64(name.count), count: 2)
      file.append(UInt64(value.utf8.count), count: 4)
      file += name
      file += value.utf8
    }
    file.append(UInt64(runs.count), count: 4)
    for run in runs {
      file.append(run.address, count: 8)
      file.append(UInt64(run.count / Self.lineSize), count: 4)
      for start in stride(from: run.offset, to: run.offset + run.count, by: Self.lineSize) {
        let words = stride(from: start, to: start + Self.lineSize, by: 8).map { bytes[$0..<$0 + 8] }
        var mask: UInt8 = 0
        for (index, word) in words.enumerated() where word.contains(where: { $0 != 0 }) { mask |= 1 << index }
        file.append(mask)
        for (index, word) in words.enumerated() where mask >> index & 1 == 1 { file += word }
      }
    }
    return file
  }

  // MARK: - Loading

  /// Loads a recording from the bytes of its file.
  public init(contents: [UInt8]) throws(RecordingError) {
    guard contents.starts(with: Self.magic) else { throw .notRecording }
    let result = contents.withUnsafeBytes { bytes -> Result<RecordedMemory, RecordingError> in
      do throws(RecordingError) {
        var reader = Reader(bytes: bytes, position: Self.magic.count)
        let facts = try Self.facts(&reader)
        return .success(try Self.memory(&reader, facts: facts))
      } catch {
        return .failure(error)
      }
    }
    self = try result.get()
  }

  private static func facts(_ reader: inout Reader) throws(RecordingError) -> [String: String] {
    let count = try reader.number(4)
    guard count <= maximumFactCount else { throw .malformed("\(count) facts") }
    var facts: [String: String] = [:]
    for _ in 0..<count {
      let nameCount = try reader.number(2)
      let valueCount = try reader.number(4)
      let name = String(decoding: try reader.take(nameCount), as: UTF8.self)
      facts[name] = String(decoding: try reader.take(valueCount), as: UTF8.self)
    }
    return facts
  }

  private static func memory(
    _ reader: inout Reader, facts: [String: String]
  ) throws(RecordingError) -> RecordedMemory {
    var runs: [Run] = []
    var memory: [UInt8] = []
    let count = try reader.number(4)
    for _ in 0..<count {
      let address = try reader.number(8)
      let lineCount = try reader.number(4)
      let byteCount = lineCount * UInt64(lineSize)
      guard address % UInt64(lineSize) == 0, lineCount > 0, !address.addingReportingOverflow(byteCount).overflow,
        address >= runs.last?.end ?? 0
      else { throw .malformed("a run of \(lineCount) lines at \(RemoteAddress(address))") }
      // A line takes at least its mask, so that this allocates no more than is there.
      guard lineCount <= UInt64(reader.left) else { throw .malformed("it ends too early") }
      guard memory.count + Int(byteCount) <= maximumByteCount else {
        throw .malformed("\(lineCount) lines at \(RemoteAddress(address)) are too many")
      }
      runs.append(Run(address: address, offset: memory.count, count: Int(byteCount)))
      memory += repeatElement(0, count: Int(byteCount))
      for index in 0..<Int(lineCount) {
        try line(&reader, into: &memory, at: memory.count - Int(byteCount) + index * lineSize)
      }
    }
    guard reader.left == 0 else { throw .malformed("\(reader.left) bytes behind its end") }
    return RecordedMemory(runs: runs, bytes: memory, facts: facts)
  }

  /// Reads a line into its place, which is all zeros.
  private static func line(
    _ reader: inout Reader, into memory: inout [UInt8], at offset: Int
  ) throws(RecordingError) {
    let mask = try reader.take(1)[0]
    let words = try reader.take(UInt64(mask.nonzeroBitCount * 8))
    memory.withUnsafeMutableBytes { memory in
      var next = 0
      for index in 0..<8 where mask >> index & 1 == 1 {
        let word = words.loadUnaligned(fromByteOffset: next, as: UInt64.self)
        memory.storeBytes(of: word, toByteOffset: offset + index * 8, as: UInt64.self)
        next += 8
      }
    }
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var position: Int

    var left: Int { bytes.count - position }

    mutating func take(_ count: UInt64) throws(RecordingError) -> UnsafeRawBufferPointer {
      guard count <= UInt64(left) else { throw .malformed("it ends too early") }
      defer { position += Int(count) }
      return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
    }

    mutating func number(_ size: UInt64) throws(RecordingError) -> UInt64 {
      var number: UInt64 = 0
      for (index, byte) in try take(size).enumerated() { number |= UInt64(byte) << (index * 8) }
      return number
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ number: UInt64, count: Int) {
    for index in 0..<count { append(UInt8(truncatingIfNeeded: number >> (index * 8))) }
  }
}
