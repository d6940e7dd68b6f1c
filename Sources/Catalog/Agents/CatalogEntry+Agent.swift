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
      return try ending(keeper) { () throws(CommandError) in
        let time = rung == .change ? words.seconds("for") : nil
        let note = keeper.isLasting ? "" : "; it goes with the command" + (time == nil ? "" : ", which Ctrl-C ends")
        let result = try ask(
          title, as: rung, arguments(words), of: context.targets, keeper, schema: schema, note: note)
        guard let seconds = time else { return result }
        let changed = context.targets.filter { target in
          result.processes.contains { $0.pid == target.pid && $0.problem == nil }
        }
        for target in changed { keeper.keep(target, for: seconds) }
        guard !keeper.isLasting else { return result }
        _ = context.emit(result)
        keeper.wait(seconds, context)
        // By now its time is over, or it is not to be waited for.
        _ = try? ask("revert", as: .change, .fields([.init("change", .text("all"))]), of: changed, keeper, schema: schema)
        var ended = try ask("changes", as: .probe, .fields([]), of: changed, keeper, schema: schema)
        for index in ended.processes.indices {
          ended.processes[index].fact = ended.processes[index].fact["ended"] ?? .missing
        }
        return ended
      }
    }
  }

  /// Runs `body`, and lets the agents go that do not outlast it; what is left of one is said.
  private static func ending(
    _ keeper: AgentKeeper, _ body: () throws(CommandError) -> FactsResult
  ) throws(CommandError) -> FactsResult {
    guard !keeper.isLasting else { return try body() }
    let outcome: Result<FactsResult, CommandError>
    do throws(CommandError) { outcome = .success(try body()) } catch { outcome = .failure(error) }
    let left = keeper.detachAll().filter { $0.proof?.isComplete == false }.map(\.pid)
    var result = try outcome.get()
    for index in result.processes.indices where left.contains(result.processes[index].pid) {
      result.processes[index].note = "the agent was told to go, and a thread or some bytes of it are left"
    }
    return result
  }

  private static func ask(
    _ title: String, as rung: Rung, _ arguments: Fact, of targets: [Target], _ keeper: AgentKeeper, schema: String, note: String = ""
  ) throws(CommandError) -> FactsResult {
    try FactsResult(schema: schema, of: targets) { target throws(CommandError) in
      let (value, isNew) = try keeper.use(target) { (agent) throws(AttachError) in
        try agent.run(title, as: rung.rawValue, arguments)
      }
      return (Fact(value), isNew ? "an agent was attached for this" + note : nil)
    }
  }
}
