import JSON

/// What the agent's commands say of themselves: described beside their functions, in Python (`COMMANDS` in Agent/*.py), and
/// brought here by `Scripts/agent-commands`.
public struct AgentCommand: Codable, Equatable, Sendable {
  /// `logging set`, or `changes` for one of no plugin.
  public let title: String
  public let rung: String
  /// One line, without a full stop.
  public let summary: String
  public let discussion: String
  public let parameters: [Parameter]
  public let cost: String
  /// A command line each, and what it is for.
  public let examples: [[String]]

  /// Whether a thread of its own carries it out in the target: it may take long, or is not ours.
  public let isApart: Bool?
  /// Whether it talks with whoever gives it.
  public let talks: Bool?
  /// Whether it is a part of the commands about probes, which say what is to be said of it.
  public var isOfProbes: Bool { title.hasPrefix("probe ") }

  public struct Parameter: Codable, Equatable, Sendable {
    public let name: String
    /// `text`, `choice`, `number` (or one of the choices), `integer`, `duration`, `flag`, `words` (all that follow). But for
    /// durations and flags, what has no default is given by its place.
    public let kind: String
    public let choices: [String]?
    public let `default`: String?
    public let help: String
  }

  /// Those that every agent has.
  public static let all: [AgentCommand] = {
    guard let commands = try? JSONReader().decode([AgentCommand].self, from: PackageResources.commands_json) else {
      preconditionFailure("Agent/commands.json is not what Scripts/agent-commands writes")
    }
    return commands
  }()
}
