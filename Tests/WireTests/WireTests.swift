import Catalog
import Redaction
import JSON
import TestSupport
import Testing

@testable import JSONRPC
@testable import Wire

@Suite struct WireTests {
  private func read(_ line: String) -> Result<WireMessage, WireFailure> {
    do throws(WireFailure) { return .success(try WireMessage(line: line.utf8)) } catch { return .failure(error) }
  }

  @Test func messagesComeBackAsTheyWereSent() throws {
    let parameters = RunParameters(
      plugin: nil, command: "dump", words: ["shop", "--locals"], values: .summary, reason: "ü\n")
    let line = try WireMessage.request(id: 7, method: WireMethod.run, parameters)
    #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
    guard case .success(.request(7, "run", let value)) = read(String(line.dropLast())) else {
      Issue.record("\(line)")
      return
    }
    #expect(try JSONReader().decode(RunParameters.self, from: value) == parameters)
  }

  @Test func failuresKeepTheirCauseAndHint() throws {
    for cause in CommandError.Cause.allCases {
      let error = CommandError(cause, "no", hint: "yes")
      let line = try WireMessage.failure(to: 3, WireFailure(error))
      guard case .success(.failure(3, let failure)) = read(String(line.dropLast())) else {
        Issue.record("\(line)")
        return
      }
      #expect(CommandError(failure) == error)
    }
  }

  @Test(arguments: [
    ("", WireFailure.parse), ("{", WireFailure.parse), ("nonsense", WireFailure.parse),
    ("[]", WireFailure.invalidRequest),
    ("{}", WireFailure.invalidRequest), (#"{"jsonrpc":"1.0","id":1,"method":"run"}"#, WireFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":"x","method":"run"}"#, WireFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1.5,"method":"run"}"#, WireFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1,"method":"run","params":[1]}"#, WireFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1}"#, WireFailure.invalidRequest),
    (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"run"}"#, WireFailure.parse),
  ])
  func whatIsNoMessageIsRefused(line: String, code: Int) {
    guard case .failure(let failure) = read(line) else {
      Issue.record("it was read: \(line)")
      return
    }
    #expect(failure.code == code)
  }

  @Test func nestingIsBounded() {
    let deep = #"{"jsonrpc":"2.0","id":1,"method":"run","params":{"a":"# + String(repeating: "[", count: 100_000)
    guard case .failure(let failure) = read(deep) else {
      Issue.record("it was read")
      return
    }
    #expect(failure.code == WireFailure.parse)
  }

  // MARK: - Lines

  @Test func linesAreTheSameHoweverTheyComeIn() throws {
    let text = "one\ntwo\n\nthree and more\n"
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      var framer = LineFramer(limit: 100)
      var rest = Array(text.utf8)[...]
      var lines: [String] = []
      while !rest.isEmpty {
        let count = Int.random(in: 1...rest.count, using: &generator)
        lines += try framer.take(rest.prefix(count)).map { String(decoding: $0, as: UTF8.self) }
        rest = rest.dropFirst(count)
      }
      #expect(lines == ["one", "two", "", "three and more"])
    }
  }

  @Test func aLineWithoutEndIsNotKept() throws {
    var framer = LineFramer(limit: 10)
    _ = try framer.take(Array("0123456789".utf8))
    #expect(throws: LineFramer.TooLong(limit: 10)) { try framer.take(Array("x".utf8)) }
    var other = LineFramer(limit: 10)
    #expect(throws: LineFramer.TooLong(limit: 10)) { try other.take(Array("0123456789x\n".utf8)) }
  }
}
