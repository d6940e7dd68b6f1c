public import Redaction

/// What `doctor` found: of this `ispy` on this host, and of each target.
public struct DoctorResult: CommandResult, Equatable {
  public var schema = "ispyd.doctor/1"
  /// What decides what this `ispy` may read in general.
  public var reader: [DoctorCheck]
  public var targets: [DoctorTarget]

  public init(reader: [DoctorCheck], targets: [DoctorTarget]) {
    self.reader = reader
    self.targets = targets
  }

  /// The worst that was found, as the exit code says it.
  public var failure: CommandError.Cause? { targets.lazy.compactMap(\.failure).first }

  public mutating func redact(with redactor: inout Redactor) {
    for index in targets.indices { targets[index].commandLine = redactor.redact(text: targets[index].commandLine) }
  }
}

/// One target, checked step by step.
public struct DoctorTarget: Codable, Sendable, Equatable {
  public var pid: Int32
  public var commandLine: String
  public var checks: [DoctorCheck]
  public var isReadable: Bool
  /// Whether `--stop` would work.
  public var isStoppable: Bool
  /// Why it cannot be read, as a kind of failure; nil where it can.
  var failure: CommandError.Cause?

  private enum CodingKeys: String, CodingKey { case pid, commandLine, checks, isReadable, isStoppable }
}

/// One thing that was looked at.
public struct DoctorCheck: Codable, Sendable, Equatable {
  public var name: String
  public var outcome: Outcome
  /// What was seen.
  public var evidence: String
  /// What would help, each by itself: commands as they are typed, or words.
  public var fixes: [String]

  public enum Outcome: String, Codable, Sendable {
    case passed, failed
    /// No harm by itself, but it explains or limits.
    case noted
  }

  public init(_ name: String, _ outcome: Outcome, _ evidence: String, fixes: [String] = []) {
    self.name = name
    self.outcome = outcome
    self.evidence = evidence
    self.fixes = fixes
  }
}
