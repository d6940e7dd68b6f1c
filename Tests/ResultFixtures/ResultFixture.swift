public import Catalog
import JSON
import TestSupport

/// The results of Tests/Fixtures/results: for each command one with everything in it that a result can hold.
///
/// Where something has to be withheld it is `planted-secret`; what only `redacted` and `raw` may show is `planted-name`.
public enum ResultFixture: String, CaseIterable, Sendable {
  case ps, dump, requests, peek, record, diff, top, heap, doctor, facts, attachments, plugins, spoken, probe, probes
  case whoami, decision, approvals, sessions, audit
  case slowRequests = "slow-requests"
  case sessionEvents = "session-events"
  case auditVerdict = "audit-verdict"
  case auditCheckpoint = "audit-checkpoint"
  case policyCheck = "policy-check"
  case redactCheck = "redact-check"
  case redactTest = "redact-test"

  /// Those that hold what a target or a user said. Of the others nothing is withheld: they are the gateway's own words, or
  /// went through redaction before they were kept.
  public static let withSecrets: [ResultFixture] = [
    .ps, .dump, .requests, .peek, .record, .diff, .top, .heap, .doctor, .facts, .approvals, .probe, .slowRequests,
  ]

  public func result() throws -> any CommandResult {
    let text = try TextFile.read(Checkout.root + "/Tests/Fixtures/results/" + rawValue + ".json")
    let type: any CommandResult.Type =
      switch self {
      case .ps: ProcessListResult.self
      case .dump: DumpResult.self
      case .requests: RequestsResult.self
      case .slowRequests: SlowRequestsResult.self
      case .peek: PeekResult.self
      case .record: RecordResult.self
      case .diff: DiffResult.self
      case .top: TopResult.self
      case .heap: HeapResult.self
      case .doctor: DoctorResult.self
      case .facts: FactsResult.self
      case .attachments: AttachmentsResult.self
      case .plugins: PluginsResult.self
      case .spoken: SpokenResult.self
      case .probe: ProbeResult.self
      case .probes: ProbesResult.self
      case .whoami: WhoamiResult.self
      case .decision: DecisionResult.self
      case .approvals: ApprovalsResult.self
      case .sessions: SessionsResult.self
      case .audit: AuditResult.self
      case .sessionEvents: SessionEventsResult.self
      case .auditVerdict: AuditVerdictResult.self
      case .auditCheckpoint: CheckpointResult.self
      case .policyCheck: PolicyCheckResult.self
      case .redactCheck: RedactionCheckResult.self
      case .redactTest: RedactionTestResult.self
      }
    // In the order of the file, as a client gets it.
    return try JSONReader().decode(type, from: text.utf8)
  }
}
