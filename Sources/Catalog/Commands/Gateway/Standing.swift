import Redaction

extension CatalogEntry {
  /// `ispy whoami`: what the gateway thinks of who asks.
  static let whoami = gateway(
    "whoami", standing: .everybody, "Say who the gateway takes you for, and what you may do",
    discussion: """
      Shows the user that the kernel says is at the other end of the socket, the groups, the roles with their highest rung \
      and right to values, the targets that they are for, and where the policy says so.
      """,
    examples: [.init("ispy whoami", "your roles")], result: WhoamiResult.self
  ) { _, services, _ throws(CommandError) in try services.whoami() }

  /// `ispy can COMMAND`: whether one may.
  static let can = gateway(
    "can", standing: .everybody, "Say whether you may give a command, and by which rule",
    discussion: """
      Asks the policy without doing anything: allowed, allowed with somebody else's approval, or refused; the rule that \
      decides, and what would be needed. The exit code says the same.
      """,
    parameters: [
      .positional("command", .text, "the command, such as dump or 'process environ'"),
      .positional("on", .target, isRequired: false, isRepeated: true, "the targets"),
      .option("with-values", .choice(ValueRight.allCases.map(\.rawValue)), default: "redacted", "the right to values"),
    ],
    examples: [
      .init("ispy can dump shop", "whether you may dump the workers of shop"),
      .init("ispy can peek shop --with-values raw", "and see values as they are"),
    ], result: DecisionResult.self, schema: "ispyd.decision/1",
    validate: { arguments throws(CommandError) in _ = try command(arguments) }
  ) { arguments, services, _ throws(CommandError) in
    try services.decision(
      user: nil, command: try command(arguments), targets: arguments.all("on"), values: arguments.values)
  }

  /// `ispy policy explain USER COMMAND TARGET`: whether somebody may.
  static let policyExplain = gateway(
    "policy explain", standing: .listed, "Say which rule decides about somebody's command, and why",
    discussion: "The same as can, for anybody: what the policy in force says of this user, command and target.",
    parameters: [
      .positional("user", .text, "the name of a user"),
      .positional("command", .text, "the command, such as dump or 'process environ'"),
      .positional("on", .target, isRequired: false, isRepeated: true, "the targets"),
      .option("with-values", .choice(ValueRight.allCases.map(\.rawValue)), default: "redacted", "the right to values"),
    ],
    examples: [.init("ispy policy explain ann dump shop", "whether ann may dump shop")], result: DecisionResult.self,
    schema: "ispyd.decision/1",
    validate: { arguments throws(CommandError) in _ = try command(arguments) }
  ) { arguments, services, _ throws(CommandError) in
    try services.decision(
      user: arguments["user"], command: try command(arguments), targets: arguments.all("on"), values: arguments.values)
  }

  private static func command(_ arguments: Arguments) throws(CommandError) -> CommandSpecification {
    let title = arguments["command"] ?? ""
    if let entry = Catalog.standard.entries.first(where: { $0.specification.title == title }) {
      return entry.specification
    }
    let near = Suggestion.nearest(to: title, in: Catalog.standard.entries.map(\.specification.title))
    throw CommandError(
      .usage, "no command is called \(title)", hint: near.map { "did you mean \($0)?" } ?? "see: ispy help")
  }
}

extension Arguments {
  fileprivate var values: ValueRight { self["with-values"].flatMap { ValueRight(rawValue: $0) } ?? .redacted }
}
