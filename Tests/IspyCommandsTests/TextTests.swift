import Catalog
import Glibc
import ResultFixtures
import TestSupport
import Terminal
import Testing
import Values

@testable import IspyCommands

/// What people see of results.
@Suite struct TextTests {
  /// Times are shown as they are where one sits: here in UTC, wherever the tests run.
  private static let isInUTC = setenv("TZ", "UTC", 1) == 0

  private func shown(_ result: any CommandResult, _ color: Paint.Choice = .never) -> String {
    #expect(Self.isInUTC)
    return Renderer(isJSON: false, paint: Paint(color, descriptor: -1)).text(result, isAlone: true)
  }

  @Test(arguments: ResultFixture.allCases) func resultsAreShownAsInTheSnapshots(fixture: ResultFixture) throws {
    assertSnapshot(shown(try fixture.result()), named: fixture.rawValue)
  }

  @Test(arguments: ResultFixture.allCases) func coloursChangeNothingElse(fixture: ResultFixture) throws {
    let colored = shown(try fixture.result(), .always)
    // Two have nothing that could be of a colour.
    #expect(colored.contains("\u{1b}[") || fixture == .auditCheckpoint || fixture == .redactTest)
    #expect(Self.withoutColors(colored) == shown(try fixture.result()))
  }

  @Test func whatMattersIsColoured() throws {
    let dump = shown(try ResultFixture.dump.result(), .always)
    #expect(dump.contains("\u{1b}[1;31mDEADLOCK\u{1b}[0m"))
    #expect(dump.contains("\u{1b}[33mholds the GIL\u{1b}[0m"))
  }

  @Test func whatEndsAndBeginsIsALineEach() throws {
    var requests = try #require(try ResultFixture.requests.result() as? RequestsResult)
    requests.isContinuation = true
    assertSnapshot(shown(requests), named: "requests-continued")
  }

  @Test func nothingIsSaidInWords() {
    #expect(shown(ProcessListResult(processes: [])) == "no Python processes\n")
    #expect(shown(RequestsResult(requests: [])) == "no requests in flight\n")
    #expect(shown(RequestsResult(requests: [], isContinuation: true)) == "")
    #expect(shown(DumpResult(processes: [])) == "")
  }

  @Test func ofOneProcessTheValueAloneIsShown() throws {
    var peek = try #require(try ResultFixture.peek.result() as? PeekResult)
    peek.processes.removeLast(2)
    #expect(shown(peek) == "'planted-secret'\n")
  }

  @Test func whatTheTargetSaysReachesNoTerminalAsItIs() throws {
    var list = try #require(try ResultFixture.ps.result() as? ProcessListResult)
    list.processes[0].application.name = "\u{1b}[2Jshop\n\u{202e}"
    list.processes[0].user = "root\u{7}"
    let text = shown(list)
    #expect(!text.contains("\u{1b}") && !text.contains("\u{7}") && !text.contains("\u{202e}"))
    #expect(text.split(separator: "\n").count == shown(try ResultFixture.ps.result()).split(separator: "\n").count)

    var dump = try #require(try ResultFixture.dump.result() as? DumpResult)
    dump.processes[0].threads[0].name = "\u{1b}]0;title\u{7}"
    dump.processes[0].threads[0].stack.frames[0].function = "\u{1b}[31m"
    dump.processes[0].threads[0].stack.frames[0].file = "/srv/\r\n\u{1b}c"
    dump.processes[0].problems = ["\u{1b}[H"]
    #expect(!shown(dump).contains("\u{1b}") && !shown(dump).contains("\r"))

    var requests = try #require(try ResultFixture.requests.result() as? RequestsResult)
    requests.requests[0].path = "/\u{1b}[2J\r\n"
    requests.requests[0].headers?[0].name = "x\u{1b}"
    requests.requests[0].server = "\u{1b}"
    for isContinuation in [false, true] {
      requests.isContinuation = isContinuation
      #expect(!shown(requests).contains("\u{1b}") && !shown(requests).contains("\r"))
    }
  }

  private static func withoutColors(_ text: String) -> String {
    var shown = ""
    var rest = text[...]
    while let escape = rest.firstIndex(of: "\u{1b}"), let end = rest[escape...].firstIndex(of: "m") {
      shown += rest[..<escape]
      rest = rest[rest.index(after: end)...]
    }
    return shown + rest
  }
}
