extension CatalogEntry {
  /// The commands by which probes come: `ispy probe watch` and the others.
  static let probeKinds: [CatalogEntry] = ProbeKind.allCases.map { kind in
    let words = ProbeWords.of(kind)
    return CatalogEntry(
      CommandSpecification(
        name: "probe " + kind.rawValue, rung: .probe, summary: words.summary,
        discussion: words.discussion + "\n\n" + ProbeWords.common,
        parameters: [.targets(), kind == .exceptions ? exceptionsLocationParameter : locationParameter]
          + (kind == .log ? [messageParameter] : []) + words.options
          + ProbeWords.limits(kind),
        cost: words.cost, examples: words.examples, schema: ProbeResult.probeSchema),
      result: ProbeResult.self,
      validate: { arguments throws(CommandError) in
        let plan = try ProbePlan(kind, arguments)
        try plan.check(against: .direct)
      }
    ) { arguments, context throws(CommandError) in
      try probe(try ProbePlan(kind, arguments), context)
    }
  }

  private static let locationParameter = Parameter.positional(
    "location", .text, "module:function, file.py:LINE, or a route of Django, Flask, FastAPI or Starlette: /checkout")
  private static let exceptionsLocationParameter = Parameter.positional(
    "location", .text, "as of the other probes, or `everywhere`")
  private static let messageParameter = Parameter.positional(
    "message", .text, "what is said, with values in braces: 'order {order.id} of {len(items)} items'")

  private static func probe(
    _ asked: ProbePlan, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    var plan = asked
    plan.fit(into: context.probes)
    let keeper = context.agents
    guard !plan.isInBackground || keeper.isLasting else {
      throw CommandError(
        .usage, "--background is for a gateway or a shell: here the probe goes with the command",
        hint: "without it the command shows what is found")
    }
    try plan.check(against: context.probes)
    try plan.refuse(context.withheldKind)
    var run = ProbeRun(plan, context)
    let outcome: Result<ProbeResult, CommandError>
    do throws(CommandError) { outcome = .success(try carryOut(&run, plan, context)) } catch {
      outcome = .failure(error)
    }
    guard !keeper.isLasting else { return try outcome.get() }
    // The agents that do not outlast the command go, and whether all is as it was is seen from outside.
    let proofs = keeper.detachAll().reduce(into: [Int32: Bool]()) { $0[$1.pid] = $1.proof?.isComplete }
    var result = try outcome.get()
    for index in result.processes.indices { result.processes[index].isProven = proofs[result.processes[index].pid] }
    return result
  }

  private static func carryOut(
    _ run: inout ProbeRun, _ plan: ProbePlan, _ context: ExecutionContext
  ) throws(CommandError) -> ProbeResult {
    let preview = try run.preview()
    var first = ProbeResult(kind: plan.kind, place: plan.place, preview: preview)
    first.isLast = plan.isDry
    guard !plan.isDry else { return first }
    try run.checkBudget(preview)
    guard context.emit(first), !context.isCancelled() else { return ProbeResult(kind: plan.kind, place: plan.place) }
    try run.begin { result in result.records.isEmpty || context.emit(result) }
    if plan.isInBackground { return run.look() }
    run.follow { context.emit($0) }
    return run.stop()
  }

  /// `ispy probes`: those that there are.
  static let probes = CatalogEntry(
    CommandSpecification(
      name: "probes", rung: .probe, summary: "List the probes in processes, and how they fare",
      discussion: """
        Lists the probes in each process, whoever put them there, and the last ones that are over: with their hits, what \
        was skipped, and why one is over.
        """,
      parameters: [.targets()], cost: "none beside the agent's thread",
      examples: [.init("ispy probes shop", "in each worker of shop")], schema: "ispyd.probes/1"),
    result: ProbesResult.self
  ) { _, context throws(CommandError) in
    defer { context.agents.endCommand() }
    let asking = ProbeAsking(context.agents)
    let processes = try context.targets.answers(isCancelled: context.isCancelled) { target throws(CommandError) in
      ProcessProbes(pid: target.pid, probes: try asking.probes(of: target))
    } failed: { target, error in
      ProcessProbes(pid: target.pid, probes: [], problem: error.message)
    }
    return ProbesResult(processes: processes)
  }

  /// `ispy probe results`: what one has found.
  static let probeResults = CatalogEntry(
    CommandSpecification(
      name: "probe results", rung: .probe, summary: "Show what a probe has found",
      discussion: """
        Shows the last 200 captures of a probe, or what it has counted, of all processes together. --follow goes on with \
        what is found from then on, until the probe is over or Ctrl-C is pressed; the probe stays.

        --like keeps captures in which a text occurs, as it is shown.
        """,
      parameters: [
        .targets(), numberParameter, .flag("follow", "go on until it is over"),
        .option("interval", .duration, default: "10s", "from one report to the next, of what is counted"),
        .option("like", .text, "only captures in which this text occurs"),
      ] + ProbeWords.metric, cost: "none beside the agent's thread",
      examples: [
        .init("ispy probe results shop 3", "what probe 3 has found so far"),
        .init("ispy probe results shop 3 --follow --json", "and goes on to, for a program"),
        .init(
          "ispy probe results shop 4 --follow --to graphite://127.0.0.1:2003 --metric shop.pay",
          "what it counts, sent on"),
      ], schema: ProbeResult.probeSchema), result: ProbeResult.self
  ) { arguments, context throws(CommandError) in
    defer { context.agents.endCommand() }
    let seconds = arguments.seconds("interval") ?? 10
    var following = try ProbeFollowing(arguments.integer("number") ?? 0, context, like: arguments["like"])
    let found = try following.look()
    guard arguments.has("follow") else { return found }
    guard context.emit(found) else { return found }
    return try following.follow(every: seconds)
  }

