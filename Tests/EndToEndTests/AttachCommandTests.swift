import Catalog
import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy attach`, and the commands that an agent carries out, on real processes without a gateway.
@Suite struct AttachCommandTests {
  private static func application(
    _ python: PythonInterpreter, environment: [String: String] = [:]
  ) throws -> PythonTarget { try python.run("logging_levels", environment: environment) }

  private static func fast() throws -> PythonInterpreter { try #require(PythonInterpreter.named("3.11")) }

  /// `DEBUG 10`: the level that a logger has, and the lowest that it lets through.
  private func level(_ target: PythonTarget, _ logger: String = "shop.checkout") throws -> String {
    try target.send("level \(logger)")
    return try target.line()
  }

  private func begin(_ words: String...) throws -> ChildProcess { try ChildProcess([IspyRun.path()] + words) }

  @Test(arguments: PythonInterpreter.installed)
  func attachStaysUntilItIsInterrupted(_ python: PythonInterpreter) throws {
    let target = try Self.application(python)
    defer { target.end() }
    let ispy = try begin("attach", "\(target.pid)", "--json")
    defer { ispy.end() }
    let first = try ispy.line(waitingFor: "attachments") { $0.contains("ispyd.attachments/1") }
    let attached = try JSONDecoder().decode(AttachmentsResult.self, from: Data(first.utf8))
    let summary = try #require(attached.attachments.first)
    #expect(summary.state == .attached && summary.isNew == true && summary.ceiling == .console)
    #expect(summary.pythonVersion?.hasPrefix("3.\(python.minor).") == true)
    ispy.signal(SIGINT)
    let last = try ispy.line(waitingFor: "attachments") { $0.contains("ispyd.attachments/1") }
    let detached = try JSONDecoder().decode(AttachmentsResult.self, from: Data(last.utf8))
    #expect(detached.attachments.first?.state == .detached)
    #expect(detached.attachments.first?.proof?.isComplete == true)
    #expect(try ispy.waitForExit() == 0)
    #expect(try level(target) == "NOTSET 30")
  }

  @Test(arguments: PythonInterpreter.installed)
  func aLevelIsSetForATime(_ python: PythonInterpreter) throws {
    let target = try Self.application(python)
    defer { target.end() }
    #expect(try level(target) == "NOTSET 30")
    let ispy = try begin("run", "\(target.pid)", "logging", "set", "shop.checkout", "DEBUG", "--for", "2s")
    defer { ispy.end() }
    try ispy.output(waitingFor: "the change") { $0.contains("is = DEBUG") }
    #expect(try level(target) == "DEBUG 10")
    #expect(try ispy.waitForExit() == 0)
    #expect(ispy.transcript.contains("reverted"))
    #expect(ispy.transcript.contains("its time was over"))
    #expect(try level(target) == "NOTSET 30")
  }

  @Test func whateverEndsItTheLevelGoesBack() throws {
    let python = try Self.fast()
    for signal in [SIGINT, SIGTERM, SIGKILL] {
      let target = try Self.application(python)
      defer { target.end() }
      let ispy = try begin("run", "\(target.pid)", "logging", "set", "root", "DEBUG", "--for", "10m")
      defer { ispy.end() }
      try ispy.output(waitingFor: "the change") { $0.contains("is = DEBUG") }
      #expect(try level(target) == "NOTSET 10")
      ispy.signal(signal)
      _ = try ispy.waitForExit()
      _ = try eventually { try level(target) == "NOTSET 30" ? true : nil }
    }
  }

  @Test func whatSomebodyElseHasSetIsLeft() throws {
    let target = try Self.application(try Self.fast())
    defer { target.end() }
    let ispy = try begin("run", "\(target.pid)", "logging", "set", "shop.stock", "DEBUG", "--for", "10m")
    defer { ispy.end() }
    try ispy.output(waitingFor: "the change") { $0.contains("is = DEBUG") }
    try target.send("set shop.stock INFO")
    #expect(try target.line() == "INFO 20")
    ispy.signal(SIGINT)
    #expect(try ispy.waitForExit() == 0)
    #expect(ispy.transcript.contains("somebody else set it"))
    #expect(try level(target, "shop.stock") == "INFO 20")
  }

  @Test func loggersAreShown() throws {
    let target = try Self.application(try Self.fast())
    defer { target.end() }
    let some = try IspyRun("run", "\(target.pid)", "logging", "loggers", "--json")
    #expect(some.code == 0, "\(some.errors)")
    #expect(some.output.contains("shop.stock") && !some.output.contains("shop.checkout"))
    let all = try IspyRun("run", "\(target.pid)", "logging", "loggers", "--all")
    #expect(all.output.contains("shop.checkout") && all.output.contains("an agent was attached for this"))
  }

  @Test func theOwnersCeilingHolds() throws {
    let target = try Self.application(try Self.fast(), environment: ["ISPYD_CEILING": "probe"])
    defer { target.end() }
    #expect(try IspyRun("run", "\(target.pid)", "logging", "loggers").code == 0)
    let refused = try IspyRun("run", "\(target.pid)", "logging", "set", "root", "DEBUG")
    #expect(refused.code == CommandError.Cause.failed.rawValue)
    #expect(refused.errors.contains("allows nothing above probe"))
    #expect(try level(target) == "NOTSET 30")
  }

  @Test func refusalsSayWhyAndWhatToDo() throws {
    let target = try Self.application(try Self.fast(), environment: ["PYTHON_DISABLE_REMOTE_DEBUG": "1"])
    defer { target.end() }
    let forbidden = try IspyRun("attach", "\(target.pid)")
    #expect(forbidden.code == CommandError.Cause.notPermitted.rawValue)
    #expect(forbidden.errors.contains("its owner has disabled remote debugging"))
    #expect(forbidden.errors.contains("ispy dump \(target.pid)"))
    let doctor = try IspyRun("doctor", "\(target.pid)")
    #expect(doctor.code == 0 && doctor.output.contains("no agent can be attached: its owner"), "\(doctor)")
    let unknown = try IspyRun("run", "\(target.pid)", "logging", "set", "root", "LOUD")
    #expect(unknown.code == CommandError.Cause.usage.rawValue)
    let none = try IspyRun("detach", "\(target.pid)")
    #expect(none.code == CommandError.Cause.notFound.rawValue)
    #expect(try IspyRun("attached").output == "no process has an agent\n")
    #expect(try IspyRun("revert", "\(target.pid)", "some").code == CommandError.Cause.usage.rawValue)
  }

  /// What it forks would have the agent's changes and no agent.
  @Test func aMasterOfWorkersIsRefused() throws {
    let server = try WebServer("gunicorn-sync", "wsgi_plain", on: Self.fast())
    let run = try IspyRun("attach", "\(server.pid)")
    #expect(run.code == CommandError.Cause.failed.rawValue)
    #expect(run.errors.contains("starts and watches workers"))
    let doctor = try IspyRun("doctor", "\(server.pid)", "\(server.pid)/children")
    #expect(doctor.output.contains("ispy attach \(server.pid)/children"), "\(doctor)")
    #expect(doctor.output.contains("an agent can be attached"))
  }

  /// The agents of a process' children, by what the kernel calls their threads.
  private func childrenWithAgents(of pid: Int32) throws -> [Int32] {
    let children = try TextFile.read("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
    return children.filter { child in
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(child)/task")) ?? []
      return threads.contains { (try? TextFile.read("/proc/\(child)/task/\($0)/comm")) == "ispyd-agent\n" }
    }
  }

  @Test func workersThatComeLaterGetAnAgentToo() throws {
    let server = try WebServer("gunicorn-sync", "wsgi_plain", on: Self.fast())
    let ispy = try begin("attach", "\(server.pid)/children")
    defer { ispy.end() }
    try ispy.output(waitingFor: "the agent") { $0.contains("attached") }
    let first = try #require(try childrenWithAgents(of: server.pid).first)
    kill(first, SIGKILL)
    let second = try eventually { try childrenWithAgents(of: server.pid).first { $0 != first } }
    ispy.signal(SIGINT)
    #expect(try ispy.waitForExit() == 0)
    #expect(ispy.transcript.contains("process \(second)"), "\(ispy.transcript)")
    #expect(ispy.transcript.contains("no thread, frame or byte of the agent is left"))
  }

  @Test func inAShellItStaysUntilTheShellEnds() throws {
    let target = try Self.application(try Self.fast())
    defer { target.end() }
    let pid = "\(target.pid)"
    let shell = try ChildProcess([IspyRun.path(), "shell", pid])
    defer { shell.end() }
    try shell.send("attach")
    try shell.output(waitingFor: "the agent") { $0.contains("attached, in ") }
    try shell.send("!logging")
    try shell.send("set shop.checkout INFO")
    try shell.output(waitingFor: "the change") { $0.contains("is = INFO") }
    #expect(try level(target) == "INFO 20")
    try shell.send("exit")
    try shell.send("changes")
    try shell.output(waitingFor: "the list") { $0.contains("level of the logger shop.checkout") }
    try shell.send("attached")
    try shell.output(waitingFor: "the agent") { $0.contains("goes in") }
    shell.closeInput()
    #expect(try shell.waitForExit() == 0)
    #expect(try level(target) == "NOTSET 30")
  }
}
