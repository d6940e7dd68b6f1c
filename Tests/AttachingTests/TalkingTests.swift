import CPython
import Glibc
import JSON
import JSONRPC
import Synchronization
import TestSupport
import Testing

@testable import Attaching

/// Commands that run what somebody typed, or what is not ours, on every Python there is.
@Suite struct TalkingTests {
  /// What a command said, and what is typed into it line by line; an empty list ends it. `^C` is Ctrl-C: for the question,
  /// or for what runs once the line before it is carried out.
  final class Script: Sendable {
    private let lines: Mutex<[String]>
    private let said = Mutex("")
    /// Ctrl-C for what runs, which needs time to have begun.
    private let interruptAt = Mutex<ContinuousClock.Instant?>(nil)

    init(_ lines: [String]) { self.lines = Mutex(lines) }

    var text: String { said.withLock { $0 } }

    var talk: AgentTalk {
      AgentTalk(
        show: { text in self.said.withLock { $0 += text } }, ask: { self.reply(to: $0) },
        takeInterrupt: { self.takeInterrupt() }, isOver: { false })
    }

    private func reply(to prompt: String) -> AgentTalk.Reply {
      said.withLock { $0 += prompt }
      interruptAt.withLock { $0 = nil }
      let (line, next) = lines.withLock { lines in
        (lines.isEmpty ? nil : lines.removeFirst(), lines.first)
      }
      if next == "^C running" {
        lines.withLock { _ = $0.removeFirst() }
        interruptAt.withLock { $0 = .now + .milliseconds(200) }
      }
      guard let line else { return .end }
      if line == "^C" { return .interrupted }
      said.withLock { $0 += line + "\n" }
      return .line(line)
    }

    /// Again and again, until the next question: one that came too early was for nothing.
    private func takeInterrupt() -> Bool {
      interruptAt.withLock { at in
        guard let time = at, time < .now else { return false }
        at = .now + .milliseconds(200)
        return true
      }
    }
  }

  private func talk(
    _ agent: AttachedAgent, _ command: String, _ arguments: [String: String] = [:], _ lines: [String]
  ) throws -> (text: String, outcome: AgentOutcome) {
    let script = Script(lines)
    let connection = try agent.link.opening(for: command).connect()
    let outcome = try connection.converse(command, as: "console", arguments, script.talk)
    return (script.text, outcome)
  }

  private func answer(_ target: PythonTarget, _ question: String) throws -> String {
    try target.send(question)
    return try target.line()
  }

  /// Without `ctypes` nothing can be interrupted: those on musl are built without it.
  private static let interruptible = PythonInterpreter.installed.filter { !$0.name.contains("musl") }

  // MARK: - The console

  @Test(arguments: PythonInterpreter.everywhere)
  func theConsoleTalksAndTouchesNothingOfTheApplication(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    let lines = [
      "1 + 1", "_ * 10", "print('printed', 7)", "def double(n):", "  return 2 * n", "", "double(21)", "1 / 0", "(",
      "'go on')", "import stock; stock.LEVELS['apple'] = 9", "[print(n) for n in (1, 2)] and None", "input('name? ')",
      "Ann",
      "raise KeyError('x')", "nonsense here", "^C", "'after'", "exit()",
    ]
    let (text, outcome) = try talk(agent, "python console", [:], lines)
    #expect(outcome == .value(.null, said: ""))
    for expected in [
      ">>> 1 + 1\n2\n", "20\n", ">>> print('printed', 7)\nprinted 7\n", "42\n", "ZeroDivisionError",
      "... 'go on')\n'go on'",
      "\n1\n2\n", "name? Ann\n'Ann'\n", "KeyError: 'x'", "SyntaxError", "KeyboardInterrupt", "'after'\n",
    ] {
      #expect(text.contains(expected), "\(expected) is not in:\n\(text)")
    }
    // Nothing of it was printed by the application, and all of its own is as it was.
    #expect(try answer(target, "streams") == "True")
    #expect(try answer(target, "level apple") == "9")
    #expect(try agent.detach().isComplete)
  }

  @Test(arguments: interruptible)
  func whatRunsInAConsoleIsInterrupted(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    let (text, _) = try talk(
      agent, "python console", [:],
      [
        "while True: pass", "", "^C running", "'still there'", "import time", "for n in range(9999): time.sleep(0.01)",
        "",
        "^C running", "'and now'",
      ])
    #expect(text.contains("KeyboardInterrupt\n>>> 'still there'\n'still there'"), "\(text)")
    #expect(text.contains("'and now'\n'and now'"), "\(text)")
    #expect(try answer(target, "goes on") == "goes on")
    #expect(try agent.detach().isComplete)
  }

