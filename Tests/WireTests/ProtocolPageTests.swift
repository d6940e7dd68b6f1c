import Catalog
import JSON
import TestSupport
import Testing

@testable import JSONRPC
@testable import Wire

/// Documentation/Protocol.md against what the code reads and writes.
@Suite struct ProtocolPageTests {
  private static func page() throws -> String { try TextFile.read(Checkout.root + "/Documentation/Protocol.md") }

  /// The lines of the examples that go to the gateway (`> `), or come from it (`< `).
  private static func lines(_ mark: String) throws -> [String] {
    let lines = try page().split(separator: "\n").filter { $0.hasPrefix(mark + " {") }.map { String($0.dropFirst(2)) }
    try #require(lines.count > 4)
    return lines
  }

  @Test func whatAClientSaysIsReadAndIsWhatOursSays() throws {
    for line in try Self.lines(">") {
      let written: String
      switch try WireMessage(line: line.utf8) {
      case .request(let id, WireMethod.hello, let parameters):
        written = try WireMessage.request(
          id: id, method: WireMethod.hello, try JSONReader().decode(HelloParameters.self, from: parameters))
      case .request(let id, WireMethod.run, let parameters):
        let run = try JSONReader().decode(RunParameters.self, from: parameters)
        let entry = try Catalog.standard.command(run.command, plugin: run.plugin)
        _ = try Arguments(run.words, for: entry.specification)
        written = try WireMessage.request(id: id, method: WireMethod.run, run)
      case .notification(WireMethod.cancel, let parameters):
        written = try WireMessage.cancellation(of: try #require(parameters["id"]?.integer))
      case .notification(WireMethod.pace, let parameters):
        written = try WireMessage.pace(
          of: try #require(parameters["id"]?.integer), try #require(parameters["seconds"]?.number))
      case .notification(WireMethod.reply, let parameters):
        written = try WireMessage.reply(
          to: try #require(parameters["id"]?.integer), Conversation.Reply(parameters))
      case .notification(WireMethod.interrupt, let parameters):
        written = try WireMessage.interrupt(of: try #require(parameters["id"]?.integer))
      case let other: throw Unexpected(line: "\(other)")
      }
      #expect(written == line + "\n")
    }
  }

  @Test func whatTheGatewaySaysIsWhatOursSays() throws {
    for line in try Self.lines("<") {
      let written: String
      switch try WireMessage(trustedLine: line.utf8) {
      case .response(let id, let result):
        if let hello = try? JSONReader().decode(HelloResult.self, from: result) {
          written = try WireMessage.response(to: id, hello)
        } else {
          written = try WireMessage.response(to: id, try Self.result(result))
        }
      case .notification(WireMethod.result, let parameters):
        let one = try #require(ResultParameters(parameters))
        written = try WireMessage.result(of: one.id, try Self.result(one.result))
      case .notification(WireMethod.notice, let parameters):
        written = try WireMessage.notice(
          of: try #require(parameters["id"]?.integer), try #require(parameters["text"]?.text))
      case .notification(WireMethod.ask, let parameters):
        written = try WireMessage.question(
          of: try #require(parameters["id"]?.integer), try #require(parameters["prompt"]?.text))
      case .failure(let id, let failure): written = try WireMessage.failure(to: id, failure)
      case let other: throw Unexpected(line: "\(other)")
      }
      #expect(written == line + "\n")
    }
  }

  private struct Unexpected: Error { let line: String }

  private static func result(_ value: JSONValue) throws -> any CommandResult {
    try #require(Catalog.standard.entries.lazy.compactMap { $0.result(of: value) }.first)
  }

  @Test func everyCauseIsOnThePageWithItsExitCode() throws {
    let page = try Self.page()
    for cause in CommandError.Cause.allCases {
      #expect(page.contains("| `\(cause)` | \(cause.rawValue) | \(cause.meaning) |"))
    }
  }

  @Test func codesAndLimitsAreThoseOnThePage() throws {
    let page = try Self.page()
    for code in [
      WireFailure.parse, WireFailure.invalidRequest, WireFailure.unknownMethod, WireFailure.invalidParameters,
      WireFailure.command,
    ] { #expect(page.contains("| \(code) |")) }
    #expect(page.contains("bytes of a line to the gateway | \(WireMessage.requestLimit >> 20) MiB |"))
    #expect(page.contains("bytes of a line from the gateway | \(WireMessage.responseLimit >> 20) MiB |"))
    #expect(page.contains("nesting of a line to the gateway | \(WireMessage.depthLimit) |"))
    #expect(page.contains("has at most \(WireMessage.requestLimit) bytes"))
  }
}
