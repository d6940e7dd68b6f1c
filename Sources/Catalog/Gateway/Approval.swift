public import Redaction

/// Something that somebody asked to be allowed, and what became of it.
public struct Approval: Codable, Equatable, Sendable {
  public let number: Int
  public let user: UInt32
  public let name: String
  /// The title of the command.
  public let command: String
  public let rung: Rung
  /// The words as they were given: what whoever approves sees.
  public var words: [String]
  /// Empty for a command that looks at none.
  public let targets: [ApprovedTarget]
  public let values: ValueRight
  public var reason: String
  /// The rule of the policy that lets it be asked for.
  public let rule: String
  /// How many must agree.
  public let needed: Int
  /// Seconds that a grant can last at most.
  public let longest: Double
  public let isBreakGlass: Bool
  /// Seconds since 1970.
  public let asked: Double
  public var state: State
  public var approvers: [Approver] = []
  /// Who refused or revoked it.
  public var ended: Approver?
  /// Only these very words, once; else the command on these targets with any arguments, for a time.
  public var isOnce = false
  /// Seconds since 1970; nil where it was not granted.
  public var expires: Double?

  public enum State: String, Codable, Sendable {
    case pending, granted, denied, expired, revoked, used
  }

  public init(
    number: Int, user: UInt32, name: String, command: String, rung: Rung, words: [String], targets: [ApprovedTarget],
    values: ValueRight, reason: String, rule: String, needed: Int, longest: Double, isBreakGlass: Bool, asked: Double,
    state: State
  ) {
    self.number = number
    self.user = user
    self.name = name
    self.command = command
    self.rung = rung
    self.words = words
    self.targets = targets
    self.values = values
    self.reason = reason
    self.rule = rule
    self.needed = needed
    self.longest = longest
    self.isBreakGlass = isBreakGlass
    self.asked = asked
    self.state = state
  }

  public struct Approver: Codable, Equatable, Sendable {
    public let user: UInt32
    public let name: String
    /// Seconds since 1970.
    public let time: Double

    public init(user: UInt32, name: String, time: Double) {
      self.user = user
      self.name = name
      self.time = time
    }
  }
}

/// What a grant is for: one process for good, or those of an application that is believed to be one.
///
/// As JSON `{"pid": 4711, "startTime": 123456}` or `{"application": "shop"}`.
public enum ApprovedTarget: Codable, Equatable, Sendable {
  case process(pid: Int32, startTime: UInt64)
  case application(String)

  private enum CodingKeys: String, CodingKey { case pid, startTime, application }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let name = try container.decodeIfPresent(String.self, forKey: .application) {
      self = .application(name)
    } else {
      self = .process(
        pid: try container.decode(Int32.self, forKey: .pid),
        startTime: try container.decode(UInt64.self, forKey: .startTime))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .process(let pid, let startTime):
      try container.encode(pid, forKey: .pid)
      try container.encode(startTime, forKey: .startTime)
    case .application(let name): try container.encode(name, forKey: .application)
    }
  }
}

extension Approval {
  mutating func redact(with redactor: inout Redactor) {
    words = words.map { redactor.redact(text: $0) }
    reason = redactor.redact(text: reason)
  }
}
