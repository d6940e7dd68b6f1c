public import Redaction

/// Who the gateway takes somebody for, and what they may do.
public struct WhoamiResult: CommandResult {
  public let schema: String
  public let user: UInt32
  public let name: String
  public let groups: [String]
  public let roles: [Role]
  /// Approvals that this person may give, or asked for, and that wait.
  public let waiting: Int

  public struct Role: Codable, Equatable, Sendable {
    public let role: String
    public let rung: Rung
    public let values: ValueRight
    /// Names of targets in the policy; empty is every one.
    public let targets: [String]
    /// Where the policy says so.
    public let place: String

    public init(role: String, rung: Rung, values: ValueRight, targets: [String], place: String) {
      self.role = role
      self.rung = rung
      self.values = values
      self.targets = targets
      self.place = place
    }
  }

  public init(user: UInt32, name: String, groups: [String], roles: [Role], waiting: Int) {
    schema = "ispyd.whoami/1"
    self.user = user
    self.name = name
    self.groups = groups
    self.roles = roles
    self.waiting = waiting
  }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// What a policy says of a command, on each of its targets.
public struct DecisionResult: CommandResult {
  public let schema: String
  public let user: String
  public let command: String
  public let decisions: [TargetDecision]

  public struct TargetDecision: Codable, Equatable, Sendable {
    /// Nil where the command has no target.
    public let pid: Int32?
    public let labels: [String: String]
    public let verdict: Verdict
    /// The rule that decides.
    public let rule: String
    /// What would allow it; nil where it is allowed.
    public let needed: String?
    public let values: ValueRight?

    public enum Verdict: String, Codable, Sendable {
      case allowed, approval, refused
    }

    public init(
      pid: Int32?, labels: [String: String], verdict: Verdict, rule: String, needed: String?, values: ValueRight?
    ) {
      self.pid = pid
      self.labels = labels
      self.verdict = verdict
      self.rule = rule
      self.needed = needed
      self.values = values
    }
  }

  public init(user: String, command: String, decisions: [TargetDecision]) {
    schema = "ispyd.decision/1"
    self.user = user
    self.command = command
    self.decisions = decisions
  }

  public var failure: CommandError.Cause? {
    if decisions.contains(where: { $0.verdict == .refused }) { return .notPermitted }
    return decisions.contains { $0.verdict == .approval } ? .approvalNeeded : nil
  }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// Requests for approval, and grants.
public struct ApprovalsResult: CommandResult {
  public let schema: String
  public var approvals: [Approval]

  public init(approvals: [Approval]) {
    schema = "ispyd.approvals/1"
    self.approvals = approvals
  }

  /// The words of a command and the reason may quote anything.
  public mutating func redact(with redactor: inout Redactor) {
    for index in approvals.indices { approvals[index].redact(with: &redactor) }
  }
}

/// Entries of the audit.
public struct AuditResult: CommandResult {
  public let schema: String
  public var entries: [AuditEntry]

  public init(entries: [AuditEntry]) {
    schema = "ispyd.audit/1"
    self.entries = entries
  }

  /// Entries were redacted when they were written: the log itself holds no secret.
  public mutating func redact(with redactor: inout Redactor) {}
}

/// Whether the audit is what it was.
public struct AuditVerdictResult: CommandResult, Equatable {
  public let schema: String
  public var entries: UInt64 = 0
  public var headNumber: UInt64 = 0
  /// The hash of the last entry.
  public var head: String
  /// Signed heads that it was held against.
  public var checkpoints = 0
  /// The last entry that the gateway let go, by which the log begins; nil where it begins with the first of all.
  public var releasedNumber: UInt64?
  /// When it was let go, in seconds since 1970.
  public var releasedTime: Int?
  public var problems: [Problem] = []

  public struct Problem: Codable, Equatable, Sendable {
    public let file: String
    /// From 1.
    public let line: Int
    /// Of the entry that should be there.
    public let number: UInt64
    public let what: String

    public init(file: String, line: Int, number: UInt64, what: String) {
      self.file = file
      self.line = line
      self.number = number
      self.what = what
    }
  }

  public init() {
    schema = "ispyd.audit.verdict/1"
    // What an empty log ends with.
    head = String(repeating: "0", count: 64)
  }

  public var isWhole: Bool { problems.isEmpty }
  public var failure: CommandError.Cause? { isWhole ? nil : .failed }
  public mutating func redact(with redactor: inout Redactor) {}
}

/// A signed head of the audit, to be kept elsewhere.
public struct CheckpointResult: CommandResult {
  public let schema: String
  public let number: UInt64
  public let hash: String
  public let time: Int
  public let key: String
  public let signature: String

  public init(number: UInt64, hash: String, time: Int, key: String, signature: String) {
    schema = "ispyd.audit.checkpoint/1"
    self.number = number
    self.hash = hash
    self.time = time
    self.key = key
    self.signature = signature
  }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// What is wrong with a policy.
public struct PolicyCheckResult: CommandResult {
  public let schema: String
  public let problems: [PolicyProblem]
  public let isInForce: Bool

  public init(problems: [PolicyProblem], isInForce: Bool) {
    schema = "ispyd.policy.check/1"
    self.problems = problems
    self.isInForce = isInForce
  }

  public var failure: CommandError.Cause? { problems.allSatisfy(\.isWarning) ? nil : .failed }
  public mutating func redact(with redactor: inout Redactor) {}
}