  /// Whoever talks does not keep others waiting, and what he leaves running ends with him.
  @Test(arguments: interruptible)
  func othersUseTheAgentMeanwhileAndWhatIsLeftRunningEnds(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    do {
      let connection = try agent.link.opening(for: "python console").connect()
      let order = AgentOrder(command: "python console", rung: "console", arguments: [String: String]())
      _ = try connection.ask("run", order, until: .now + .seconds(30))
      var isAsked = false
      while !isAsked {
        if case .notification("ask", _) = try connection.message(until: .now + .seconds(30)) { isAsked = true }
      }
      _ = try connection.ask("typed", ["text": "while True: pass"], until: .now + .seconds(30))
      _ = try connection.message(until: .now + .seconds(30))
      _ = try connection.ask("typed", ["text": ""], until: .now + .seconds(30))
      #expect(try agent.link.run("gc status", as: "probe")["enabled"] != nil)
      #expect(try agent.link.status().pid > 0)
      // Here its connection ends.
    }
    #expect(try agent.detach().isComplete)
  }

  // MARK: - The debugger

  private static let places = [
    "pay", "closure", "generator", "coroutine", "Shop.method", "Shop.static", "Shop.of_class", "Shop.attribute",
  ]

  private struct Place: Encodable {
    var place: String
    var `for` = 60
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func exceptionsAreKeptHoweverAFunctionIsCalled(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    for place in Self.places {
      _ = try agent.link.run("debugger insert", as: "change", Place(place: "stock:" + place))
    }
    #expect(try answer(target, "codes") == "False")
    for place in Self.places + ["early"] {
      let expected = place == "Shop.method" || place == "Shop.attribute" ? "AttributeError" : "ZeroDivisionError"
      #expect(try answer(target, "fail " + place) == expected)
    }
    guard case .array(let kept) = try agent.link.run("debugger tracebacks", as: "probe") else {
      Issue.record("no list")
      return
    }
    #expect(Set(kept.compactMap { $0["place"]?.text }) == Set(Self.places.map { "stock:" + $0 }))
    // Also through the name that took it before.
    #expect(kept.first { $0["place"]?.text == "stock:pay" }?["times"]?.integer == 2)
    let printed = try agent.link.run("debugger print", as: "probe", Place(place: "stock:pay"))
    #expect(printed["exception"]?.text == "ZeroDivisionError: division by zero")
    for (place, words) in [
      ("stock:stream", "asynchronous generator"), ("stock:LEVELS", "no function"), ("stock:nope", "has no nope"),
      ("no.such:thing", "imported"), ("stock:pay", "watched already"),
    ] {
      #expect("\(place)") {
        _ = try agent.link.run("debugger insert", as: "change", Place(place: place))
      } throws: { "\($0)".contains(words) }
    }
    #expect(try agent.detach().isComplete)
    #expect(try answer(target, "codes") == "True")
    #expect(try answer(target, "fail pay") == "ZeroDivisionError")
  }

