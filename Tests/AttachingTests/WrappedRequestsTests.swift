import JSON
import TestSupport
import Testing

@testable import Attaching

/// WSGI applications in the package's wrapper (Tests/Targets/wrapped.py), and the requests that it knows of.
@Suite struct WrappedRequestsTests {
  private func application(on python: PythonInterpreter, withServers: Bool = false) throws -> ListeningApplication {
    try ListeningApplication(ListeningAgentTests.standard, ["wsgi"], on: python, withServers: withServers)
  }

  private func numbers(_ numbers: Int...) -> JSONValue { .array(numbers.map { .number("\($0)") }) }

  /// The first ispyd kept a traceback of every request, with its frames and what was in them.
  @Test(arguments: PythonInterpreter.everywhere)
  func noExceptionOfARequestIsKept(_ python: PythonInterpreter) throws {
    #expect(try application(on: python).ask("wrapped.what_a_failure_leaves()") == numbers(0, 0, 0))
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func aRequestEndsWhenItsBodyIsClosedOrDropped(_ python: PythonInterpreter) throws {
    #expect(try application(on: python).ask("wrapped.when_it_ends()") == numbers(1, 0, 1, 0, 1, 0))
  }

  @Test(arguments: PythonInterpreter.installed)
  func aThousandAreKeptAndOfOthersTheNumbersAreMissing(_ python: PythonInterpreter) throws {
    #expect(try application(on: python).ask("wrapped.how_many_are_kept()") == numbers(1000, 5, 1005, 0))
  }

  /// The first ispyd showed the environ of each, with all that is in it, by `repr`.
  @Test(arguments: PythonInterpreter.everywhere)
  func ofARequestNoEnvironIsShownAndNothingOfItIsAsked(_ python: PythonInterpreter) throws {
    let row = try application(on: python).ask("wrapped.a_row()")
    guard case .object(let members) = row else { throw TestSupportError.missing("a row") }
    let keys = ["number", "seconds", "method", "path", "query", "remote", "stack"]
    #expect(members.map(\.key) == keys + ["is_its_thread", "functions", "holds_secret"])
    #expect(row["method"] == .string("GET") && row["path"] == .string("/shop/ä") && row["query"] == .string("a=b"))
    #expect(row["remote"] == .string("192.0.2.7"))
    #expect(row["functions"] == .array(["wait", "wait", "handler"].map { .string($0) }))
    #expect(row["is_its_thread"] == .bool(true) && row["holds_secret"] == .bool(false))
  }

  @Test(arguments: PythonInterpreter.installed)
  func theStackIsThatOfTheRequestAndOfNothingElse(_ python: PythonInterpreter) throws {
    let functions = try application(on: python).ask("wrapped.a_row_of_a_generator()")
    #expect(functions == .array(["requests", "rows", "body"].map { .string($0) }))
  }

  @Test(arguments: PythonInterpreter.withServers.filter { $0.root == nil })
  func aGreenletThatIsSwitchedAwayFromHasItsStack(_ python: PythonInterpreter) throws {
    let functions = try application(on: python, withServers: true).ask("wrapped.a_greenlet()")
    #expect(functions == .array([.string("handler")]))
  }

  /// Lengths, files, `write`, and what the validator of PEP 3333 asks for.
  @Test(arguments: PythonInterpreter.everywhere)
  func aServerSeesNoDifference(_ python: PythonInterpreter) throws {
    let same = try application(on: python).ask("wrapped.is_the_same()")
    #expect(same == .array(Array(repeating: .bool(true), count: 5)))
  }

  /// The first ispyd's probes missed whoever had the function before: here it is the application itself that is wrapped.
  @Test(arguments: PythonInterpreter.installed)
  func whoHeldTheApplicationEarlierCallsTheWrapperToo(_ python: PythonInterpreter) throws {
    let found = try application(on: python).ask("wrapped.what_falls_through()")
    let words: [JSONValue] = [.string("market"), .string("market"), .bool(false), .bool(true)]
    let pieces: [JSONValue] = [.array([.string("market")]), .array([.string("market"), .string("1")])]
    #expect(found == .array(words + pieces + [.string("A page."), .string("page")]))
  }

  @Test(arguments: PythonInterpreter.installed)
  func aChildHasNoRequestsOfItsParents(_ python: PythonInterpreter) throws {
    #expect(try application(on: python).ask("wrapped.of_a_child()") == .number("0"))
  }

  @Test func thePluginIsFoundWithItsCommand() throws {
    let application = try application(on: try ListeningAgentTests.fast)
    let link = try application.link()
    guard case .value(let plugins, _) = try link.work("plugins", as: "probe") else {
      throw TestSupportError.missing("plugins")
    }
    guard case .array(let rows) = plugins["plugins"] else { throw TestSupportError.missing("\(plugins)") }
    #expect(rows.map { $0["name"]?.text } == ["wsgi"])
    let answer = try link.work("wsgi requests", as: "probe")
    guard case .value(let found, _) = answer else { throw TestSupportError.missing("\(answer)") }
    #expect(found == .array([]))
  }

  /// The first ispyd replaced the streams and `exit` and `quit` of every application that imported it.
  @Test(arguments: PythonInterpreter.everywhere)
  func noStandardStreamNoBuiltinAndNoHandlerIsReplaced(_ python: PythonInterpreter) throws {
    let application = try application(on: python)
    let link = try application.link()
    _ = try link.run("gc status", as: "probe")
    #expect(try application.ask("is_untouched()") == .bool(true))
    // A root of its own has no /proc.
    guard python.root == nil else { return }
    let masks = try application.ask(
      "[line.split()[1] for task in os.listdir('/proc/self/task') for line in open('/proc/self/task/' + task + '/status') if line.startswith('SigBlk')]"
    )
    guard case .array(let all) = masks else { throw TestSupportError.missing("masks") }
    // The application's thread hears signals; that which listens and that which answers do not.
    #expect(all.filter { $0 == .string("0000000000000000") }.count == 1)
    #expect(all.count == 3)
  }
}
