public import Redaction

/// What a gateway does beside carrying out commands on targets, for the one person who asks.
///
/// Commands reach it through their context; in direct mode there is none, and they say so.
public protocol GatewayServices: Sendable {
  func whoami() throws(CommandError) -> WhoamiResult
  /// What the policy says of a command, and why.
  ///
  /// - Parameter user: nil is who asks.
  func decision(
    user: String?, command: CommandSpecification, targets: [String], values: ValueRight
  ) throws(CommandError) -> DecisionResult

  /// - Parameter all: those that are over too.
  func approvals(all: Bool) throws(CommandError) -> ApprovalsResult
  /// - Parameter seconds: nil is once.
  func approve(_ number: Int, for seconds: Double?) throws(CommandError) -> ApprovalsResult
  /// Refuses a request, or takes a grant back.
  func deny(_ number: Int) throws(CommandError) -> ApprovalsResult

  func sessions() throws(CommandError) -> SessionsResult
  func kill(session: Int) throws(CommandError) -> SessionsResult
  /// Reads along until the session ends.
  func watch(session: Int, _ context: ExecutionContext) throws(CommandError) -> SessionEventsResult
  /// What was recorded, with the time between the events where `speed` is not nil.
  func replay(session: Int, speed: Double?, _ context: ExecutionContext) throws(CommandError) -> SessionEventsResult

  func audit(_ query: AuditQuery) throws(CommandError) -> AuditResult
  /// - Parameter checkpoints: a text of checkpoints that were kept elsewhere, a line each.
  func verifyAudit(checkpoints: String?) throws(CommandError) -> AuditVerdictResult
  func checkpointAudit() throws(CommandError) -> CheckpointResult

  /// Reads a policy as the gateway would, without putting it in force.
  func checkPolicy(_ text: String) throws(CommandError) -> PolicyCheckResult
  /// Reads the policy file again.
  func reloadPolicy() throws(CommandError) -> PolicyCheckResult
}
