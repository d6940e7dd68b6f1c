public import Redaction

/// The sessions of a gateway.
public struct SessionsResult: CommandResult {
  public let schema: String
  public var sessions: [SessionSummary]

  public init(sessions: [SessionSummary]) {
    schema = "ispyd.sessions/1"
    self.sessions = sessions
  }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// One session: somebody's commands, one after the other, recorded.
public struct SessionSummary: Codable, Equatable, Sendable {
  public let number: Int
  public let user: UInt32
  public let name: String
  /// Of the client's process; nil once the session is over: another process may have it by then.
  public var pid: Int32?
  /// Seconds since 1970.
  public let began: Double
  public var ended: Double?
  public var commands: Int
  /// Who ended it, where that was somebody else.
  public var killedBy: String?

  public init(
    number: Int, user: UInt32, name: String, pid: Int32?, began: Double, ended: Double? = nil, commands: Int = 0,
    killedBy: String? = nil
  ) {
    self.number = number
    self.user = user
    self.name = name
    self.pid = pid
    self.began = began
    self.ended = ended
    self.commands = commands
    self.killedBy = killedBy
  }
}

/// What happened in a session.
public struct SessionEventsResult: CommandResult {
  public let schema: String
  public let session: Int
  public var events: [SessionEvent]

  public init(session: Int, events: [SessionEvent]) {
    schema = "ispyd.session.events/1"
    self.session = session
    self.events = events
  }

  /// What was recorded was redacted before.
  public mutating func redact(with redactor: inout Redactor) {}
}

/// One thing that happened in a session.
public struct SessionEvent: Codable, Equatable, Sendable {
  /// Seconds since the session began.
  public let at: Double
  public let kind: Kind
  /// The command as it was typed, for `command`; what was said, for `error` and `end`.
  public let text: String
  /// The result as its JSON, redacted, for `result`.
  public let result: String?
  /// Secrets that were withheld from it so far, by kind.
  public let withheld: [String: Int]?

  public enum Kind: String, Codable, Sendable {
    case command, result, error, end
    /// What was typed into a command that asks for lines, with its prompt.
    case input
    /// The recording is as long as it may be; what follows is in the audit only.
    case full
  }

  public init(at: Double, kind: Kind, text: String, result: String? = nil, withheld: [String: Int]? = nil) {
    self.at = at
    self.kind = kind
    self.text = text
    self.result = result
    self.withheld = withheld
  }
}
