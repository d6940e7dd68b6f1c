import CLinux
import Glibc
public import JSON

/// What an agent is asked and told, whether it was attached or the application has loaded it itself.
///
/// One caller at a time. The agent undoes what was changed over this connection when it ends, or this whole process does.
public final class AgentLink {
  let connection: AgentConnection
  private let origin: Origin
  private var loaded: Set<String> = []

  enum Origin {
    /// The plugins come with whoever attached.
    case attached(pid: Int32)
    /// It has its own.
    case listening(AgentAddress)
  }

  init(_ connection: AgentConnection, _ origin: Origin) {
    self.connection = connection
    self.origin = origin
  }

  /// Connects to an agent that the application has loaded itself, and that listens.
  public convenience init(at address: AgentAddress, within seconds: Double = 5) throws(AttachError) {
    self.init(try AgentConnection(at: address, within: seconds), .listening(address))
  }

  public func status() throws(AttachError) -> AgentStatus {
    let value = try connection.call("status")
    do { return try AgentStatus(value) } catch { throw .malformedAnswer("\(error)") }
  }

  /// Renews the agent's lease, as every other message does.
  ///
  /// - Parameter seconds: that it lasts from now on without a message; nil leaves that as it is.
  public func renew(_ seconds: Double? = nil) throws(AttachError) {
    _ = try connection.call("renew", seconds.map { ["lease": $0] } ?? [:])
  }

  /// Has the agent carry out a command of one of its plugins.
  ///
  /// - Parameters:
  ///   - command: its title.
  ///   - rung: as what it was admitted; the agent carries out nothing that stands higher.
  /// - Returns: what it found, as data.
  public func run(
    _ command: String, as rung: String, _ arguments: some Encodable = [String: String](), within seconds: Double = 5
  ) throws(AttachError) -> JSONValue {
    try load(command)
    return try connection.call(
      "run", AgentOrder(command: command, rung: rung, arguments: arguments), within: seconds)
  }

  /// The same of a command that a thread of its own carries out in the target, since it is not ours and may fail in its own
  /// way: when its time is over, it is interrupted.
  public func work(
    _ command: String, as rung: String, _ arguments: some Encodable = [String: String](), within seconds: Double = 30,
    isCancelled: () -> Bool = { false }
  ) throws(AttachError) -> AgentOutcome {
    try load(command)
    return try connection.work(
      AgentOrder(command: command, rung: rung, arguments: arguments), within: seconds, isCancelled: isCancelled)
  }

  /// A further connection to an agent, not yet made.
  public enum Opening: Sendable {
    case door(pid: Int32, number: Int32)
    case listening(AgentAddress)

    public func connect() throws(AttachError) -> AgentConnection {
      let connection: AgentConnection
      switch self {
      case .listening(let address): connection = try AgentConnection(at: address, within: 5)
      case .door(let pid, let number):
        let process = clinux_pidfd_open(pid)
        guard process >= 0 else { throw .processGone }
        defer { close(process) }
        connection = try AgentConnection(takenFrom: process, door: number)
      }
      // It goes with its connection, and after an hour without a word.
      _ = try connection.call("renew", ["lease": 3600.0])
      return connection
    }
  }

  /// Has a further connection opened, for a command that talks with whoever gave it: others use this one meanwhile.
  public func opening(for command: String) throws(AttachError) -> Opening {
    try load(command)
    switch origin {
    case .listening(let address): return .listening(address)
    case .attached(let pid):
      guard let door = try connection.call("door")["door"]?.integer, door >= 0, door <= Int(Int32.max) else {
        throw .malformedAnswer("no door")
      }
      return .door(pid: pid, number: Int32(door))
    }
  }

  /// A plugin comes into the target when the first command of it is asked for; those of others are imported then.
  private func load(_ command: String) throws(AttachError) {
    let words = command.split(separator: " ", maxSplits: 1)
    let isOurs = AgentCommand.all.contains { $0.title == command }
    guard command == "plugins" || words.count > 1 else { return }
    let name = isOurs && words.count > 1 ? String(words[0]) : "foreign"
    // A debugger's lines are carried out as the console's are.
    for part in (name == "debugger" ? ["python"] : []) + [name] where loaded.insert(part).inserted {
      if case .attached = origin, let source = Bootstrap.plugin(part) {
        _ = try connection.call("load", ["source": String(decoding: source, as: UTF8.self)])
      }
    }
    guard !isOurs, loaded.insert("plugins of others").inserted else { return }
    let order = AgentOrder(command: "plugins", rung: "probe", arguments: [String: String]())
    _ = try connection.work(order, within: 30)
  }
}
