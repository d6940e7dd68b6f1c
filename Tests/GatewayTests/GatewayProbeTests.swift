import Glibc
import TestSupport
import Testing

/// Probes through a gateway: what the policy lets whom ask for, who sees what, and what is left when it is killed.
@Suite struct GatewayProbeTests {
  private typealias User = TestGateway

  private static let policy = """
    version: 1
    applications:
      till: {user: root}
      probed: {user: root}
    targets:
      all: {application: [till, probed]}
    roles:
      operator: {rung: probe, limits: {concurrent: 8, probes: {hits: 50, rate: 10, cpu: 2, for: 20m}}}
      chief: {rung: probe, values: raw, limits: {concurrent: 8, probes: {all-at-once: true}}}
      onlooker: {rung: inspect, allow: ["audit*"]}
    bindings:
      - {users: ["\(User.ann)"], role: operator, on: all}
      - {users: ["\(User.bob)"], role: chief, on: all}
      - {users: ["\(User.eve)"], role: onlooker, on: all}
    redaction: {names: [customer]}

    """

  private static func target(_ name: String = "till") throws -> PythonTarget {
    try PythonTarget(name, on: try #require(PythonInterpreter.named("3.11")))
  }

  @Test func aProbeStaysForEverybodyWhoMayUntilItIsStopped() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.target()
    let pid = "\(target.pid)"
    let begun = try gateway.ispy(
      User.ann, "probe", "record", pid, "__main__:pay", "--hits", "40", "--for", "10m", "--background")
    #expect(begun.code == 0, "\(begun.errors)")
    // Another operator sees it, has one of his own, and both find what they asked for.
    #expect(try gateway.ispy(User.bob, "probes", pid).output.contains("1 record __main__:pay: stands"))
    let other = try gateway.ispy(User.bob, "probe", "watch", pid, "__main__:pay", "--hits", "1")
    #expect(other.output.contains("probe 2: over: it has had its hits"), "\(other.errors) \(other.output)")
    #expect(other.output.contains("every function has its own code again"), "\(other.output)")
    let results = try gateway.ispy(User.bob, "probe", "results", pid, "1")
    #expect(results.output.contains("amount = "), "\(results.errors)")
    #expect(try gateway.ispy(User.eve, "probe", "results", pid, "1").code == 77)
    let stopped = try gateway.ispy(User.bob, "probe", "stop", pid, "1")
    #expect(stopped.output.contains("every function has its own code again"), "\(stopped.errors) \(stopped.output)")
    let audit = try gateway.ispy(User.eve, "audit", "--json")
    #expect(audit.output.contains("probe record") && audit.output.contains("probe stop"), "\(audit.errors)")
  }

  @Test func aPolicySaysWhatAProbeMayUse() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.target()
    let pid = "\(target.pid)"
    for (option, value) in [("--hits", "51"), ("--rate", "11"), ("--cpu", "3"), ("--for", "30m")] {
      let run = try gateway.ispy(User.ann, "probe", "watch", pid, "__main__:pay", option, value)
      #expect(run.code == 74 && run.errors.contains(option), "\(option): \(run.errors)")
    }
    let all = try gateway.ispy(User.ann, "probe", "watch", pid, "__main__:pay", "--all-at-once")
    #expect(all.code == 77 && all.errors.contains("--all-at-once is not granted"), "\(all.errors)")
    let granted = try gateway.ispy(User.bob, "probe", "watch", pid, "__main__:pay", "--all-at-once", "--hits", "1")
    #expect(granted.code == 0, "\(granted.errors)")
    #expect(try gateway.ispy(User.eve, "probe", "watch", pid, "__main__:pay").code == 77)
    // What the policy calls secret is not asked about either.
    let secret = try gateway.ispy(User.ann, "probe", "watch", pid, "__main__:charge", "--if", "customer == 'a'")
    #expect(secret.code == 77 && secret.errors.contains("customer is withheld"), "\(secret.errors)")
    let extended = try gateway.ispy(User.ann, "probe", "extend", pid, "1", "--for", "2h")
    #expect(extended.code == 74, "\(extended.errors)")
  }

  @Test func whatThePolicyWithholdsIsWithheld() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.target()
    let run = try gateway.ispy(User.ann, "probe", "watch", "\(target.pid)", "__main__:charge", "--hits", "1")
    #expect(run.code == 0, "\(run.errors)")
    #expect(!run.output.contains("customer-7") && !run.output.contains("4111"), "\(run.output)")
    let raw = try gateway.ispy(
      User.bob, "--values", "raw", "probe", "watch", "\(target.pid)", "__main__:charge", "--hits", "1")
    #expect(raw.output.contains("4111111111111111"), "\(raw.errors)")
  }

  /// Whatever happens to the gateway, a second later there is nothing of it in the process.
  @Test func aKilledGatewayLeavesNoProbe() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let target = try Self.target("probed")
    let pid = "\(target.pid)"
    for kind in ["watch", "time", "exceptions"] {
      let run = try gateway.ispy(User.ann, "probe", kind, pid, "__main__:plain", "--background")
      #expect(run.code == 0, "\(run.errors)")
    }
    gateway.child.signal(SIGKILL)
    _ = try eventually { () -> Bool? in
      try target.send("clean")
      return try target.line() == "done clean" ? true : nil
    }
    try target.send("direct")
    #expect(try target.line() == "done direct")
  }

  /// A worker that is killed takes nothing with it that was shown, and the others go on.
  @Test func aKilledWorkerIsNoEndForTheOthers() throws {
    let gateway = try TestGateway(policy: Self.policy)
    let targets = [try Self.target(), try Self.target()]
    let following = try gateway.begin(
      User.bob, "--json", "probe", "watch", "\(targets[0].pid)", "\(targets[1].pid)", "__main__:pay", "--all-at-once",
      "--hits", "60", "--for", "30s")
    _ = try following.line(waitingFor: "a record", where: { $0.contains("\"arguments\"") })
    targets[0].end()
    #expect(try following.waitForExit(within: .seconds(60)) == 72)
    #expect(following.transcript.contains("\"isLast\":true"), "\(following.transcript.suffix(600))")
    #expect(following.transcript.contains("\"pid\":\(targets[1].pid)"))
  }
}
