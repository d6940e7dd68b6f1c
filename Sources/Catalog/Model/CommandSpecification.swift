/// A command, described: what every face shows of it and every gate decides by.
public struct CommandSpecification: Sendable {
  /// The plugin it belongs to; nil for the commands of `ispy` itself.
  public let plugin: String?
  public let name: String
  public let rung: Rung
  /// One line, without a full stop.
  public let summary: String
  /// What it does, in sentences.
  public let discussion: String
  public let parameters: [Parameter]
  /// A target that is no process, or no longer one, is no mistake: the command says what it is.
  public let takesMissingTargets: Bool
  public let standing: Standing
  public let place: Place
  /// It asks whoever gives it for lines, and is not over until he ends it.
  public let talks: Bool

  /// Where it can be carried out.
  public enum Place: Sendable {
    case anywhere
    /// It is about files and texts of whoever gives it: a gateway has no part in it, and must not open them.
    case client
    /// It leaves a process of ispy behind, which a gateway does for nobody.
    case direct
  }

  /// By what a gateway lets somebody give it.
  public enum Standing: Sendable {
    /// By the rung that it stands on.
    case rung
    /// Anybody may: it decides by itself what it shows or does to whom.
    case everybody
    /// Only a role that lists it by name: it is about what others do.
    case listed
  }
  /// What it costs the target.
  public let cost: String
  public let examples: [Example]
  /// The name and version of the result's JSON: `ispyd.dump/1`.
  public let schema: String

  public struct Example: Sendable {
    public let command: String
    public let purpose: String

    public init(_ command: String, _ purpose: String) {
      self.command = command
      self.purpose = purpose
    }
  }

  public init(
    plugin: String? = nil, name: String, rung: Rung, summary: String, discussion: String,
    parameters: [Parameter] = [], takesMissingTargets: Bool = false,
    standing: Standing = .rung, place: Place = .anywhere, talks: Bool = false, cost: String, examples: [Example],
    schema: String
  ) {
    self.plugin = plugin
    self.name = name
    self.rung = rung
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.takesMissingTargets = takesMissingTargets
    self.standing = standing
    self.place = place
    self.talks = talks
    self.cost = cost
    self.examples = examples
    self.schema = schema
  }

  public var positionals: [Parameter] { parameters.filter(\.isPositional) }
  public var options: [Parameter] { parameters.filter { !$0.isPositional } }
  /// Whether it looks at processes that it is told.
  public var takesTargets: Bool { parameters.contains { $0.name == "target" } }

  /// `dump`, or `process fds` for the command of a plugin.
  public var title: String { plugin.map { $0 + " " + name } ?? name }
}
