import Audit
import Catalog
import Control
import Glibc
import JSON
import PolicyFile
import Redaction
import Synchronization

/// What the gateway does beside carrying out commands on targets, for one person.
struct Services: GatewayServices {
  let core: GatewayCore
  let principal: Principal
  private var gate: PolicyGate { core.keeper.gate }

  init(core: GatewayCore, principal: Principal) {
    self.core = core
    self.principal = principal
  }

  // MARK: - Who may what

  func whoami() -> WhoamiResult {
    let policy = gate.current
    let roles = policy.bindings.filter { $0.subjects.contains(principal) }.map { binding in
      WhoamiResult.Role(
        role: binding.role.name, rung: binding.role.rung, values: binding.role.values,
        targets: binding.selectors.map(\.name), place: binding.place)
    }
    return WhoamiResult(
      user: principal.user, name: principal.name, groups: principal.groups.sorted(), roles: roles,
      waiting: visibleApprovals().filter { $0.state == .pending }.count)
  }

  func decision(
    user: String?, command: CommandSpecification, targets words: [String], values: ValueRight
  ) throws(CommandError) -> DecisionResult {
    let who = try user.map { (name) throws(CommandError) in try Self.principal(named: name) } ?? principal
    let policy = gate.current
    var resolver = TargetResolver { gate.isVisible($0, to: principal) }
    let targets = try resolver.resolve(words)
    let decisions =
      targets.isEmpty
      ? [
        Self.decision(
          policy.decide(who, command, values: values, at: command.takesTargets ? .anywhere : .nowhere), pid: nil,
          labels: [:])
      ]
      : targets.map { target in
        let labels = gate.labels(of: target)
        let decision = policy.decide(who, command, values: values, at: .target(labels))
        // Whose labels are not for who asks is told no more than the verdict; whom a role lets do it, it lets see them too.
        let isGiven = if case .allowed = decision { command.standing == .rung } else { false }
        let isShown = user != nil || isGiven || policy.isVisible(labels, to: principal)
        return Self.decision(decision, pid: target.pid, labels: isShown ? labels : [:])
      }
    return DecisionResult(user: who.name, command: command.title, decisions: decisions)
  }

