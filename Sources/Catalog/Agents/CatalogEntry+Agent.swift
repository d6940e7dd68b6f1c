import Attaching

extension CatalogEntry {
  /// A command that the agent in each process carries out, which is attached for it where none is there.
  ///
  /// What it changes stands for as long as the agent is there: without a gateway, and outside of a shell, until its time is
  /// over or the command is interrupted.
  static func agent(
    _ specification: CommandSpecification,
    validate: @escaping @Sendable (Arguments) throws(CommandError) -> Void,
    arguments: @escaping @Sendable (Arguments) -> Fact
  ) -> CatalogEntry {
    let (title, schema, rung) = (specification.title, specification.schema, specification.rung)
    return CatalogEntry(specification, result: FactsResult.self, validate: validate) {
      words, context throws(CommandError) in
      let keeper = context.agents
      defer { if !keeper.isLasting { keeper.detachAll() } }
      let result = try ask(title, arguments(words), of: context.targets, keeper, schema: schema)
      guard rung == .change, let seconds = words.seconds("for") else { return result }
      let changed = context.targets.filter { target in
        result.processes.contains { $0.pid == target.pid && $0.problem == nil }
      }
      for target in changed { keeper.keep(target, for: seconds) }
      guard !keeper.isLasting else { return result }
      _ = context.emit(result)
      keeper.wait(seconds, context)
      // By now its time is over, or it is not to be waited for.
      _ = try? ask("revert", .fields([.init("change", .text("all"))]), of: changed, keeper, schema: schema)
      var ended = try ask("changes", .fields([]), of: changed, keeper, schema: schema)
      for index in ended.processes.indices {
        ended.processes[index].fact = ended.processes[index].fact["ended"] ?? .missing
      }
      return ended
    }
  }

  private static func ask(
    _ title: String, _ arguments: Fact, of targets: [Target], _ keeper: AgentKeeper, schema: String
  ) throws(CommandError) -> FactsResult {
    var result = FactsResult(schema: schema, processes: [])
    var failures: [CommandError] = []
    for target in targets {
      do throws(CommandError) {
        let (value, isNew) = try keeper.use(target) { (agent) throws(AttachError) in try agent.run(title, arguments) }
        let note =
          isNew ? "an agent was attached for this" + (keeper.isLasting ? "" : "; it goes with the command") : nil
        result.processes.append(ProcessFact(pid: target.pid, fact: Fact(value), note: note))
      } catch {
        failures.append(error)
        result.processes.append(ProcessFact(pid: target.pid, fact: .missing, problem: error.message))
      }
    }
    guard failures.isEmpty || failures.count < targets.count else { throw CommandError(all: failures) }
    return result
  }
}
