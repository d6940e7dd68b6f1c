extension CatalogEntry {
  /// That of the commands about agents themselves.
  public static let attachmentsSchema = "ispyd.attachments/1"

  /// `ispy attach`: an agent in each process.
  static let attach = CatalogEntry(
    CommandSpecification(
      name: "attach", rung: .probe, summary: "Put an agent into running processes",
      discussion: """
        Puts a small agent, a thread that runs a few hundred lines of Python, into each process, with no redeploy and no \
        restart. Commands that need it attach by themselves; this does it beforehand, and shows that it can be done.

        Python 3.14 and later are asked to let it in (PEP 768), and no thread is stopped. Of older ones, or where no thread \
        runs Python, one thread is stopped for some hundred microseconds, at a place where it holds no lock, and makes the \
        agent's thread. Killing this program at any moment leaves the process as it was.

        Through a gateway the agent stays until its time is over or it is detached; the gateway renews its lease, and \
        without that it is gone within ten seconds. Without a gateway it stays for as long as this command or the shell \
        runs: Ctrl-C ends it. Where an application is named, workers that come later get an agent too. A process that only starts workers is refused, and so is one whose owner has disabled remote \
        debugging.
        """,
      parameters: [
        .targets(),
        .option("for", .duration, default: "10m", "how long it stays"),
        .option("interpreter", .integer(0...1_000_000), "the number of a subinterpreter, where there are several"),
      ],
      cost: "one thread, stopped once for under a millisecond; the agent's thread sleeps until it is asked",
      examples: [
        .init("ispy attach 4711", "attach to one process, until Ctrl-C"),
        .init("ispy attach shop --for 30m", "to all workers of shop, through a gateway"),
      ], schema: attachmentsSchema), result: AttachmentsResult.self
  ) { arguments, context throws(CommandError) in
    let seconds = arguments.seconds("for") ?? 600
    let interpreter = arguments.integer("interpreter").map { Int64($0) }
    let keeper = context.agents
    let result = try each(context.targets) { target throws(CommandError) in
      try keeper.attach(target, interpreter: interpreter, for: seconds)
    }
    keeper.follow(names(arguments), interpreter: interpreter, for: seconds, context)
    guard !keeper.isLasting else { return result }
    _ = context.emit(result)
    keeper.wait(seconds, context)
    keeper.unfollow(names(arguments))
    return try each(keeper.attached().map(\.target)) { target throws(CommandError) in try detached(target, keeper) }
  }

  /// `ispy detach`: the agent goes, and is proven gone.
  static let detach = CatalogEntry(
    CommandSpecification(
      name: "detach", rung: .probe, summary: "Take the agent out of processes, and prove that it is gone",
      discussion: """
        Tells the agent of each process to undo what it changed and to go; clears what was written into the process' \
        memory; and looks from outside whether a thread or a byte of it is left.
        """,
      parameters: [.targets()], cost: "none: the agent ends",
      examples: [.init("ispy detach shop", "from all workers of shop")], schema: attachmentsSchema),
    result: AttachmentsResult.self
  ) { arguments, context throws(CommandError) in
    let keeper = context.agents
    keeper.unfollow(names(arguments))
    return try each(context.targets) { target throws(CommandError) in try detached(target, keeper) }
  }

  /// `ispy attached`: where agents are.
  static let attached = CatalogEntry(
    CommandSpecification(
      name: "attached", rung: .observe, summary: "List the processes that have an agent",
      discussion: """
        Lists the agents of the gateway, or of this shell, with the time until each goes by itself: those in processes that \
        you may see.
        """,
      standing: .everybody, cost: "none: no target is looked at",
      examples: [.init("ispy attached", "where agents are")], schema: attachmentsSchema),
    result: AttachmentsResult.self
  ) { _, context in
    AttachmentsResult(
      attachments: context.agents.attached().filter { context.isVisible($0.target) }.map { target, secondsLeft in
        var summary = AttachmentSummary(pid: target.pid, application: target.application.name, state: .attached)
        summary.secondsLeft = secondsLeft
        return summary
      })
  }

  /// The applications that were named: who they are changes.
  private static func names(_ arguments: Arguments) -> [String] {
    arguments.all("target").filter { Int32($0) == nil }
  }

  private static func detached(_ target: Target, _ keeper: AgentKeeper) throws(CommandError) -> AttachmentSummary {
    guard let summary = try keeper.detach(target) else {
      throw CommandError(.notFound, "process \(target.pid) has no agent here", hint: "see: ispy attached")
    }
    return summary
  }

  /// One summary a process; throws where all failed.
  private static func each(
    _ targets: [Target], _ body: (Target) throws(CommandError) -> AttachmentSummary
  ) throws(CommandError) -> AttachmentsResult {
    AttachmentsResult(
      attachments: try targets.answers(body) { target, error in
        // The line begins with the process already.
        let problem = error.message.replacing("process \(target.pid): ", with: "", maxReplacements: 1)
        return AttachmentSummary(
          pid: target.pid, application: target.application.name, state: .refused, problem: problem, hint: error.hint)
      })
  }
}