  private static func principal(named name: String) throws(CommandError) -> Principal {
    guard let entry = getpwnam(name) else {
      // A policy may name users by their number, whom the host need not know.
      if let user = UInt32(name) { return Principal(user: user) }
      throw CommandError(.notFound, "this host knows no user \(name)", hint: "see: getent passwd")
    }
    return PeerCredentials.principal(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }

  private static func decision(
    _ decision: Decision, pid: Int32?, labels: [String: String]
  ) -> DecisionResult.TargetDecision {
    switch decision {
    case .allowed(let rule, let values, _):
      .init(pid: pid, labels: labels, verdict: .allowed, rule: rule, needed: nil, values: values)
    case .needsApproval(let rule):
      .init(
        pid: pid, labels: labels, verdict: .approval, rule: "\(rule.name) (\(rule.place))",
        needed: rule.isBreakGlass ? "a reason: the glass is broken" : "approval by \(rule.approvers.description)",
        values: nil)
    case .refused(let rule, let needed):
      .init(pid: pid, labels: labels, verdict: .refused, rule: rule, needed: needed, values: nil)
    }
  }

  // MARK: - Approvals

  private func visibleApprovals() -> [Approval] {
    gate.desk.all().filter { $0.user == principal.user || gate.approvers(of: $0).contains(principal) }
  }

  func approvals(all: Bool) -> ApprovalsResult {
    ApprovalsResult(
      approvals: visibleApprovals().filter { all || $0.state == .pending || $0.state == .granted })
  }

  func approve(_ number: Int, for seconds: Double?) throws(CommandError) -> ApprovalsResult {
    let approval = try gate.approve(number, by: principal, for: seconds)
    core.trail.control("approve", by: principal, note: approval.summary)
    return ApprovalsResult(approvals: [approval])
  }

  func deny(_ number: Int) throws(CommandError) -> ApprovalsResult {
    let approval = try gate.deny(number, by: principal)
    core.trail.control(approval.state == .revoked ? "revoke" : "deny", by: principal, note: approval.summary)
    return ApprovalsResult(approvals: [approval])
  }

  // MARK: - Sessions

  func sessions() throws(CommandError) -> SessionsResult {
    do { return SessionsResult(sessions: try core.sessions.all()) } catch {
      throw CommandError(.failed, "the sessions cannot be read: \(error)")
    }
  }

  private func session(_ number: Int) throws(CommandError) -> SessionBook.Session {
    guard let session = core.sessions.session(number) else {
      throw CommandError(.notFound, "no session \(number) is open", hint: "see: ispy sessions")
    }
    return session
  }

  func kill(session number: Int) throws(CommandError) -> SessionsResult {
    let session = try session(number)
    let summary = session.finish(killedBy: principal.name)
    core.trail.control("sessions kill", by: principal, note: "session \(number) of \(summary.name)")
    session.end(principal.name)
    return SessionsResult(sessions: [summary])
  }

  func watch(session number: Int, _ context: ExecutionContext) throws(CommandError) -> SessionEventsResult {
    let session = try session(number)
    let waiting = Mutex<[SessionEvent]>([])
    let isOver = Mutex(false)
    let watcher = session.recording.watch { event in
      waiting.withLock { events in
        // Who reads too slowly loses the oldest: the session itself is never held up.
        if events.count >= 1000 { events.removeFirst(500) }
        events.append(event)
      }
      if event.kind == .end { isOver.withLock { $0 = true } }
    }
    defer { session.recording.unwatch(watcher) }
    repeat {
      let events = waiting.withLock { events in
        defer { events = [] }
        return events
      }
      if !events.isEmpty, !context.emit(SessionEventsResult(session: number, events: events)) { break }
      if events.isEmpty, isOver.withLock({ $0 }) || core.sessions.session(number) == nil { break }
    } while context.wait(0.05)
    return SessionEventsResult(session: number, events: [])
  }

  func replay(
    session number: Int, speed: Double?, _ context: ExecutionContext
  ) throws(CommandError) -> SessionEventsResult {
    var last = 0.0
    do throws(GatewayError) {
      try SessionRecording.events(of: core.sessions.path(of: number)) { event in
        let isGoingOn = speed.map { context.wait((event.at - last) / $0) } ?? !context.isCancelled()
        last = event.at
        return isGoingOn && context.emit(SessionEventsResult(session: number, events: [event]))
      }
    } catch {
      throw CommandError(.notFound, "there is no recording of a session \(number)", hint: "see: ispy sessions")
    }
    return SessionEventsResult(session: number, events: [])
  }

  // MARK: - Audit

  private func reading<Value>(_ read: () throws(AuditError) -> Value) throws(CommandError) -> Value {
    do throws(AuditError) { return try read() } catch {
      throw CommandError(.failed, "the audit cannot be read: \(error)")
    }
  }

  func audit(_ query: AuditQuery) throws(CommandError) -> AuditResult {
    AuditResult(
      entries: try reading { () throws(AuditError) in
        try AuditReader(directory: core.state.audit).last(query.limit, where: query.matches)
      })
  }

  func verifyAudit(checkpoints text: String?) throws(CommandError) -> AuditVerdictResult {
    var checkpoints: [AuditCheckpoint] = []
    var forged = 0
    for line in text?.split(separator: "\n") ?? [] {
      guard let checkpoint = try? JSONReader().decode(AuditCheckpoint.self, from: line.utf8), checkpoint.isGenuine()
      else {
        forged += 1
        continue
      }
      checkpoints.append(checkpoint)
    }
    if let own = try? AuditCheckpoint.read(core.state.checkpoints) {
      let genuine = own.checkpoints.filter { $0.isGenuine(trusted: core.state.key.publicKey) }
      forged += own.unread + own.checkpoints.count - genuine.count
      checkpoints += genuine
    }
    var verdict = try reading { () throws(AuditError) in
      try AuditReader(directory: core.state.audit).verify(checkpoints, trusted: core.state.key.publicKey)
    }
    if forged > 0 {
      verdict.problems.append(
        .init(
          file: core.state.checkpoints, line: 0, number: 0, what: "\(forged) checkpoints are not genuine"))
    }
    return verdict
  }

  func checkpointAudit() throws(CommandError) -> CheckpointResult {
    do {
      let made = try core.state.checkpoint(core.trail.log.head)
      return CheckpointResult(
        number: made.number, hash: made.hash, time: made.time, key: made.key, signature: made.signature)
    } catch {
      throw CommandError(.failed, "the checkpoint was not made: \(error)")
    }
  }

  // MARK: - Policy

  func checkPolicy(_ text: String) -> PolicyCheckResult {
    PolicyCheckResult(problems: PolicyFile.read(text).problems, isInForce: false)
  }

  func reloadPolicy() -> PolicyCheckResult {
    let (isInForce, problems) = core.keeper.read()
    core.trail.control(
      "policy reload", by: principal,
      note: isInForce ? "another policy is in force" : "the file is broken; nothing changed")
    return PolicyCheckResult(problems: problems, isInForce: isInForce)
  }

}

extension Approval {
  /// `request 7 of ann: dump: granted`.
  fileprivate var summary: String {
    "request \(number) of \(name): \(command): \(state.rawValue)" + (isOnce ? ", once" : "")
  }
}