  /// `ispy probe show`: how one fares.
  static let probeShow = aboutOne(
    "show", "Show how a probe fares",
    """
    Shows the limits of a probe and what is left of them, how many hits were captured, skipped, or did not meet its \
    condition, and where it is over, why.
    """, example: .init("ispy probe show shop 3", "probe 3 in each worker of shop")
  ) { asking, number, target, _ throws(CommandError) in
    guard let state = try asking.probes(of: target).first(where: { $0.number == number }) else {
      throw CommandError(.notFound, "process \(target.pid) has no probe \(number)", hint: "see: ispy probes")
    }
    return ProcessProbe(pid: target.pid, state: state)
  }

  /// `ispy probe stop`: out with it.
  static let probeStop = aboutOne(
    "stop", "Take a probe out before its time",
    """
    Takes the probe out of every process, and looks from outside whether each function has its own code again. What it \
    has found is kept for a while.
    """, example: .init("ispy probe stop shop 3", "out of each worker of shop")
  ) { asking, number, target, _ throws(CommandError) in try asking.stop(number, in: target) }

  /// `ispy probe extend`: more time.
  static let probeExtend = aboutOne(
    "extend", "Let a probe stay for longer, or for less long",
    "Sets how long the probe stays from now on, within what is allowed. Its other limits are what they were.",
    options: [.option("for", .duration, default: "10m", "how long from now on")],
    example: .init("ispy probe extend shop 3 --for 30m", "half an hour from now on")
  ) { asking, number, target, arguments throws(CommandError) in
    ProcessProbe(
      pid: target.pid, state: try asking.extend(number, to: arguments.seconds("for") ?? 600, in: target))
  }

  private static let numberParameter = Parameter.positional(
    "number", .integer(1...Int(Int32.max)), "the probe's number, as ispy probes shows it")

  private static func aboutOne(
    _ name: String, _ summary: String, _ discussion: String, options: [Parameter] = [],
    example: CommandSpecification.Example,
    _ body: @escaping @Sendable (ProbeAsking, Int, Target, Arguments) throws(CommandError) -> ProcessProbe
  ) -> CatalogEntry {
    CatalogEntry(
      CommandSpecification(
        name: "probe " + name, rung: .probe, summary: summary, discussion: discussion,
        parameters: [.targets(), numberParameter] + options, cost: "none beside the agent's thread",
        examples: [example], schema: ProbeResult.probeSchema), result: ProbeResult.self
    ) { arguments, context throws(CommandError) in
      let number = arguments.integer("number") ?? 0
      if let seconds = arguments.seconds("for"), seconds > context.probes.seconds {
        throw CommandError(.limited, "--for may be \(Int(context.probes.seconds)) s at most")
      }
      defer { context.agents.endCommand() }
      let asking = ProbeAsking(context.agents)
      let processes = try context.targets.answers { target throws(CommandError) in
        try body(asking, number, target, arguments)
      } failed: { target, error in
        ProcessProbe(pid: target.pid, problem: error.message)
      }
      let state = processes.lazy.compactMap(\.state).first
      return ProbeResult(
        number: number, kind: state?.kind ?? .watch, place: state?.place ?? "", processes: processes, isLast: true)
    }
  }
}

extension CatalogEntry {
  /// `ispy probe inspect`: a look around in what one has captured.
  static let probeInspect = CatalogEntry(
    CommandSpecification(
      name: "probe inspect", rung: .probe, summary: "Look around in what a probe has captured, frame by frame",
      discussion: """
        Asks for lines, as a debugger after the fact does: list, show, frames, up, down, locals, print. What is looked at \
        was captured and is data: no frame is kept alive for it, nothing runs in the process, and nothing can be changed.
        """,
      parameters: [.targets(), numberParameter], talks: true, cost: "none beside the agent's thread",
      examples: [.init("ispy probe inspect shop 3", "the exceptions that probe 3 has kept")],
      schema: "ispyd.probe.inspect/1"), result: SpokenResult.self
  ) { arguments, context throws(CommandError) in
    let schema = "ispyd.probe.inspect/1"
    guard let conversation = context.conversation else {
      throw CommandError(.usage, "probe inspect talks with whoever gives it, and nobody can be asked here")
    }
    var following = try ProbeFollowing(arguments.integer("number") ?? 0, context)
    let found = context.redacted(try following.look()) as? ProbeResult
    var inspection = ProbeInspection(found?.records ?? [])
    var answer = inspection.answer("list")
    while let text = answer, context.emit(SpokenResult(schema: schema, text)), !context.isCancelled() {
      switch conversation.ask(inspection.prompt) {
      case .interrupted: answer = ""
      case .end: answer = nil
      case .line(let line): answer = inspection.answer(line)
      }
    }
    return SpokenResult(schema: schema, "")
  }
}
