import TestSupport
import Testing

@testable import CPython

/// Line tables against what each CPython says of its own code.
struct LineTableTests {
  /// Prints, for many functions of the standard library: the first line, the table in hexadecimal, and pairs offset:line (`-`
  /// for none), by `co_lines()` where there is one and `dis.findlinestarts` before.
  static let program = """
    import dis, sys, types
    def walk(code):
        yield code
        for const in code.co_consts:
            if isinstance(const, types.CodeType):
                yield from walk(const)
    def show(code):
        table = code.co_linetable if sys.version_info >= (3, 10) else code.co_lnotab
        if sys.version_info >= (3, 10):
            pairs = [(start, line) for start, end, line in code.co_lines() if start < end]
        else:
            pairs = list(dis.findlinestarts(code))
        text = " ".join("%d:%s" % (start, "-" if line is None else line) for start, line in pairs)
        print("%d %s %s" % (code.co_firstlineno, table.hex() or "-", text))
    count = 0
    for name in ("argparse", "ast", "asyncio.base_events", "decimal", "inspect", "textwrap", "threading", "typing"):
        module = __import__(name, fromlist=["x"])
        with open(module.__file__, encoding="utf-8") as source:
            for code in walk(compile(source.read(), module.__file__, "exec")):
                show(code)
                count += 1
    print("done", count)
    """

  @Test(arguments: PythonInterpreter.installed)
  func everyInstructionHasPythonsOwnLine(python: PythonInterpreter) throws {
    let child = try ChildProcess(python.command + ["-c", Self.program])
    defer { child.end() }
    var codes = 0
    var instructions = 0
    while true {
      let words = try child.line().split(separator: " ")
      if words.first == "done" { break }
      let firstLine = try #require(Int(words[0]))
      let table = LineTable(
        bytes: Self.bytes(words[1]), firstLine: firstLine, version: PythonVersion(hex: python.hexVersion))
      for pair in words.dropFirst(2) {
        let parts = pair.split(separator: ":")
        let offset = try #require(Int(parts[0]))
        let expected = Int(parts[1])
        if table.line(atOffset: offset) != expected {
          Issue.record(
            "\(python): offset \(offset): \(String(describing: table.line(atOffset: offset))), not \(parts[1])")
        }
        instructions += 1
      }
      codes += 1
    }
    #expect(codes > 500)
    #expect(instructions > 5_000)
  }

  @Test func randomBytesNeverTrap() {
    var generator = SeededGenerator(seed: 64)
    for version in [PythonVersion(3, 8), PythonVersion(3, 10), PythonVersion(3, 11), PythonVersion(3, 15)] {
      for _ in 0..<2_000 {
        let bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        let table = LineTable(
          bytes: bytes, firstLine: Int.random(in: -5...1_000_000, using: &generator), version: version)
        for offset in stride(from: 0, to: 600, by: 2) { _ = table.line(atOffset: offset) }
      }
    }
  }

  private static func bytes(_ hex: Substring) -> [UInt8] {
    guard hex != "-" else { return [] }
    let digits = Array(hex.utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 0x61 ? digit - 0x30 : digit - 0x61 + 10 }
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }
}
