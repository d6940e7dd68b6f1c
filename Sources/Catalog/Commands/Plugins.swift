import Attaching
import JSON

extension CatalogEntry {
  /// `ispy plugins`: what applications bring beside what ispy has.
  static let plugins: CatalogEntry = {
    guard let command = AgentCommand.all.first(where: { $0.title == "plugins" }) else {
      preconditionFailure("Agent/foreign.py describes plugins")
    }
    let specification = AgentEntries.specification(of: command, schema: "ispyd.plugins/1")
    return CatalogEntry(specification, result: PluginsResult.self) { _, context throws(CommandError) in
      let keeper = context.agents
      defer { keeper.endCommand() }
      let processes = try context.targets.answers(isCancelled: context.isCancelled) { target throws(CommandError) in
        try plugins(of: target, context)
      } failed: { target, error in
        ProcessPlugins(pid: target.pid, plugins: [], problem: error.message)
      }
      return PluginsResult(processes: processes)
    }
  }()

  private static func plugins(of target: Target, _ context: ExecutionContext) throws(CommandError) -> ProcessPlugins {
    let (outcome, isNew) = try context.agents.use(target) { (agent) throws(AttachError) in
      try agent.work("plugins", as: Rung.probe.rawValue, isCancelled: context.isCancelled)
    }
    let note = isNew ? "an agent was attached for this" : nil
    switch outcome {
    case .value(let value, _):
      let decoded = value["plugins"].flatMap { try? JSONReader().decode([ForeignPlugin].self, from: $0) }
      guard let plugins = decoded else {
        throw CommandError(.failed, "process \(target.pid): its agent described its plugins in a way not understood")
      }
      return ProcessPlugins(pid: target.pid, plugins: plugins, note: note)
    case .raised(let words, _): return ProcessPlugins(pid: target.pid, plugins: [], problem: words, note: note)
    }
  }

  /// A command that a process brings, as it described it.
  ///
  /// What it says of its rung is what a gate decides by, and the agent in the process holds it against what stands there: a
  /// description that says less than that is refused by it.
  public init?(described command: AgentCommand, in catalog: Catalog) {
    let words = command.title.split(separator: " ")
    // For every one an agent goes into the process: none stands below that.
    guard words.count == 2, !catalog.plugins.contains(String(words[0])),
      let rung = Rung(rawValue: command.rung), rung >= .probe, command.parameters.count <= 20,
      !command.parameters.contains(where: { $0.name == "target" })
    else { return nil }
    self = AgentEntries.entry(of: command, isForeign: true)
  }
}
