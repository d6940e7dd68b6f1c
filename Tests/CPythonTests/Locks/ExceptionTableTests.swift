import Testing

@testable import CPython

/// The exception table by hand and against what `dis` says of a function with nested `with` and `try`.
struct ExceptionTableTests {
  /// Each number of six bits a byte, most significant first; the first byte of an entry marked.
  private func table(_ entries: [(start: Int, length: Int, target: Int, depth: Int)]) -> ExceptionTable {
    var bytes: [UInt8] = []
    for entry in entries {
      let first = bytes.count
      for number in [entry.start, entry.length, entry.target, entry.depth << 1] {
        var pieces = [UInt8(number & 63)]
        var rest = number >> 6
        while rest > 0 {
          pieces.append(UInt8(rest & 63) | 64)
          rest >>= 6
        }
        bytes += pieces.reversed()
      }
      bytes[first] |= 128
    }
    return ExceptionTable(bytes: bytes)
  }

  @Test func theEntryThatCoversAnInstructionIsFound() {
    let table = table([(2, 3, 90, 1), (5, 70, 200, 2), (4000, 1, 5000, 3)])
    #expect(table.handler(atOffset: 2) == nil)
    #expect(table.handler(atOffset: 4) == .init(target: 180, depth: 1))
    #expect(table.handler(atOffset: 9) == .init(target: 180, depth: 1))
    #expect(table.handler(atOffset: 10) == .init(target: 400, depth: 2))
    #expect(table.handler(atOffset: 150) == nil)
    #expect(table.handler(atOffset: 8000) == .init(target: 10_000, depth: 3))
    #expect(table.handler(atOffset: 8002) == nil)
  }

  @Test func aTableThatBreaksOffEnds() {
    let whole = table([(2, 3, 90, 1), (5, 70, 200, 2)]).bytes
    for count in 0..<whole.count {
      _ = ExceptionTable(bytes: Array(whole[..<count])).handler(atOffset: 140)
    }
    #expect(ExceptionTable(bytes: [UInt8](repeating: 0xff, count: 100)).handler(atOffset: 4) == nil)
  }
}
