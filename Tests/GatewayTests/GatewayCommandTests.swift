import Foundation
import TestSupport
import Testing

/// `ispy` through a real `ispyd`, as several users, on real processes.
@Suite struct GatewayCommandTests {
  private typealias User = TestGateway

  /// A process with secrets in its frames: `db_password`, a card number.
  private static func values() throws -> PythonTarget {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try python.run("values.py")
    while try target.line() != "in a cell" {}
    return target
  }

  @Test func whatThePolicyAllowsGoesThroughUnchanged() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let peek = try gateway.ispy(User.ann, "peek", "\(target.pid)", "VALUES['small']")
    #expect(peek.code == 0, "\(peek.errors)")
    #expect(peek.output == "42\n")
    let dump = try gateway.ispy(User.ann, "dump", "\(target.pid)", "--locals", "--json")
    #expect(dump.code == 0, "\(dump.errors)")
    #expect(dump.output.contains("\"schema\": \"ispyd.dump/1\""))
    #expect(dump.output.contains("\"redacted\"") && !dump.output.contains("hunter2"))
    let facts = try gateway.ispy(User.ann, "run", "\(target.pid)", "process", "pid")
    #expect(facts.output.contains("\(target.pid)"))
    let list = try gateway.ispy(User.ann, "ps", "--json")
    #expect(list.output.contains("\"pid\": \(target.pid)"))
    // The gateway itself, and processes of other applications, are nobody's business.
    #expect(!list.output.contains("\"pid\": \(getpid())"))
  }

  @Test func whatItDoesNotAllowIsRefusedWithTheRule() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let pid = "\(target.pid)"
    for (user, words, rule) in [
      (User.ann, ["heap", pid], "denies heap"), (User.ann, ["audit"], "does not list audit"),
      (User.bob, ["dump", pid], "ends at rung observe"),
      (User.eve, ["dump", pid], "no binding gives \(User.eve) a role"),
      (User.eve, ["ps"], "no binding gives"), (User.eve, ["sessions", "kill", "1"], "no binding gives"),
      (User.ann, ["policy", "reload"], "does not list policy reload"),
      // A process that is no application of the policy's.
      (User.ann, ["dump", "\(getpid())"], "no binding gives"),
    ] {
      let run = try gateway.ispy(user, words)
      #expect(run.code == 77, "\(words): \(run.errors)")
      #expect(run.errors.contains(rule), "\(words): \(run.errors)")
      #expect(run.output.isEmpty)
    }
    let audit = try gateway.ispy(User.bob, "audit", "--kind", "refused", "--json")
    #expect(audit.output.components(separatedBy: "\"kind\": \"refused\"").count == 9)
  }

  @Test func ofOtherApplicationsNoNameIsTold() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let own = try gateway.ispy(User.ann, "can", "dump", "nobody")
    #expect(own.code == 68 && own.errors.contains("values"), "\(own.errors)")
    for words in [["can", "dump", "valuess"], ["can", "dump", "nobody"]] {
      let stranger = try gateway.ispy(User.eve, words)
      #expect(stranger.code == 68 && !stranger.errors.contains("values\n"), "\(stranger.errors)")
      #expect(!stranger.errors.contains("running:") && !stranger.errors.contains("did you mean"), "\(stranger.errors)")
    }
  }

  @Test func aProcessThatLiesAboutItsNameIsNotBelieved() throws {
    let gateway = try TestGateway(
      policy: TestGateway.policy().replacingOccurrences(of: "values: {user: root}", with: "values: {user: nobody}"))
    let target = try Self.values()
    defer { target.end() }
    let run = try gateway.ispy(User.ann, "dump", "\(target.pid)")
    #expect(run.code == 77, "\(run.errors)")
    #expect(try gateway.ispy(User.ann, "ps", "--json").output.contains("\"pid\": \(target.pid)") == false)
  }

  @Test func valuesAboveOnesRightNeedAnotherPerson() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let words = ["peek", "\(target.pid)", "thread(1).frame(2).db_password", "--values", "raw"]
    let bare = try gateway.ispy(User.ann, words)
    #expect(bare.code == 75 && bare.errors.contains("--reason"), "\(bare.errors)")
    let asked = try gateway.ispy(User.ann, words + ["--reason", "ticket 7"])
    #expect(asked.code == 75 && asked.errors.contains("approval 1 was asked for"), "\(asked.errors)")
    let own = try gateway.ispy(User.ann, "approve", "1")
    #expect(own.code == 77 && own.errors.contains("nobody approves what they asked for"), "\(own.errors)")
    #expect(try gateway.ispy(User.eve, "approvals").output.contains("nothing waits"))
    let waiting = try gateway.ispy(User.bob, "approvals")
    #expect(waiting.output.contains("ticket 7") && waiting.output.contains("peek"), "\(waiting.output)")
    #expect(try gateway.ispy(User.bob, "approve", "1").code == 0)
    let shown = try gateway.ispy(User.ann, words)
    #expect(shown.code == 0 && !shown.output.contains("redacted"), "\(shown.errors)")
    #expect(try gateway.ispy(User.ann, words).code == 75, "once is once")
    let audit = try gateway.ispy(User.bob, "audit", "--json").output
    #expect(audit.contains("grant 1 of \(User.bob)") && audit.contains("\"reason\": \"ticket 7\""))
  }

  @Test func whatHasNoTargetIsAskedForByTheSameWay() throws {
    let gateway = try TestGateway(
      policy: TestGateway.policy(
        "  - {name: others, users: [\"\(User.ann)\"], on: all, rung: observe, commands: [audit, sessions kill], "
          + "approvers: {users: [\"\(User.bob)\"]}}"))
    let can = try gateway.ispy(User.ann, "can", "audit")
    #expect(can.code == 75 && can.output.contains("approval by \(User.bob)"), "\(can.output)")
    let asked = try gateway.ispy(User.ann, "audit", "--kind", "control", "--reason", "ticket 7")
    #expect(asked.code == 75 && asked.errors.contains("approval 1 was asked for"), "\(asked.errors)")
    let waiting = try gateway.ispy(User.bob, "approvals")
    #expect(waiting.output.contains("audit --kind control") && waiting.output.contains("without a target"))
    #expect(try gateway.ispy(User.bob, "approve", "1").code == 0)
    #expect(try gateway.ispy(User.ann, "audit").code == 75, "these very words")
    let shown = try gateway.ispy(User.ann, "audit", "--kind", "control")
    #expect(shown.code == 0 && shown.output.contains("approve"), "\(shown.errors)")
    #expect(try gateway.ispy(User.ann, "audit", "--kind", "control").code == 75, "once is once")
    // What no rule names stays what it was, and a grant outlives the gateway until it is taken back.
    #expect(try gateway.ispy(User.ann, "policy", "reload", "--reason", "ticket 7").code == 77)
    #expect(try gateway.ispy(User.ann, "sessions", "kill", "7", "--reason", "ticket 7").code == 75)
    #expect(try gateway.ispy(User.bob, "approve", "2", "--for", "5m").code == 0)
    try gateway.restart()
    #expect(try gateway.ispy(User.ann, "sessions", "kill", "8").code == 71, "there is none, and she may look")
    #expect(try gateway.ispy(User.bob, "deny", "2").code == 0)
    #expect(try gateway.ispy(User.ann, "sessions", "kill", "8").code == 75)
    #expect(try gateway.ispy(User.bob, "audit", "--json").output.contains("grant 2 of \(User.bob)"))
  }

  @Test func brokenGlassIsGrantedAtOnceAndEverybodyIsTold() throws {
    let gateway = try TestGateway(
      policy: TestGateway.policy().replacingOccurrences(of: "approvers:", with: "break-glass: true, approvers:"))
    let target = try Self.values()
    defer { target.end() }
    let words = ["peek", "\(target.pid)", "VALUES['small']", "--values", "raw", "--reason", "all is on fire"]
    let first = try gateway.ispy(User.ann, words)
    #expect(first.code == 75 && first.errors.contains("the glass is broken"), "\(first.errors)")
    _ = try gateway.child.line(waitingFor: "a loud word") { $0.contains("critical") && $0.contains("glass") }
    #expect(try gateway.ispy(User.ann, words).output == "42\n")
    #expect(try gateway.ispy(User.bob, "audit", "--command", "break glass").output.contains("all is on fire"))
    #expect(try gateway.ispy(User.bob, "deny", "1").code == 0)
  }

  @Test func grantsOutliveTheGateway() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let words = ["peek", "\(target.pid)", "VALUES['small']", "--values", "raw"]
    _ = try gateway.ispy(User.ann, words + ["--reason", "why not"])
    #expect(try gateway.ispy(User.bob, "approve", "1", "--for", "5m").code == 0)
    try gateway.restart()
    #expect(try gateway.ispy(User.ann, words).output == "42\n")
    #expect(try gateway.ispy(User.bob, "deny", "1").code == 0)
    #expect(try gateway.ispy(User.ann, words).code == 75)
  }

  // MARK: - Sessions

  @Test func aSessionIsRecordedAndHoldsNoSecret() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let shell = try gateway.ispy(
      User.ann, ["shell", "\(target.pid)"],
      input: ["dump --locals", "peek \"VALUES['small']\"", "heap", "exit"])
    #expect(shell.output.contains("42"), "\(shell.output) \(shell.errors)")
    let sessions = try gateway.ispy(User.bob, "sessions")
    #expect(sessions.output.contains(User.ann), "\(sessions.output)")
    let replay = try gateway.ispy(User.bob, "sessions", "replay", "1")
    #expect(replay.output.contains("$ dump") && replay.output.contains("42"), "\(replay.output)")
    #expect(replay.output.contains("denies heap"))
    #expect(replay.output.contains("withheld:"))
    #expect(try gateway.ispy(User.ann, "sessions", "replay", "1").code == 77)
  }

  @Test func aSessionCanBeWatchedAndEndedByAnother() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let shell = try gateway.begin(User.ann, "shell", "\(target.pid)")
    defer { shell.end() }
    try shell.send("peek \"VALUES['small']\"")
    _ = try shell.line(waitingFor: "42") { $0.contains("42") }
    let watcher = try gateway.begin(User.bob, "sessions", "watch", "1")
    defer { watcher.end() }
    // The watcher is there once its own command stands in the audit.
    while !(try gateway.ispy(User.bob, "audit", "--command", "sessions watch").output.contains("sessions watch")) {}
    try shell.send("peek \"VALUES['small']\"")
    _ = try watcher.line(waitingFor: "what it answered") { $0.contains("42") }
    let killed = try gateway.ispy(User.bob, "sessions", "kill", "1")
    #expect(killed.code == 0, "\(killed.errors)")
    _ = try watcher.line(waitingFor: "its end") { $0.contains("ended by \(User.bob)") }
    #expect(try watcher.waitForExit() == 0)
    try shell.send("peek \"VALUES['small']\"")
    _ = try shell.line(waitingFor: "who ended it") { $0.contains("\(User.bob) has ended this session") }
  }

  @Test func interruptedWorkEndsInTheGatewayToo() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let record = try gateway.begin(User.ann, "record", "\(target.pid)", "--json")
    defer { record.end() }
    while !(try gateway.ispy(User.bob, "audit", "--command", "record").output.contains("record")) {}
    record.signal(SIGINT)
    #expect(try record.waitForExit() == 0)
    #expect(record.transcript.contains("ispyd.record/1"), "what was gathered is there")
  }

  // MARK: - Policies

  @Test func aBrokenPolicyAllowsNothingAtTheStart() throws {
    let gateway = try TestGateway(policy: TestGateway.policy("nonsense: 1"))
    #expect(try gateway.ispy(User.ann, "ps").code == 77)
    #expect(try gateway.ispy(User.bob, "audit").code == 77)
    try gateway.writePolicy(TestGateway.policy())
    gateway.child.signal(SIGHUP)
    _ = try gateway.child.line(waitingFor: "the policy") { $0.contains("the policy is in force") }
    #expect(try gateway.ispy(User.ann, "ps").code == 0)
  }

  @Test func aPolicyThatBreaksLeavesTheOldOneInForceAndSaysSo() throws {
    let gateway = try TestGateway()
    try gateway.writePolicy("version: 1\nroles: [")
    let reload = try gateway.ispy(User.bob, "policy", "reload")
    #expect(reload.code == 1 && reload.output.contains("error") && reload.output.contains("not in force"))
    _ = try gateway.child.line(waitingFor: "a loud word") { $0.contains("critical") && $0.contains("broken") }
    #expect(try gateway.ispy(User.ann, "ps").code == 0)
    try gateway.writePolicy("version: 1\n")
    #expect(try gateway.ispy(User.bob, "policy", "reload").code == 0)
    #expect(try gateway.ispy(User.ann, "ps").code == 77)
  }

  @Test func aPolicyIsCheckedWithLineAndColumn() throws {
    let gateway = try TestGateway()
    let run = try gateway.ispy(User.ann, ["policy", "check", "-"], input: ["version: 1", "rolls: {}"])
    #expect(run.code == 1)
    #expect(run.output.contains("2:1: error:") && run.output.contains("did you mean roles?"), "\(run.output)")
  }

  @Test func thePolicySaysWhyToWhoeverAsks() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    let can = try gateway.ispy(User.ann, "can", "heap", "\(target.pid)")
    #expect(can.code == 77 && can.output.contains("denies heap"), "\(can.output)")
    #expect(try gateway.ispy(User.ann, "can", "dump", "\(target.pid)").code == 0)
    #expect(try gateway.ispy(User.ann, "can", "dump", "\(target.pid)", "--with-values", "raw").code == 75)
    let explained = try gateway.ispy(User.bob, "policy", "explain", User.ann, "heap", "\(target.pid)")
    #expect(explained.code == 77 && explained.output.contains("denies heap"), "\(explained.output)")
    #expect(try gateway.ispy(User.bob, "policy", "explain", "no-such-user", "heap").code == 71)
    let whoami = try gateway.ispy(User.ann, "whoami")
    #expect(whoami.output.contains("developer") && whoami.output.contains("inspect"), "\(whoami.output)")
  }

  // MARK: - Limits

  @Test func limitsHold() throws {
    let gateway = try TestGateway(policy: TestGateway.policy("limits: {rate: 2/h}"))
    #expect(try gateway.ispy(User.ann, "whoami").code == 0)
    #expect(try gateway.ispy(User.ann, "whoami").code == 0)
    let third = try gateway.ispy(User.ann, "whoami")
    #expect(third.code == 74 && third.errors.contains("try again in"), "\(third.errors)")
    #expect(try gateway.ispy(User.bob, "whoami").code == 0, "another's limit is another's")
  }

  // MARK: - Audit

  @Test func noSecretIsKeptAnywhere() throws {
    let gateway = try TestGateway()
    let target = try Self.values()
    defer { target.end() }
    _ = try gateway.ispy(
      User.ann, ["shell", "\(target.pid)"],
      input: [
        "dump --locals", "peek thread(1).frame(2)", "peek thread(1).frame(2).settings",
        "peek \"VALUES['password=planted-secret']\"", "process environ", "redact check --all",
      ])
    _ = try gateway.ispy(
      User.ann, "peek", "\(target.pid)", "x", "--values", "raw", "--reason", "password=planted-secret")
    let kept = try gateway.everythingKept()
    #expect(kept.contains("redacted"))
    #expect(!kept.contains("planted-secret"))
    #expect(!kept.contains("4111111111111111"))
    #expect(try gateway.ispy(User.bob, "audit", "verify").code == 0)
  }

  @Test func whatCannotBeWrittenDownIsNotDone() throws {
    // No file of it may grow past this: the audit is full soon.
    let gateway = try TestGateway(through: ["prlimit", "--fsize=60000"])
    let target = try Self.values()
    defer { target.end() }
    var last = try gateway.ispy(User.ann, "peek", "\(target.pid)", "VALUES['small']")
    #expect(last.code == 0, "\(last.errors)")
    for _ in 0..<200 where last.code == 0 {
      last = try gateway.ispy(User.ann, "peek", "\(target.pid)", "VALUES['small']")
    }
    #expect(last.code == 1 && last.errors.contains("nothing was done"), "\(last.errors)")
    #expect(last.output.isEmpty)
  }
}
