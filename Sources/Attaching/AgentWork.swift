public import JSON
import JSONRPC

/// What became of a command that a thread of its own carried out in a target: foreign code, which may fail in its own way.
public enum AgentOutcome: Equatable, Sendable {
  /// - Parameter said: what it showed meanwhile.
  case value(JSONValue, said: String)
  /// It raised an exception.
  ///
  /// - Parameters:
  ///   - words: the type, and its words where they are a plain text.
  ///   - trace: where, outermost first.
  case raised(words: String, trace: [Place])

  public struct Place: Codable, CustomStringConvertible, Equatable, Sendable {
    public let file: String
    public let line: Int
    public let function: String

    public var description: String { "\(file):\(line) in \(function)" }
  }

  init(_ value: JSONValue, said: String = "") throws(AttachError) {
    if let words = value["raised"]?.text {
      let trace = value["trace"].flatMap { try? JSONReader().decode([Place].self, from: $0) }
      self = .raised(words: words, trace: trace ?? [])
    } else if let result = value["value"] {
      self = .value(result, said: said)
    } else {
      throw .malformedAnswer("neither a value nor an exception")
    }
  }
}

/// What whoever gave a command does where it talks with him. Called on the thread that carries the command out.
public struct AgentTalk {
  public enum Reply: Equatable, Sendable {
    case line(String)
    /// What was typed is dropped, as after Ctrl-C: to be asked anew.
    case interrupted
    case end
  }

  /// Shows some text.
  let show: (String) -> Void
  /// Shows a prompt and waits for a line.
  let ask: (String) -> Reply
  /// Whether what runs is to be interrupted; true once for each time.
  let takeInterrupt: () -> Bool
  /// Whether it is to end.
  let isOver: () -> Bool

  public init(
    show: @escaping (String) -> Void, ask: @escaping (String) -> Reply, takeInterrupt: @escaping () -> Bool,
    isOver: @escaping () -> Bool
  ) {
    self.show = show
    self.ask = ask
    self.takeInterrupt = takeInterrupt
    self.isOver = isOver
  }
}

/// What an agent is told to carry out.
struct AgentOrder<Arguments: Encodable>: Encodable {
  let command: String
  /// As what it was admitted: the agent refuses what stands higher.
  let rung: String
  let arguments: Arguments
}

extension AgentConnection {
  /// Seconds that a command has to end after it was interrupted.
  private static let endSeconds = 5.0
  private static let renewal = Duration.seconds(2)

  /// Has a command carried out by a thread of its own, and interrupts it when its time is over.
  func work(
    _ order: AgentOrder<some Encodable>, within seconds: Double, isCancelled: () -> Bool = { false }
  ) throws(AttachError) -> AgentOutcome {
    let end = ContinuousClock.now + .seconds(seconds)
    let number = try ask("run", order, until: end)
    var said = ""
    if let answer = try answer(to: number, until: end, &said, isCancelled) {
      return try AgentOutcome(answer, said: said)
    }
    let reason = isCancelled() ? "it was interrupted" : "it took more than \(seconds) s, and was interrupted"
    let last = ContinuousClock.now + .seconds(Self.endSeconds)
    var late: JSONValue?
    // Again and again: it may have caught the last one.
    while late == nil, ContinuousClock.now < last {
      _ = try ask("interrupt", until: last)
      late = try answer(to: number, until: .now + .milliseconds(250), &said) { false }
    }
    guard let answer = late else {
      throw .unending("\(order.command): \(reason), and does not end")
    }
    guard case .raised(let words, let trace) = try AgentOutcome(answer), words == "KeyboardInterrupt" else {
      return try AgentOutcome(answer, said: said)
    }
    return .raised(words: reason, trace: trace)
  }

  /// Nil where none comes until then, or until it is cancelled.
  private func answer(
    to number: Int, until end: ContinuousClock.Instant, _ said: inout String, _ isCancelled: () -> Bool
  ) throws(AttachError) -> JSONValue? {
    var renewed = ContinuousClock.now
    while ContinuousClock.now < end, !isCancelled() {
      // The agent would take a long silence for our end.
      if renewed.duration(to: .now) > Self.renewal {
        renewed = .now
        _ = try ask("renew", until: renewed + .seconds(1))
      }
      guard hasMessage(within: 50) else { continue }
      let heard = try message(until: end + .seconds(1))
      if let answer = try Self.answer(to: number, in: heard) { return answer }
      if case .notification("output", let parameters) = heard { said += parameters["text"]?.text ?? "" }
    }
    return nil
  }

  /// Has a command carried out that talks with whoever gave it, until it ends or he does.
  ///
  /// - Parameters:
  ///   - command: its title.
  ///   - rung: as what it was admitted; the agent carries out nothing that stands higher.
  public func converse(
    _ command: String, as rung: String, _ arguments: some Encodable, _ talk: AgentTalk
  ) throws(AttachError) -> AgentOutcome {
    let patience = Duration.seconds(Self.endSeconds)
    let order = AgentOrder(command: command, rung: rung, arguments: arguments)
    let number = try ask("run", order, until: .now + patience)
    while !talk.isOver() {
      if talk.takeInterrupt() { _ = try ask("interrupt", until: .now + patience) }
      guard hasMessage(within: 50) else { continue }
      let heard = try message(until: .now + patience)
      if let answer = try Self.answer(to: number, in: heard) { return try AgentOutcome(answer) }
      switch heard {
      case .failure(_, let failure): talk.show("[\(failure.message)]\n")
      case .notification("output", let parameters): talk.show(parameters["text"]?.text ?? "")
      case .notification("ask", let parameters):
        switch talk.ask(parameters["prompt"]?.text ?? "") {
        case .line(let text): _ = try ask("typed", ["text": text], until: .now + patience)
        case .end: _ = try ask("typed", until: .now + patience)
        case .interrupted: _ = try ask("typed", ["isInterrupted": true], until: .now + patience)
        }
      default: continue
      }
    }
    throw .disconnected
  }
}
