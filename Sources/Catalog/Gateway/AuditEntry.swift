/// One thing that happened, as it is written down: who meant to do what to whom, by which rule, and what came of it.
public struct AuditEntry: Codable, Equatable, Sendable {
  /// From 1, without a gap.
  public var number: UInt64 = 0
  /// Seconds since 1970, by the clock of this machine, which may have been set; the order is that of the numbers.
  public var time: Double
  public var kind: Kind
  /// Of the intent that this belongs to.
  public var intent: UInt64?
  public var user: UInt32?
  public var name: String?
  /// The title of the command, or of what was done to the gateway itself.
  public var command: String?
  public var words: [String]?
  public var targets: [AuditTarget]?
  public var rung: String?
  /// The right to values under which it was done.
  public var values: String?
  /// The rule that allowed it; of a refusal the sentence that says why.
  public var rule: String?
  public var reason: String?
  public var failure: String?
  public var isPartial: Bool?
  /// Secrets that were withheld from the answer, by kind.
  public var withheld: [String: Int]?
  public var results: Int?
  public var note: String?

  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Will be done; written before it is.
    case intent
    /// Further processes that a command which goes on was let to.
    case joined
    case outcome
    case refused
    /// Something about the gateway itself: its start, another policy, an approval, a session.
    case control
  }

  public init(time: Double, kind: Kind) {
    self.time = time
    self.kind = kind
  }
}

/// A process, so that it can be told which one it was.
public struct AuditTarget: Codable, Equatable, Sendable {
  public var pid: Int32
  /// In clock ticks since the machine started.
  public var startTime: UInt64
  public var application: String?

  public init(pid: Int32, startTime: UInt64, application: String?) {
    self.pid = pid
    self.startTime = startTime
    self.application = application
  }
}
