import Foundation
import Glibc
import TestSupport
import Testing

/// What talks, and what applications bring, through a gateway: granted, recorded, watched, ended.
@Suite struct GatewayConsoleTests {
  private typealias User = TestGateway

  private static let policy = """
    version: 1
    plugins: [stock, greeter]
    applications:
      stock: {user: root}
    targets:
      all: {application: stock}
    roles:
      operator: {rung: console, deny: ["stock fails"]}
      developer: {rung: probe}
      overseer: {rung: observe, allow: [sessions, "sessions *", "audit*", approvals, approve]}
    bindings:
      - {users: ["\(User.ann)"], role: operator, on: all}
      - {users: ["\(User.bob)"], role: overseer, on: all}
      - {users: ["\(User.eve)", root], role: developer, on: all}
    approvals:
      - {name: console, users: ["\(User.eve)"], on: all, rung: console, commands: ["python console"], approvers: {users: ["\(User.bob)"]}, for: 10m}

    """

  private static func application(_ configuration: String...) throws -> PythonTarget {
    try #require(PythonInterpreter.named("3.11")).run("stock", configuration)
  }

  private func answer(_ target: PythonTarget, _ question: String) throws -> String {
    try target.send(question)
    return try target.line()
  }

  /// One of Ann's, at its prompt.
  private func console(_ gateway: TestGateway, _ target: PythonTarget) throws -> ChildProcess {
    let console = try gateway.begin(User.ann, "run", "\(target.pid)", "python", "console", "--reason", "ticket 7")
    try console.output(waitingFor: "a prompt") { $0.contains(">>> ") }
    return console
  }

