import Audit
import Catalog
import Control
import Logging
import Redaction
import Wire

/// Writes every command into the audit: what is meant before, what came of it after.
struct AuditTrail: Trail {
  let log: AuditLog
  let logger: Logger

  func intend(
    _ request: Request, to targets: [Target], under admission: Admission
  ) throws(CommandError) -> TrailEntry {
    var entry = Self.entry(.intent, request, targets)
    entry.values = admission.values.rawValue
    entry.rule = admission.rule
    return TrailEntry(number: try write(entry))
  }

  func join(_ entry: TrailEntry, _ targets: [Target]) throws(CommandError) {
    var joined = AuditEntry(time: AuditLog.now(), kind: .joined)
    joined.intent = entry.number
    joined.targets = targets.map(AuditTarget.init)
    _ = try write(joined)
  }

  private func write(_ entry: AuditEntry) throws(CommandError) -> UInt64 {
    do throws(AuditError) { return try log.append(entry) } catch {
      logger.critical("a command was refused because the audit cannot be written", metadata: ["error": "\(error)"])
      throw CommandError(
        .failed, "nothing was done: \(error)", hint: "the gateway does nothing that it cannot write down first")
    }
  }

  func conclude(_ entry: TrailEntry, _ outcome: Outcome) {
    var concluded = AuditEntry(time: AuditLog.now(), kind: .outcome)
    concluded.intent = entry.number
    concluded.failure = outcome.failure.map { KeptText.bounded("\($0.cause): \($0.message)") }
    concluded.isPartial = outcome.isPartial ? true : nil
    concluded.note = outcome.limit
    concluded.withheld = outcome.withheld.isEmpty ? nil : outcome.withheld
    concluded.results = outcome.results
    append(concluded)
  }

  func refuse(_ request: Request, to targets: [Target], _ error: CommandError) {
    var refused = Self.entry(.refused, request, targets)
    refused.values = request.values.rawValue
    refused.rule = KeptText.bounded(error.message)
    refused.failure = "\(error.cause)"
    append(refused)
  }

  /// Words that are no command: who tries what there is leaves a trace.
  func misunderstood(_ parameters: RunParameters, by principal: Principal, _ error: CommandError) {
    var entry = AuditEntry(time: AuditLog.now(), kind: .refused)
    entry.user = principal.user
    entry.name = principal.name
    entry.command = KeptText.text([parameters.plugin, parameters.command].compactMap(\.self).joined(separator: " "))
    entry.words = KeptText.words(parameters.words)
    entry.rule = KeptText.text(error.message)
    entry.failure = "\(error.cause)"
    append(entry)
  }

  /// Something about the gateway itself.
  func control(_ command: String, by principal: Principal?, note: String) {
    var entry = AuditEntry(time: AuditLog.now(), kind: .control)
    entry.command = command
    entry.user = principal?.user
    entry.name = principal?.name
    entry.note = note
    append(entry)
  }

  /// What was done is written down soon; that it could not be is said loudly.
  private func append(_ entry: AuditEntry) {
    log.append(entry) { [logger] result in
      if case .failure(let error) = result {
        logger.critical("the audit lacks an entry", metadata: ["kind": "\(entry.kind)", "error": "\(error)"])
      }
    }
  }

  private static func entry(_ kind: AuditEntry.Kind, _ request: Request, _ targets: [Target]) -> AuditEntry {
    var entry = AuditEntry(time: AuditLog.now(), kind: kind)
    entry.user = request.principal.user
    entry.name = request.principal.name
    entry.command = request.specification.title
    entry.words = request.keptWords(digest: AuditLog.digest)
    entry.targets = targets.map(AuditTarget.init)
    entry.rung = request.specification.rung.rawValue
    entry.reason = request.reason.map(KeptText.text)
    return entry
  }
}

extension AuditTarget {
  init(_ target: Target) {
    self.init(pid: target.pid, startTime: target.startTime, application: target.application.name)
  }
}
