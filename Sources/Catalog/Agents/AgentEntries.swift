import Attaching

/// The commands that agents carry out, as entries of the catalog.
enum AgentEntries {
  /// Those that belong to a plugin.
  static var ofPlugins: [CatalogEntry] { all.filter { $0.specification.plugin != nil } }
  /// Those that belong to none.
  static var own: [CatalogEntry] { all.filter { $0.specification.plugin == nil } }

  private static let all: [CatalogEntry] = AgentCommand.all.filter { command in
    command.title != "plugins" && !command.isOfProbes
  }.map { entry(of: $0) }

  /// - Parameter isForeign: a process has described it, which brings it.
  static func entry(of command: AgentCommand, isForeign: Bool = false) -> CatalogEntry {
    let schema = "ispyd." + command.title.replacing(" ", with: ".") + "/1"
    let specification = specification(of: command, schema: schema)
    let parameters = specification.parameters.dropFirst()
    @Sendable func arguments(_ arguments: Arguments) -> Fact {
      .fields(parameters.compactMap { parameter in fact(parameter, arguments).map { .init(parameter.name, $0) } })
    }
    if command.talks == true, !isForeign { return .conversation(specification, arguments: arguments) }
    let numbers = command.parameters.filter { $0.kind == "number" }
    return .agent(
      specification, described: isForeign ? command : nil, isApart: command.isApart == true || isForeign,
      validate: { arguments throws(CommandError) in
        for parameter in numbers { try checkNumber(arguments[parameter.name], parameter, specification) }
      }, arguments: arguments)
  }

  static func specification(of command: AgentCommand, schema: String) -> CommandSpecification {
    let words = command.title.split(separator: " ", maxSplits: 1).map(String.init)
    return CommandSpecification(
      plugin: words.count > 1 ? words[0] : nil, name: words[words.count - 1],
      rung: Rung(rawValue: command.rung) ?? .console, summary: command.summary, discussion: command.discussion,
      parameters: [.targets()] + command.parameters.map(parameter), talks: command.talks == true, cost: command.cost,
      examples: command.examples.filter { $0.count == 2 }.map { .init($0[0], $0[1]) }, schema: schema)
  }

  private static func checkNumber(
    _ word: String?, _ parameter: AgentCommand.Parameter, _ specification: CommandSpecification
  ) throws(CommandError) {
    let choices = parameter.choices ?? []
    guard let word, Int(word) == nil, !choices.contains(word) else { return }
    let others = choices.map { " or " + $0 }.joined()
    throw CommandError(
      .usage, "\(parameter.name.uppercased()) is a number\(others), not \(word)",
      hint: "see: ispy help \(specification.title)")
  }

  private static func parameter(_ parameter: AgentCommand.Parameter) -> Parameter {
    let kind: Parameter.Kind =
      switch parameter.kind {
      case "choice": .choice(parameter.choices ?? [])
      case "integer": .integer(0...Int(Int32.max))
      case "duration": .duration
      case "flag": .flag
      default: .text
      }
    if parameter.kind == "words" {
      return .positional(parameter.name, .text, isRequired: false, isRepeated: true, parameter.help)
    }
    if kind.isFlag { return .flag(parameter.name, parameter.help) }
    let isNamed = parameter.default != nil || parameter.kind == "duration"
    return isNamed
      ? .option(parameter.name, kind, default: parameter.default, parameter.help)
      : .positional(parameter.name, kind, parameter.help)
  }

  /// What the agent is told; nil where nothing was given.
  private static func fact(_ parameter: Parameter, _ arguments: Arguments) -> Fact? {
    switch parameter.kind {
    case .flag: .flag(arguments.has(parameter.name))
    case .integer: arguments.integer(parameter.name).map { .number($0) }
    // Whole seconds: facts have no fractions.
    case .duration: arguments.seconds(parameter.name).map { .number(Int($0.rounded(.up))) }
    default:
      arguments[parameter.name].map { word in
        .text(parameter.isRepeated ? arguments.all(parameter.name).joined(separator: " ") : word)
      }
    }
  }
}
