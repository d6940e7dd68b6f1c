import Redaction
public import Values

/// One capture of a probe.
public struct ProbeRecord: Codable, Equatable, Sendable {
  /// The process; whoever asked an agent knows which.
  public var pid: Int32?
  /// Of this probe in this process, from 1 on.
  public var number: Int
  /// Seconds since 1970.
  public var at: Double
  public var thread: Thread
  /// What the function was called with.
  public var arguments: [Value.Field]?
  public var returned: Value?
  public var exception: ExceptionSummary?
  /// How long the call took.
  public var nanoseconds: Int?
  public var locals: [Value.Field]?
  /// Innermost first.
  public var stack: [Place]?
  public var message: [MessagePart]?
  /// How often the same was seen.
  public var times: Int?
  /// Those that an exception went through, innermost first.
  public var frames: [Frame]?
  /// Who had called the function that it left.
  public var callers: [Place]?
  /// The types of the exceptions that it came from.
  public var causes: [String]?
  /// What a call called.
  public var tree: [Call]?
  public var functions: [FunctionTime]?
  /// Events of a traced call.
  public var events: Int?
  /// A bound was reached: there was more.
  public var wasCut: Bool?

  public struct Thread: Codable, Equatable, Sendable {
    public var id: Int32
    public var name: String?
  }

  public struct Place: Codable, Equatable, Hashable, Sendable {
    public var file: String
    public var line: Int
    public var function: String
  }

  public struct ExceptionSummary: Codable, Equatable, Sendable {
    public var type: String
    public var arguments: [Value]
  }

  public struct Frame: Codable, Equatable, Sendable {
    public var file: String
    public var line: Int
    public var function: String
    public var locals: [Value.Field]
  }

  /// A callee, all its calls from one place of the tree together.
  public struct Call: Codable, Equatable, Sendable {
    public var file: String
    public var line: Int
    public var function: String
    public var calls: Int
    public var nanoseconds: Int
    public var tree: [Call]
  }

  /// A function of a profile: its own time, and that with all it called.
  public struct FunctionTime: Codable, Equatable, Sendable {
    public var file: String
    public var line: Int
    public var function: String
    public var calls: Int
    public var own: Int
    public var nanoseconds: Int
  }

  /// A part of a message: some text, or a value with the name that redaction judges it by.
  public struct MessagePart: Codable, Equatable, Sendable {
    public var text: String?
    public var name: String?
    public var value: Value?
  }

  mutating func redact(with redactor: inout Redactor) {
    thread.name = thread.name.map { redactor.redact(text: $0) }
    arguments = arguments.map { Self.redacted($0, with: &redactor) }
    locals = locals.map { Self.redacted($0, with: &redactor) }
    returned = returned.map { redactor.redact($0, name: "return") }
    frames = frames?.map { frame in
      var frame = frame
      frame.locals = Self.redacted(frame.locals, with: &redactor)
      return frame
    }
    if let error = exception {
      exception?.arguments = error.arguments.map { redactor.redact($0) }
    }
    message = message.map { parts in
      let shown = parts.map { part in
        MessagePart(
          text: part.text, name: part.name, value: part.value.map { redactor.redact($0, name: part.name) })
      }
      // Parts that are harmless each may be a secret together.
      let whole = Self.text(shown)
      let clean = redactor.right == .redacted ? redactor.redact(text: whole) : whole
      return clean == whole ? shown : [MessagePart(text: clean)]
    }
  }

  /// What a message says.
  public static func text(_ parts: [MessagePart]) -> String {
    parts.map { part -> String in
      guard let value = part.value else { return part.text ?? "" }
      guard case .text(let text, let length) = value.content else { return ValueText().text(of: value) }
      return text + (length > text.codePointCount ? "…" : "")
    }.joined()
  }

  private static func redacted(_ fields: [Value.Field], with redactor: inout Redactor) -> [Value.Field] {
    fields.map { Value.Field(name: $0.name, value: redactor.redact($0.value, name: $0.name)) }
  }
}