  @Test func aConsoleIsRecordedLineByLineAndWithheldFromAsAllElse() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    defer { target.end() }
    let words = ["run", "\(target.pid)", "python", "console", "--reason", "ticket 7"]
    let lines = ["6 * 7", "'db_password=hunter2'", "import stock; stock.LEVELS['apple'] = 8", "exit()"]
    let run = try gateway.ispy(User.ann, words, input: lines)
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("42\n"), "\(run.output)")
    #expect(!run.output.contains("hunter2"))
    #expect(try answer(target, "level apple") == "8")
    let replay = try gateway.ispy(User.bob, "sessions", "replay", "1")
    for expected in [">>> 6 * 7", "42", ">>> import stock; stock.LEVELS['apple'] = 8"] {
      #expect(replay.output.contains(expected), "\(replay.output) \(replay.errors)")
    }
    #expect(!replay.output.contains("hunter2"))
    let audit = try gateway.ispy(User.bob, "audit", "--json")
    #expect(audit.output.contains("python console") && audit.output.contains("ticket 7"))
    #expect(!(try gateway.everythingKept().contains("hunter2")))
  }

  @Test func aConsoleNeedsTheRungAReasonAndOneProcess() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    let second = try Self.application()
    defer {
      target.end()
      second.end()
    }
    let pid = "\(target.pid)"
    let unreasoned = try gateway.ispy(User.ann, ["run", pid, "python", "console"], input: ["exit()"])
    #expect(unreasoned.code == 77 && unreasoned.errors.contains("reason"), "\(unreasoned.errors)")
    let several = try gateway.ispy(User.ann, ["run", "stock", "python", "console", "--reason", "x"], input: ["exit()"])
    #expect(several.code == 69, "\(several.errors)")
    let onlooker = try gateway.ispy(User.bob, ["run", pid, "python", "console", "--reason", "x"], input: ["exit()"])
    #expect(onlooker.code == 77, "\(onlooker.errors)")
    // Somebody else has to agree, and then it is one.
    let words = ["run", pid, "python", "console", "--reason", "ticket 8"]
    let asked = try gateway.ispy(User.eve, words, input: ["1 + 1", "exit()"])
    #expect(asked.code == 75, "\(asked.errors)")
    #expect(try gateway.ispy(User.bob, "approve", "1").code == 0)
    let granted = try gateway.ispy(User.eve, words, input: ["1 + 1", "exit()"])
    #expect(granted.code == 0 && granted.output.contains("2\n"), "\(granted.errors)")
  }

  @Test func itsOwnerIsAskedBeforeThePolicyIs() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application("console_off.ini")
    defer { target.end() }
    let run = try gateway.ispy(
      User.ann, ["run", "\(target.pid)", "python", "console", "--reason", "x"], input: ["exit()"])
    #expect(run.code == 1 && run.errors.contains("nothing above probe"), "\(run.errors)")
  }

  /// What runs when a session is ended by somebody else runs no longer, and the process goes on.
  @Test func whoeverOverseesItWatchesAndEndsIt() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    defer { target.end() }
    let console = try console(gateway, target)
    defer { console.end() }
    let watcher = try gateway.begin(User.bob, "sessions", "watch", "1")
    defer { watcher.end() }
    // It sees what comes from then on.
    _ = try eventually {
      try gateway.ispy(User.bob, "audit", "--json").output.contains("\"sessions watch\"") ? true : nil
    }
    try console.send("print('begun'); exec('while True: pass')")
    try watcher.output(waitingFor: "what was typed") { $0.contains("while True: pass") && $0.contains("begun\n") }
    // Others are not kept waiting.
    #expect(try gateway.ispy(User.ann, "run", "\(target.pid)", "gc", "status").code == 0)
    #expect(try gateway.ispy(User.bob, "sessions", "kill", "1").code == 0)
    #expect(try console.waitForExit() != 0)
    #expect(try answer(target, "goes on") == "goes on")
    // Its thread goes too.
    _ = try eventually {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/\(target.pid)/task").count <= 2 ? true : nil
    }
    let detached = try gateway.ispy(User.ann, "detach", "\(target.pid)")
    #expect(detached.output.contains("no thread, frame or byte of the agent is left"), "\(detached.errors)")
  }

  @Test func ctrlCInterruptsWhatRunsAndNotTheConsole() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    defer { target.end() }
    let console = try console(gateway, target)
    defer { console.end() }
    try console.send("print('begun'); exec('while True: pass')")
    try console.output(waitingFor: "its first word") { $0.contains("begun\n") }
    console.signal(SIGINT)
    try console.output(waitingFor: "its end") { $0.contains("KeyboardInterrupt") }
    try console.send("'still there'")
    try console.output(waitingFor: "an answer") { $0.contains("'still there'\n") }
    try console.send("exit()")
    #expect(try console.waitForExit() == 0)
  }

  // MARK: - What applications bring

  @Test func aPluginOfTheApplicationGoesThroughTheSameGate() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application("stock.ini")
    defer { target.end() }
    let pid = "\(target.pid)"
    let plugins = try gateway.ispy(User.eve, "plugins", pid)
    #expect(plugins.output.contains("stock levels") && plugins.output.contains("no_such_module"), "\(plugins.errors)")
    let levels = try gateway.ispy(User.eve, "run", pid, "stock", "levels")
    #expect(levels.code == 0 && levels.output.contains("apple"), "\(levels.errors)")
    // What it says of its rung is what the policy decides by.
    let refused = try gateway.ispy(User.eve, "run", pid, "stock", "hold", "apple", "--for", "10m")
    #expect(refused.code == 77 && refused.errors.contains("change"), "\(refused.errors)")
    #expect(try gateway.ispy(User.ann, "run", pid, "stock", "fails").code == 77)
    let held = try gateway.ispy(User.ann, "run", pid, "stock", "hold", "apple", "--for", "10m")
    #expect(held.code == 0, "\(held.errors)")
    #expect(try answer(target, "level apple") == "0")
    #expect(try gateway.ispy(User.ann, "revert", pid, "all").code == 0)
    #expect(try answer(target, "level apple") == "3")
    let audit = try gateway.ispy(User.bob, "audit", "--json")
    #expect(audit.output.contains("stock hold"))
    let failed = try gateway.ispy(User.eve, "run", pid, "stock", "fails", "--json")
    #expect(failed.code == 1 && failed.output.contains("ValueError") && !failed.output.contains("hunter2"), "\(failed)")
    #expect(failed.output.contains("in fails"))
    let bare = try gateway.ispy(User.eve, "run", pid, "stock", "fails", "--values", "none")
    #expect(
      bare.output.contains("ValueError") && !bare.output.contains("password") && !bare.output.contains("in fails"))
  }

  /// A client may describe a command as it likes: the agent knows better.
  @Test func aDescriptionThatLiesIsRefusedInTheProcess() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application("stock.ini")
    defer { target.end() }
    let wire = try Wire(gateway.socket)
    wire.greet()
    func described(_ title: String, _ rung: String) -> String {
      let parameters =
        #"[{"name":"article","kind":"text","help":"x"},{"name":"for","kind":"duration","default":"10m","help":"x"}]"#
      return
        #"{"title":"\#(title)","rung":"\#(rung)","summary":"x","discussion":"x","parameters":\#(parameters),"cost":"x","examples":[]}"#
    }
    func run(_ plugin: String, _ command: String, _ description: String) throws -> String {
      let parameters =
        #"{"plugin":"\#(plugin)","command":"\#(command)","words":["\#(target.pid)","apple"],"values":"redacted","described":\#(description)}"#
      wire.send(#"{"jsonrpc":"2.0","id":2,"method":"run","params":\#(parameters)}"# + "\n")
      return try #require(wire.line())
    }
    let lie = try run("stock", "hold", described("stock hold", "probe"))
    #expect(lie.contains("was not admitted as that"), "\(lie)")
    let other = try run("stock", "hold", described("stock levels", "probe"))
    #expect(other.contains("not described"), "\(other)")
    // What needs an agent cannot be had by who may not attach one.
    for rung in ["observe", "inspect", "none"] {
      let low = try run("stock", "levels", described("stock levels", rung))
      #expect(low.contains("not described"), "\(low)")
    }
    // One of ispy's own is what the catalog says.
    let own = try run("logging", "set", described("logging set", "probe"))
    #expect(own.contains("error") && !own.contains("result"), "\(own)")
    #expect(try answer(target, "level apple") == "3")
  }
}
