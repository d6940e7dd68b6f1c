import Glibc
import TestSupport
import Testing

/// Agents that a gateway holds: they stay after the command, and go with it, however it goes.
@Suite struct GatewayAgentTests {
  private typealias User = TestGateway

  private static let policy = """
    version: 1
    applications:
      logging_levels: {user: root}
    targets:
      all: {application: logging_levels}
    roles:
      operator: {rung: change}
      developer: {rung: probe}
      onlooker: {rung: inspect, allow: ["audit*"]}
    bindings:
      - {users: ["\(User.ann)"], role: operator, on: all}
      - {users: ["\(User.bob)"], role: developer, on: all}
      - {users: ["\(User.eve)"], role: onlooker, on: all}

    """

  private static func application() throws -> PythonTarget {
    try #require(PythonInterpreter.named("3.11")).run("logging_levels")
  }

  private func level(_ target: PythonTarget) throws -> String {
    try target.send("level shop.checkout")
    return try target.line()
  }

  private func set(_ gateway: TestGateway, _ target: PythonTarget) throws {
    let run = try gateway.ispy(
      User.ann, "run", "\(target.pid)", "logging", "set", "shop.checkout", "DEBUG", "--for", "10m")
    #expect(run.code == 0, "\(run.errors)")
    #expect(try level(target) == "DEBUG 10")
  }

  @Test func aChangeStandsAfterTheCommandAndIsTakenBackByHand() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    defer { target.end() }
    let pid = "\(target.pid)"
    try set(gateway, target)
    // Who may look at agents sees it, and may not take it back.
    let seen = try gateway.ispy(User.bob, "changes", pid)
    #expect(seen.output.contains("level of the logger shop.checkout"), "\(seen.errors)")
    #expect(try gateway.ispy(User.bob, "revert", pid, "all").code == 77)
    #expect(try gateway.ispy(User.bob, "run", pid, "logging", "set", "root", "DEBUG").code == 77)
    #expect(try gateway.ispy(User.eve, "attach", pid).code == 77)
    let attached = try gateway.ispy(User.eve, "attached")
    #expect(attached.output.contains(pid), "\(attached)")
    #expect(try gateway.ispy(User.ann, "revert", pid, "1").output.contains("reverted"))
    #expect(try level(target) == "NOTSET 30")
    let gone = try gateway.ispy(User.bob, "detach", pid)
    #expect(gone.output.contains("no thread, frame or byte of the agent is left"), "\(gone.errors)")
    let audit = try gateway.ispy(User.eve, "audit", "--json")
    for words in ["logging set", "revert", "detach", "changes"] { #expect(audit.output.contains(words)) }
  }

  @Test func itGoesBackWithTheGateway() throws {
    for signal in [SIGKILL, SIGTERM] {
      let gateway = try TestGateway(policy: Self.policy)
      let target = try Self.application()
      defer { target.end() }
      try set(gateway, target)
      gateway.child.signal(signal)
      _ = try eventually { try level(target) == "NOTSET 30" ? true : nil }
    }
  }

  /// A gateway that stands still renews no lease.
  @Test func itGoesBackWhenTheGatewayHangs() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.application()
    defer { target.end() }
    try set(gateway, target)
    gateway.child.signal(SIGSTOP)
    defer { gateway.child.signal(SIGCONT) }
    _ = try eventually { try level(target) == "NOTSET 30" ? true : nil }
  }
}
