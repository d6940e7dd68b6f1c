import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// The Python package: an application that loads the agent itself is talked to where its `ispyd.ini` says.
@Suite struct ListeningAgentTests {
  private static let fixed = "[ispyd]\nlisten = FOLDER/one.sock\n"

  @Test(arguments: PythonInterpreter.everywhere)
  func anApplicationThatLoadsItIsTalkedTo(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    #expect(try application.problem() == nil)
    #expect(try application.ask("messages") == .array([]))
    let link = try application.link()
    let status = try link.status()
    #expect(status.pid == application.pid)
    #expect(status.python == python.hexVersion)
    #expect(try link.run("gc status", as: "probe")["enabled"] == .bool(true))
    // It has its own plugins.
    #expect(throws: AttachError.refused("the application loads its agent itself, and takes no source from anybody")) {
      try link.connection.call("load", ["source": "print()"])
    }
    #expect(application.leftovers() == ["\(application.pid).sock"])
    #expect(try application.target.finish() == 0)
  }

  /// Ends as programs do; the name of the socket goes with it.
  @Test(arguments: PythonInterpreter.everywhere)
  func nothingIsLeftAtItsEnd(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    _ = try application.link().status()
    #expect(try application.ask("__import__('atexit').register(os.write, 1, b'end\\n') and None") == .null)
    try application.target.send("sys.exit(0)")
    #expect(try application.target.line() == "end")
    #expect(try application.target.finish() == 0)
    #expect(application.leftovers() == [])
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func whatWasChangedGoesBackWithItsConnection(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    func change(_ link: AgentLink, _ logger: String) throws {
      _ = try link.run("logging set", as: "change", LevelOrder(logger: logger, level: "DEBUG", for: 600))
    }
    #expect(try application.ask("logging.getLogger('a') and logging.getLogger('b') and None") == .null)
    let other = try application.link()
    try change(other, "b")
    var link: AgentLink? = try application.link()
    try change(try #require(link), "a")
    #expect(try application.ask("[level('a'), level('b')]") == .array([.number("10"), .number("10")]))
    // A child of a fork is none of those whom it was changed for.
    #expect(try application.ask("forked(\"[level('a'), level('b')]\")") == .array([.number("0"), .number("0")]))
    link = nil
    _ = try eventually { try application.ask("level('a')") == .number("0") ? true : nil }
    #expect(try application.ask("level('b')") == .number("10"))
    // All of them end with the listener.
    #expect(try application.ask("manager.close()") == .null)
    #expect(try application.ask("level('b')") == .number("0"))
    #expect(throws: AttachError.disconnected) { try other.status() }
    #expect(try application.problem() == "it was closed")
    #expect(application.leftovers() == [])
  }

  // MARK: - Forks

  @Test(arguments: PythonInterpreter.everywhere)
  func aForkedChildListensByItselfAndHoldsNothingOfItsParents(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    let links = try [application.link(), application.link()]
    for link in links { _ = try link.status() }
    let child = try application.ask("fork_and_stay()")
    guard case .array(let facts) = child, let address = facts[1].text else {
      Issue.record("\(child)")
      return
    }
    #expect(facts[0].integer != Int(application.pid))
    let link = try AgentLink(at: application.place(address))
    #expect(try Int(link.status().pid) == facts[0].integer)
    #expect(try application.ask("end_children()") == .array([.number("0")]))
    // It took its own name away, and nothing else.
    #expect(application.leftovers() == ["\(application.pid).sock"])
    for link in links { #expect(try link.status().pid == application.pid) }
    // A root of its own has no /proc.
    guard python.root == nil else { return }
    // None of its sockets was one of its parent's, but what it talks to this test by.
    let held = try application.ask("[sockets(), forked('sockets()')]")
    guard case .array(let lists) = held, case .array(let own) = lists[0], case .array(let childs) = lists[1] else {
      Issue.record("\(held)")
      return
    }
    #expect(own.count == childs.count + 2, "\(held)")
  }

  @Test func whereAllWouldListenAtOnePlaceAChildSaysSo() throws {
    let application = try ListeningApplication(Self.fixed, on: try Self.fast)
    let words = "the process that was forked from has the only listener: %(pid)s in listen gives each its own"
    #expect(try application.ask("forked('[manager.problem, manager.address]')") == .array([.string(words), .null]))
    #expect(try application.link().status().pid == application.pid)
    #expect(application.leftovers() == ["one.sock"])
  }

  // MARK: - Several managers

  @Test func aSecondManagerIsTheFirst() throws {
    let application = try ListeningApplication(on: try Self.fast)
    #expect(try application.ask("ShellManager(sys.argv[1]).address == manager.address") == .bool(true))
    #expect(try application.ask("ShellManager(__import__('pathlib').Path(sys.argv[1])).problem") == .null)
    #expect(try application.ask("len(sockets()) - len(sockets_before)") == .number("1"))
    let other = try application.ask(
      "(open(sys.argv[1] + '2', 'w').write('[ispyd]'), ShellManager(sys.argv[1] + '2').problem)[1]")
    #expect(other.text?.hasPrefix("this process has an agent already") == true)
    // One that was closed can be followed by another.
    #expect(try application.ask("manager.close() or ShellManager(sys.argv[1]).address").text != nil)
  }

  // MARK: - Patched threads

  /// Its main thread stands in a call that blocks: the agent is no greenlet of it.
  @Test(arguments: PythonInterpreter.withServers.filter { $0.root == nil })
  func underGeventItAnswersWhileTheLoopIsBlocked(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(Self.standard, ["gevent"], on: python, withServers: true)
    #expect(try application.ask("is_untouched()") == .bool(true))
    let link = try application.link()
    #expect(try link.run("gc status", as: "probe")["enabled"] == .bool(true))
  }

  @Test func underEventletItSaysWhyNot() throws {
    let application = try ListeningApplication(
      Self.standard, ["eventlet"], on: try #require(PythonInterpreter.withServers.first { $0.name == "3.11" }),
      withServers: true)
    let words = "eventlet has replaced the making of threads, and keeps no original"
    #expect(try application.problem() == words)
    #expect(try application.ask("messages") == .array([.string("no agent listens: " + words)]))
    #expect(application.leftovers() == [])
  }

  // MARK: - What the owner says

  @Test(
    arguments: [
      ("ceiling = probe", nil, "probe"), ("", "inspect", "inspect"), ("ceiling = probe", "change", "probe"),
      ("ceiling = change", "probe", "probe"), ("ceiling = everything", "change", "observe"), ("", nil, "console"),
    ] as [(String, String?, String)])
  func theLowerCeilingHolds(_ line: String, _ variable: String?, _ ceiling: String) throws {
    let application = try ListeningApplication(
      Self.standard + line + "\n", on: try Self.fast, environment: variable.map { ["ISPYD_CEILING": $0] } ?? [:])
    let link = try application.link()
    #expect(try link.status().ceiling == ceiling)
    guard ceiling == "probe" else { return }
    #expect(throws: AttachError.refused("the owner of this process allows nothing above probe")) {
      try link.run("logging set", as: "change", LevelOrder(logger: "root", level: "DEBUG", for: 60))
    }
  }

  /// What could not be understood may have forbidden something; the application goes on.
  @Test(arguments: ["no section\n", "[ispyd]\nlisten = a\nlisten = b\n", "[ispyd\n", "\u{0}[ispyd]\nlisten\n"])
  func whereTheFileCannotBeUnderstoodNothingIsAllowed(_ text: String) throws {
    let application = try ListeningApplication(text, on: try Self.fast)
    #expect(try application.problem()?.hasSuffix("ispyd.ini is no configuration file") == true)
    #expect(
      try application.ask("sys.modules['ispyd._agent'].agent['make_host'](os.environ)['ceiling']").text == "observe")
    #expect(try application.ask("1 + 1") == .number("2"))
  }

  @Test func onlyAMissingFileRaises() throws {
    let application = try ListeningApplication(on: try Self.fast)
    #expect(try application.ask("manager.close()") == .null)
    try application.target.send("ShellManager('/nowhere/ispyd.ini')")
    let end = try #require(throws: TestSupportError.self) { while true { _ = try application.target.line() } }
    #expect("\(end)".contains("RuntimeError: the configuration file /nowhere/ispyd.ini cannot be read: No such file"))
  }

  static let standard = "[ispyd]\nlisten = FOLDER/%(pid)s.sock\n"
  static var fast: PythonInterpreter { get throws { try #require(.named("3.11")) } }
}

/// The arguments of `logging set`.
struct LevelOrder: Encodable {
  let logger: String
  let level: String
  let `for`: Double
}
