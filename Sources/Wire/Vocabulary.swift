public import Attaching
public import Catalog
public import JSON
public import JSONRPC
public import Redaction

/// The methods of the protocol, and what they take and give.
public enum WireMethod {
  /// The first request of a connection: both say what they speak.
  public static let hello = "hello"
  /// Carries out a command of the catalog. Results before the last come as `result` notifications.
  public static let run = "run"
  /// Takes a request back: it ends soon, with what was gathered.
  public static let cancel = "cancel"
  public static let result = "result"
  /// Why a request was ended before it was done, told before its answer.
  public static let notice = "notice"
  /// Sets the time between the results of a request that goes on.
  public static let pace = "pace"
  /// A request wants a line, shows a prompt for it, and waits.
  public static let ask = "ask"
  /// The line that was asked for, or that it was dropped; with neither the end of input.
  public static let reply = "reply"
  /// Ctrl-C for what a request runs.
  public static let interrupt = "interrupt"

  /// Of the protocol; another one is refused.
  public static let version = 1
}

/// What a client says first.
public struct HelloParameters: Codable, Equatable, Sendable {
  public let version: Int
  /// `ispy 0.1.0`.
  public let client: String
  /// Commands come one after the other from a person: the session is recorded.
  public let isInteractive: Bool

  public init(version: Int = WireMethod.version, client: String, isInteractive: Bool) {
    self.version = version
    self.client = client
    self.isInteractive = isInteractive
  }
}

/// What a gateway answers.
public struct HelloResult: Codable, Equatable, Sendable {
  public let version: Int
  public let gateway: String
  /// Who the gateway takes the client for.
  public let user: String
  /// The number of the session, where it is recorded.
  public let session: Int?

  public init(version: Int = WireMethod.version, gateway: String, user: String, session: Int?) {
    self.version = version
    self.gateway = gateway
    self.user = user
    self.session = session
  }
}

/// A command as it was typed.
public struct RunParameters: Codable, Equatable, Sendable {
  public let plugin: String?
  public let command: String
  public let words: [String]
  public let values: ValueRight
  public let reason: String?
  /// How the process described the command, where it brings it; nil for those of the catalog.
  public let described: AgentCommand?

  public init(
    plugin: String?, command: String, words: [String], values: ValueRight, reason: String?,
    described: AgentCommand? = nil
  ) {
    self.plugin = plugin
    self.command = command
    self.words = words
    self.values = values
    self.reason = reason
    self.described = described
  }
}

/// One of several results of a request.
public struct ResultParameters: Equatable, Sendable {
  public let id: Int
  public let result: JSONValue

  public init?(_ parameters: JSONValue) {
    guard let id = parameters["id"]?.integer, let result = parameters["result"] else { return nil }
    self.id = id
    self.result = result
  }
}

extension Conversation.Reply {
  /// What a client replied, by the parameters of the notification.
  public init(_ parameters: JSONValue) {
    if parameters["isInterrupted"] == .bool(true) {
      self = .interrupted
    } else {
      self = parameters["text"]?.text.map { .line($0) } ?? .end
    }
  }
}

// MARK: - Errors

extension WireFailure {
  /// A command that failed, with what its exit code says.
  public init(_ error: CommandError) {
    self.init(code: Self.command, message: error.message, data: Reason(cause: "\(error.cause)", hint: error.hint))
  }
}

extension CommandError {
  /// What a gateway answered, as the client's own error.
  public init(_ failure: WireFailure) {
    let cause = Cause.allCases.first { "\($0)" == failure.data?.cause }
    self.init(
      cause ?? (failure.code == WireFailure.command ? .failed : .unavailable), failure.message,
      hint: failure.data?.hint)
  }
}