  /// What is said of a function afterwards was read from its own bytes: one that keeps our code is found out.
  @Test(arguments: PythonInterpreter.everywhere)
  func aFunctionThatKeepsOurCodeIsSeenFromOutside(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    _ = try agent.link.run("debugger insert", as: "change", Place(place: "stock:pay"))
    let hooks = try FunctionHooks(agent.link.connection.call("hooks"))
    #expect(!hooks.areGone(from: agent.process.memory))
    _ = try agent.link.run("debugger remove", as: "change", Place(place: "stock:pay"))
    #expect(hooks.areGone(from: agent.process.memory))
    #expect(try agent.detach().hasNoHook)
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func pdbLooksAtWhatWasKept(_ python: PythonInterpreter) throws {
    let target = try python.run("stock")
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    _ = try agent.link.run("debugger insert", as: "change", Place(place: "stock:pay"))
    #expect(try answer(target, "fail pay") == "ZeroDivisionError")
    let (text, _) = try talk(
      agent, "debugger debug", ["place": "stock:pay"],
      [
        "args", "p amount + 41", "parts", "made = 5", "made", "print('seen', tip)", "p nope", "up", "interact", "list",
        "q",
      ])
    for expected in [
      "ZeroDivisionError: division by zero", "(Pdb) args\namount = 1\nparts = 0\ntip = 3\n",
      "(Pdb) p amount + 41\n42\n",
      "(Pdb) parts\n0\n", "(Pdb) made\n5\n", "seen 3\n", "NameError", "Oldest frame", "not here",
      "total = amount / parts",
    ] {
      #expect(text.contains(expected), "\(expected) is not in:\n\(text)")
    }
    #expect(try answer(target, "streams") == "True")
    // The frames go with it.
    _ = try agent.link.run("debugger reset", as: "change")
    #expect(try answer(target, "codes") == "True")
    #expect(try agent.detach().isComplete)
  }

  // MARK: - Plugins of others

  @Test(arguments: PythonInterpreter.everywhere)
  func aPluginOfTheApplicationIsFoundAndEachThatFailsIsNamed(_ python: PythonInterpreter) throws {
    let target = try python.run("stock", ["stock.ini"])
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    guard case .value(let found, _) = try agent.link.work("plugins", as: "probe"),
      case .array(let plugins)? = found["plugins"]
    else {
      Issue.record("no plugins")
      return
    }
    func problem(_ place: String) -> String? { plugins.first { $0["place"]?.text == place }?["problem"]?.text }
    #expect(problem("no_such_module")?.contains("no_such_module") == true)
    #expect(problem("stock_plugin:BAD_RUNG")?.contains("rung") == true)
    #expect(problem("stock_plugin:TWO_NAMES")?.contains("one name") == true)
    #expect(problem("stock_plugin:TAKEN")?.contains("already") == true)
    #expect(problem("ends_the_program")?.contains("SystemExit") == true)
    #expect(problem("stock_plugin:nothing")?.contains("nothing") == true)
    #expect(plugins.filter { $0["problem"]?.text == nil }.compactMap { $0["name"]?.text } == ["stock", "greeter"])
    #expect(
      try agent.link.work("stock levels", as: "probe")
        == .value(
          try JSONReader().value(of: #"[{"article":"apple","left":3},{"article":"pear","left":5}]"#.utf8), said: ""))
    #expect(
      try agent.link.work("greeter hello", as: "change", ["line": "dear world"])
        == .value(.null, said: "Hello dear world\n"))
    guard
      case .raised("ValueError: the password=hunter2 is wrong", let trace) = try agent.link.work(
        "stock fails", as: "probe")
    else {
      Issue.record("no exception")
      return
    }
    #expect(trace.last?.function == "fails")
    guard case .raised = try agent.link.work("stock odd", as: "probe") else {
      Issue.record("an object was written as JSON")
      return
    }
    // It is over with its connection like every change.
    struct Hold: Encodable {
      let article = "apple"
      let `for` = 60
    }
    _ = try agent.link.work("stock hold", as: "change", Hold())
    #expect(try answer(target, "level apple") == "0")
    #expect(try agent.detach().isComplete)
    #expect(try answer(target, "level apple") == "3")
  }

  @Test(arguments: interruptible)
  func aCommandThatNeverReturnsIsInterrupted(_ python: PythonInterpreter) throws {
    let target = try python.run("stock", ["stock.ini"])
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    _ = try agent.link.work("plugins", as: "probe")
    guard
      case .raised(let words, let trace) = try agent.link.work(
        "stock hangs", as: "probe", [String: String](), within: 0.5)
    else {
      Issue.record("it returned")
      return
    }
    #expect(words.contains("interrupted"))
    #expect(trace.last?.function == "hangs")
    #expect(try agent.link.status().pid > 0)
    #expect(try agent.detach().isComplete)
  }

  // MARK: - What is admitted

  @Test func theAgentHoldsWhatWasAdmittedAgainstWhatItCarriesOut() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("stock", ["stock.ini"])
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    _ = try agent.link.work("plugins", as: "probe")
    #expect { try agent.link.work("stock hold", as: "probe", ["article": "apple"]) } throws: {
      "\($0)".contains("not admitted")
    }
    #expect { try agent.link.run("logging set", as: "observe") } throws: { "\($0)".contains("not admitted") }
    #expect(try answer(target, "level apple") == "3")
    _ = try agent.detach()
  }

  @Test func whatTheOwnerHasNotSwitchedOnStaysOff() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("stock", ["console_off.ini"])
    defer { target.end() }
    let agent = try AttachedAgent.patiently(in: target.pid)
    #expect(try agent.link.status().ceiling == "probe")
    #expect { try agent.link.run("gc status", as: "probe") } throws: { "\($0)".contains("does not offer") }
    #expect(try agent.link.run("logging loggers", as: "probe") != .null)
    #expect { try agent.link.run("logging set", as: "change") } throws: { "\($0)".contains("nothing above probe") }
    _ = try agent.detach()
    let broken = try #require(PythonInterpreter.named("3.11")).run("stock", ["no_such.ini"])
    defer { broken.end() }
    let second = try AttachedAgent.patiently(in: broken.pid)
    #expect(try second.link.status().ceiling == "observe")
    _ = try second.detach()
  }
}
