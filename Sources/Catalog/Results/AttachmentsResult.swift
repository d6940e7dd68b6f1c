import Attaching
public import Redaction

/// What `attach`, `detach` and `attached` say: one line a process.
public struct AttachmentsResult: CommandResult, Equatable {
  public var schema = "ispyd.attachments/1"
  public var attachments: [AttachmentSummary]

  public init(attachments: [AttachmentSummary]) { self.attachments = attachments }

  public var isPartial: Bool { attachments.contains { $0.problem != nil || $0.proof?.isComplete == false } }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// An agent in a process, or why there is none.
public struct AttachmentSummary: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable {
    case attached, detached
    /// It was not attached; `problem` says why.
    case refused
  }

  /// What was seen from outside after an agent was told to go.
  public struct Proof: Codable, Sendable, Equatable {
    /// No thread of it is there, and no frame of its code in any other.
    public var hasNoThread: Bool
    /// What was written into the process' memory is as it was.
    public var isMemoryRestored: Bool
    /// No function whose code was replaced has the agent's any more.
    public var hasNoHook: Bool

    public var isComplete: Bool { hasNoThread && isMemoryRestored && hasNoHook }

    init(_ proof: AttachedAgent.Proof) {
      hasNoThread = proof.hasNoThread
      isMemoryRestored = proof.isMemoryRestored
      hasNoHook = proof.hasNoHook
    }
  }

  public var pid: Int32
  public var application: String?
  public var state: State
  public var pythonVersion: String?
  /// The highest rung that the owner of the process allows.
  public var ceiling: Rung?
  /// Whether it came by this command.
  public var isNew: Bool?
  /// From the first look until the agent answered.
  public var milliseconds: Double?
  /// The longest that one thread can have stood still; nil where Python was asked, and none did.
  public var stoppedMicroseconds: Int?
  /// Until it goes by itself.
  public var secondsLeft: Double?
  /// What was seen from outside after it went.
  public var proof: Proof?
  public var problem: String?
  public var hint: String?

  public init(
    pid: Int32, application: String?, state: State, pythonVersion: String? = nil, problem: String? = nil,
    hint: String? = nil
  ) {
    self.pid = pid
    self.application = application
    self.state = state
    self.pythonVersion = pythonVersion
    self.problem = problem
    self.hint = hint
  }
}
