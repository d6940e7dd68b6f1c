import Attaching

extension CatalogEntry {
  /// A command that the agent in each process carries out, which is attached for it where none is there.
  ///
  /// What it changes stands for as long as the agent is there: without a gateway, and outside of a shell, until its time is
  /// over or the command is interrupted.
  static func agent(
    _ specification: CommandSpecification, described: AgentCommand? = nil, isApart: Bool = false,
    validate: @escaping @Sendable (Arguments) throws(CommandError) -> Void,
    arguments: @escaping @Sendable (Arguments) -> Fact
  ) -> CatalogEntry {
    let asking = AgentAsking(title: specification.title, rung: specification.rung, isApart: isApart)
    let (schema, rung) = (specification.schema, specification.rung)
    return CatalogEntry(specification, result: FactsResult.self, described: described, validate: validate) {
      words, context throws(CommandError) in
      let keeper = context.agents
      return try ending(keeper) { () throws(CommandError) in
        let time = rung == .change ? words.seconds("for") : nil
        let note = keeper.isLasting ? "" : "; it goes with the command" + (time == nil ? "" : ", which Ctrl-C ends")
        let result = try asking.ask(
          context.targets, arguments(words), keeper, schema: schema, note: note, isCancelled: context.isCancelled)
        guard let seconds = time else { return result }
        let changed = context.targets.filter { target in
          result.processes.contains { $0.pid == target.pid && $0.problem == nil }
        }
        for target in changed { keeper.keep(target, for: seconds) }
        guard !keeper.isLasting, !changed.isEmpty else { return result }
        _ = context.emit(result)
        keeper.wait(seconds, context)
        // By now its time is over, or it is not to be waited for.
        _ = try? AgentAsking.revert.ask(changed, .fields([.init("change", .text("all"))]), keeper, schema: schema)
        var ended = try AgentAsking.changes.ask(changed, .fields([]), keeper, schema: schema)
        for index in ended.processes.indices {
          ended.processes[index].fact = ended.processes[index].fact["ended"] ?? .missing
        }
        return ended
      }
    }
  }

  /// A command that the agent in one process carries out while it talks with whoever gave it.
  static func conversation(
    _ specification: CommandSpecification, arguments: @escaping @Sendable (Arguments) -> Fact
  ) -> CatalogEntry {
    let (title, rung, schema) = (specification.title, specification.rung, specification.schema)
    return CatalogEntry(specification, result: SpokenResult.self) { words, context throws(CommandError) in
      guard let conversation = context.conversation else {
        throw CommandError(.usage, "\(title) talks with whoever gives it, and nobody can be asked here")
      }
      guard context.targets.count == 1, let target = context.targets.first else {
        throw CommandError(
          .ambiguousTarget, "\(title) is about one process, and \(context.targets.count) are meant",
          hint: "name one by its pid: ispy ps")
      }
      let talk = AgentTalk(
        show: { _ = context.emit(SpokenResult(schema: schema, $0)) },
        ask: { prompt in
          switch conversation.ask(prompt) {
          case .line(let text): .line(text)
          case .interrupted: .interrupted
          case .end: .end
          }
        }, takeInterrupt: conversation.takeInterrupt, isOver: context.isCancelled)
      let keeper = context.agents
      defer { keeper.endCommand() }
      let outcome = try keeper.converse(target, title, as: rung, arguments(words), talk)
      guard case .raised(let problem, _) = outcome else { return SpokenResult(schema: schema, "") }
      return SpokenResult(schema: schema, "", problem: problem)
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
}

/// One command of agents, as it is asked of each.
struct AgentAsking: Sendable {
  let title: String
  let rung: Rung
  /// Whether a thread of its own carries it out there, since it is not ours and may fail in its own way.
  var isApart = false

  static let changes = AgentAsking(title: "changes", rung: .probe)
  static let revert = AgentAsking(title: "revert", rung: .change)

  func ask(
    _ targets: [Target], _ arguments: Fact, _ keeper: AgentKeeper, schema: String, note: String = "",
    isCancelled: @Sendable () -> Bool = { false }
  ) throws(CommandError) -> FactsResult {
    try FactsResult(schema: schema, of: targets) { target throws(CommandError) in
      let (outcome, isNew) = try keeper.use(target) { (agent) throws(AttachError) in
        isApart
          ? try agent.work(title, as: rung.rawValue, arguments, isCancelled: isCancelled)
          : .value(try agent.run(title, as: rung.rawValue, arguments), said: "")
      }
      let note = isNew ? "an agent was attached for this" + note : nil
      switch outcome {
      case .value(let value, let said):
        // A command that shows something and returns nothing has said it, line by line.
        let lines = said.split(separator: "\n", omittingEmptySubsequences: false).map { Fact.text(String($0)) }
        let fact = Fact(value)
        return ProcessFact(
          pid: target.pid,
          fact: fact == .missing && !said.isEmpty ? .list(said.last == "\n" ? lines.dropLast() : lines) : fact,
          note: note)
      case .raised(let words, let trace):
        return ProcessFact(
          pid: target.pid, fact: .missing, problem: "its command failed: " + words, note: note,
          trace: trace.map(\.description))
      }
    }
  }
}
