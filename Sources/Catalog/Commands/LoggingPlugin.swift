/// The plugin `logging`: what the loggers of an application let through. Its commands are the agent's
/// (Sources/Attaching/Agent/logging_plugin.py).
enum LoggingPlugin {
  static let levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "NOTSET"]

  static let commands: [CatalogEntry] = [
    .agent(
      plugin: "logging", name: "loggers", rung: .probe, "Show the loggers, their levels and handlers",
      discussion: """
        Shows the root logger and those that have a level or handlers of their own: the level that is set, the one that is \
        in effect, and the handlers with theirs.
        """,
      parameters: [.targets(), .flag("all", "those too that have neither")], cost: "reads the loggers' attributes",
      examples: [.init("ispy run shop logging loggers", "in each worker of shop")]
    ) { arguments in [.init("all", .flag(arguments.has("all")))] },
    .agent(
      plugin: "logging", name: "set", rung: .change, "Set a logger's level for a time",
      discussion: """
        Sets the level of one logger and what depends on it, and sets it back when the time is over, when the agent goes, \
        or when ispy or the gateway ends, however that happens. Where somebody else has set it meanwhile, it is left as it \
        is, and that is said.
        """,
      parameters: [
        .targets(), .positional("logger", .text, "its name, or root"),
        .positional("level", .choice(levels), "what it lets through from now on"),
        .option("for", .duration, default: "10m", "how long"),
      ], cost: "as much as the application then logs",
      examples: [
        .init("ispy run shop logging set shop.checkout DEBUG --for 5m", "see what checkout does, for five minutes")
      ]
    ) { arguments in
      [
        .init("logger", .text(arguments["logger"])), .init("level", .text(arguments["level"])),
        .init("seconds", .number(Int(arguments.seconds("for") ?? 600))),
      ]
    },
  ]
}

extension CatalogEntry {
  /// `ispy changes`: what was changed and when it goes back.
  static let changes = agent(
    plugin: nil, name: "changes", rung: .probe, "List what was changed in processes, and until when",
    discussion:
      "Shows the changes that stand, with the time until each is made as it was, and what became of the last ones.",
    parameters: [.targets()], cost: "none beside the agent's thread",
    examples: [.init("ispy changes shop", "in each worker of shop")]
  ) { _ in [] }

  /// `ispy revert`: makes it as it was.
  static let revert = agent(
    plugin: nil, name: "revert", rung: .change, "Make a change undone before its time",
    discussion: "Makes one change undone, by its number, or all of them.",
    parameters: [.targets(), .positional("change", .text, "its number as changes shows it, or all")],
    cost: "none beside the agent's thread",
    examples: [.init("ispy revert shop all", "everything in every worker of shop")],
    validate: { arguments throws(CommandError) in
      guard arguments["change"] == "all" || arguments["change"].flatMap({ Int($0) }) != nil else {
        throw CommandError(.usage, "CHANGE is a number or all", hint: "see: ispy changes")
      }
    }
  ) { arguments in
    let word = arguments["change"]
    return [.init("number", word.flatMap { Int($0) }.map { .number($0) } ?? .text(word))]
  }
}
