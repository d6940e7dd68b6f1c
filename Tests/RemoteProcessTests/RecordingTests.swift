import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct RecordingTests {
  /// Memory with two runs: 128 bytes that count up from 0x1000, and 64 of every third zero word at 0x4000.
  private static func sample() -> RecordedMemory {
    var lines: [UInt64: [UInt8]] = [:]
    lines[0x1000] = (0..<64).map { UInt8($0) }
    lines[0x1040] = (64..<128).map { UInt8($0) }
    lines[0x4000] = (0..<64).map { $0 / 8 % 3 == 0 ? 0 : 0xee }
    lines[0x4100] = [UInt8](repeating: 0, count: 64)
    return RecordedMemory(lines: lines, facts: ["version": "3.13.0", "empty": "", "grün": "ja\nnein"])
  }

  private static func bytes(_ memory: some MemoryReader, _ address: UInt64, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xaa, count: count)
    try bytes.withUnsafeMutableBytes { try memory.read(at: RemoteAddress(address), into: $0) }
    return bytes
  }

  @Test func recordingsReadAsTheMemoryDid() throws {
    let memory = Self.sample()
    #expect(try Self.bytes(memory, 0x1000, 128) == (0..<128).map { UInt8($0) })
    #expect(try Self.bytes(memory, 0x103c, 8) == [60, 61, 62, 63, 64, 65, 66, 67])
    #expect(try Self.bytes(memory, 0x4000, 9) == [0, 0, 0, 0, 0, 0, 0, 0, 0xee])
    #expect(try Self.bytes(memory, 0x9999, 0).isEmpty)
    #expect(memory.ranges.count == 3)
    #expect(memory.byteCount == 256)
  }

  @Test(arguments: [(0xfff, 1), (0xfff, 2), (0x1080, 1), (0x107f, 2), (0, 8), (0x4100, 65), (UInt64.max, 1), (.max, 8)])
  func whatWasNotReadIsUnmapped(address: UInt64, count: Int) {
    #expect(throws: MemoryReadError.unmapped(RemoteAddress(address), count: count)) {
      try Self.bytes(Self.sample(), address, count)
    }
  }

  @Test func filesOfRecordingsAreReadBack() throws {
    let memory = Self.sample()
    let file = memory.encoded()
    let copy = try RecordedMemory(contents: file)
    #expect(copy.facts == memory.facts)
    #expect(copy.runs == memory.runs)
    #expect(copy.bytes == memory.bytes)
    #expect(copy.encoded() == file)
    let empty = try RecordedMemory(contents: RecordedMemory(lines: [:], facts: [:]).encoded())
    #expect(empty.byteCount == 0)
  }

  @Test func randomRecordingsAreReadBack() throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<100 {
      var lines: [UInt64: [UInt8]] = [:]
      for _ in 0..<Int.random(in: 0...40, using: &generator) {
        let most: UInt8 = Bool.random(using: &generator) ? 1 : .max
        lines[UInt64.random(in: 0..<100, using: &generator) * 64] = (0..<64).map { _ in
          UInt8.random(in: 0...most, using: &generator)
        }
      }
      let memory = RecordedMemory(lines: lines, facts: [:])
      let copy = try RecordedMemory(contents: memory.encoded())
      for (address, line) in lines { #expect(try Self.bytes(copy, address, 64) == line) }
      #expect(copy.byteCount == lines.count * 64)
    }
  }

  @Test func otherFilesAreNoRecordings() {
    #expect(throws: RecordingError.notRecording) { try RecordedMemory(contents: []) }
    #expect(throws: RecordingError.notRecording) { try RecordedMemory(contents: Array("ispymem2".utf8)) }
    let file = Self.sample().encoded()
    for count in 8..<file.count {
      #expect(throws: RecordingError.malformed("it ends too early")) {
        try RecordedMemory(contents: Array(file.prefix(count)))
      }
    }
    #expect(throws: RecordingError.malformed("1 bytes behind its end")) { try RecordedMemory(contents: file + [0]) }
  }

  @Test func runsOutOfOrderAreRefused() {
    func file(_ runs: [(address: UInt64, lines: UInt32)]) -> [UInt8] {
      var file = Array("ispymem1".utf8) + [0, 0, 0, 0, UInt8(runs.count), 0, 0, 0]
      for run in runs {
        withUnsafeBytes(of: run.address.littleEndian) { file += $0 }
        withUnsafeBytes(of: run.lines.littleEndian) { file += $0 }
        file += [UInt8](repeating: 0, count: Int(min(run.lines, 100)))
      }
      return file
    }
    #expect(throws: Never.self) { try RecordedMemory(contents: file([(64, 1), (128, 2)])) }
    let wrong: [[(address: UInt64, lines: UInt32)]] = [
      [(128, 1), (64, 1)], [(64, 2), (128, 1)], [(65, 1)], [(64, 0)], [(0, .max)], [(.max - 63, 1)],
    ]
    for runs in wrong {
      #expect(throws: RecordingError.self) { try RecordedMemory(contents: file(runs)) }
    }
  }

  @Test func mutatedFilesNeverTrap() {
    var generator = SeededGenerator(seed: 8)
    let file = Self.sample().encoded()
    for _ in 0..<5000 {
      guard let memory = try? RecordedMemory(contents: generator.mutated(file)) else { continue }
      for range in memory.ranges { _ = try? Self.bytes(memory, range.lowerBound.rawValue, 100) }
    }
  }

  @Test func changedMemoryIsACopy() throws {
    let memory = Self.sample()
    let changed = memory.changing { $0[1] = 0x77 }
    #expect(try Self.bytes(changed, 0x1000, 2) == [0, 0x77])
    #expect(try Self.bytes(memory, 0x1000, 2) == [0, 1])
  }

  @Test func aLiveProcessIsRecordedByLines() throws {
    let memory = RecordingMemory(try LiveMemory(pid: getpid()))
    let source: [UInt8] = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let start = source.withUnsafeBytes { UInt64(UInt(bitPattern: $0.baseAddress)) }
    #expect(try Self.bytes(memory, start + 10, 500) == Array(source[10..<510]))
    #expect(throws: MemoryReadError.unmapped(RemoteAddress(64), count: 8)) { try Self.bytes(memory, 64, 8) }
    let recorded = memory.recorded(facts: ["from": "test"])
    #expect(try Self.bytes(recorded, start + 10, 500) == Array(source[10..<510]))
    #expect(recorded.byteCount % 64 == 0)
    #expect(recorded.byteCount < 500 + 128)
    #expect(recorded.facts == ["from": "test"])
    #expect(throws: MemoryReadError.self) { try Self.bytes(recorded, start + 800, 1) }
    withExtendedLifetime(source) {}
  }
}
