import JSON

/// One probe from its preview to its end, in all processes that it goes to.
struct ProbeRun {
  let plan: ProbePlan
  let context: ExecutionContext
  let asking: ProbeAsking
  private(set) var number: Int?
  /// Those that have it, with the number of the last record that was shown of each.
  private var holders: [Holder] = []
  /// Those that it did not get into, or that are gone, and how it ended there.
  private var others: [ProcessProbe] = []
  /// What was counted in processes that are gone: it stays counted.
  private var pastSeries: [[ProbeSeries]] = []
  private var cost = 0.0

  struct Holder {
    let target: Target
    var lastRecord = 0
    var state: ProbeState?
    var series: [ProbeSeries] = []
  }

  /// Seconds between two looks at what was found.
  private static let pollSeconds = 0.5
  private static let newcomerSeconds = 5.0

  init(_ plan: ProbePlan, _ context: ExecutionContext) {
    self.plan = plan
    self.context = context
    asking = ProbeAsking(context.agents)
  }

  // MARK: - Before

  /// What it would do; throws where it would take more than it may.
  mutating func preview() throws(CommandError) -> ProbePreview {
    guard let first = context.targets.first else { throw CommandError(.noSuchTarget, "no process is meant") }
    var preview = try asking.preview(
      plan.order(workers: context.targets.count), of: first, isCancelled: context.isCancelled)
    preview.processes = context.targets.count
    if plan.kind.follows {
      // The gentler way is offered first.
      preview.notes.append("from outside, with nothing in the process: ispy record --function, of all calls")
    }
    cost = preview.cost
    guard let rate = preview.rate else { return preview }
    // Of the others it is taken that they are as busy.
    let calls = rate.perSecond * Double(context.targets.count)
    preview.share = calls * preview.cost / 1e9 * 100
    return preview
  }

  func checkBudget(_ preview: ProbePreview) throws(CommandError) {
    guard let share = preview.share, let rate = preview.rate, share > plan.cpu else { return }
    let fitting = Int(plan.cpu / 100 * 1e9 / preview.cost / Double(max(context.targets.count, 1)))
    throw CommandError(
      .limited,
      "\(plan.place) is reached \(Int(rate.perSecond)) times a second in one process: that would take "
        + "\(Self.percent(share)) % of a core, and \(Self.percent(plan.cpu)) % are allowed, which is enough for \(fitting) times",
      hint: "probe a place that is reached more seldom, or allow more with --cpu")
  }

  static func percent(_ number: Double) -> String {
    let tenths = Int((number * 100).rounded())
    return tenths % 100 == 0 ? "\(tenths / 100)" : "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
  }

  // MARK: - Begin

  /// Puts it into the first process, and after a while in which all went well there into the others.
  mutating func begin(_ emit: (ProbeResult) -> Bool) throws(CommandError) {
    let targets = context.targets
    var number = asking.freeNumber(in: targets)
    self.number = number
    guard let first = targets.first else { return }
    let isTried = targets.count > 1 && !plan.isAllAtOnce
    let before = isTried ? CanaryLook(targets, health: asking.health(of: plan.place, in: first)) : nil
    do throws(CommandError) { try insert(first, number) } catch {
      // Somebody else may have been quicker.
      number += 1
      self.number = number
      try insert(first, number)
    }
    guard targets.count > 1 else { return }
    if let before {
      let end = ContinuousClock.now + .seconds(plan.canary)
      while ContinuousClock.now < end, context.wait(Self.pollSeconds) {
        guard emit(look()), isStanding else { break }
      }
      guard isStanding, !context.isCancelled() else {
        others += targets.dropFirst().map {
          ProcessProbe(pid: $0.pid, note: "it was over in process \(first.pid) before it came here")
        }
        return
      }
      if let problem = before.judgement(CanaryLook(targets, health: asking.health(of: plan.place, in: first))) {
        _ = stop()
        throw CommandError(
          .failed, "the probe was taken out of process \(first.pid) again, and went to no other: \(problem)")
      }
    }
    for target in targets.dropFirst() where !context.isCancelled() {
      do throws(CommandError) { try insert(target, number) } catch {
        others.append(ProcessProbe(pid: target.pid, problem: error.message))
      }
    }
  }

  private mutating func insert(_ target: Target, _ number: Int) throws(CommandError) {
    let state = try asking.insert(
      plan.order(number: number, workers: context.targets.count, cost: cost > 0 ? cost : nil), into: target)
    holders.append(Holder(target: target, state: state))
  }

  /// Whether it stands in a process yet.
  var isStanding: Bool { holders.contains { $0.state?.ended == nil } }

  // MARK: - Meanwhile

  /// What was found since the last look.
  mutating func look() -> ProbeResult {
    var result = ProbeResult(number: number, kind: plan.kind, place: plan.place)
    for index in holders.indices {
      let holder = holders[index]
      guard let number, holder.state?.ended == nil || holder.series.isEmpty else { continue }
      do throws(CommandError) {
        let found = try asking.findings(number, since: holder.lastRecord, of: holder.target)
        holders[index].state = found.probe
        holders[index].series = found.series
        holders[index].lastRecord = found.records.last?.number ?? holder.lastRecord
        result.records += found.records
      } catch {
        // What it has shown until then stays.
        others.append(ProcessProbe(pid: holder.target.pid, state: holder.state, problem: error.message))
        pastSeries.append(holder.series)
        holders[index].state = nil
      }
    }
    holders.removeAll { $0.state == nil }
    result.processes = holders.map { ProcessProbe(pid: $0.target.pid, state: $0.state) } + others
    if plan.kind.counts {
      result.series = ProbeSeries.merged(holders.map(\.series) + pastSeries)
      result.labels = plan.labels.map(\.name)
    }
    return result
  }

  /// Shows what is found until it is over everywhere, its time is, or it is cancelled.
  mutating func follow(_ emit: (ProbeResult) -> Bool) {
    let end = ContinuousClock.now + .seconds(plan.seconds + 2)
    var nextReport = ContinuousClock.now + .seconds(plan.interval)
    var nextNewcomers = ContinuousClock.now + .seconds(Self.newcomerSeconds)
    while ContinuousClock.now < end, isStanding, context.wait(Self.pollSeconds) {
      let result = look()
      if ContinuousClock.now >= nextNewcomers {
        nextNewcomers = .now + .seconds(Self.newcomerSeconds)
        addNewcomers()
      }
      // The last report comes with the end.
      let isDue = plan.kind.counts && isStanding && ContinuousClock.now >= nextReport
      if isDue { nextReport = nextReport + .seconds(plan.interval) }
      guard !result.records.isEmpty || isDue else { continue }
      hand(result)
      guard emit(result) else { return }
    }
  }

  /// Messages go to the application's log as they are shown: with what is withheld left out.
  private func hand(_ result: ProbeResult) {
    guard let logger = plan.logger, let shown = context.redacted(result) as? ProbeResult else { return }
    for holder in holders {
      let messages = shown.records.filter { $0.pid == holder.target.pid }.compactMap { record in
        record.message.map { ProbeRecord.text($0) }
      }
      if !messages.isEmpty { asking.emit(messages, to: logger, in: holder.target) }
    }
  }

  /// Workers that came meanwhile get it too.
  private mutating func addNewcomers() {
    guard let number else { return }
    let known = holders.map(\.target.pid) + others.map(\.pid)
    for target in context.newcomers(known) {
      do throws(CommandError) { try insert(target, number) } catch {
        others.append(ProcessProbe(pid: target.pid, problem: error.message))
      }
    }
  }

  // MARK: - After

  /// Takes it out everywhere, with a proof where that is to be had.
  mutating func stop() -> ProbeResult {
    if plan.kind.tellsOnce {
      // All once more, with how often each was seen.
      for index in holders.indices { holders[index].lastRecord = 0 }
    }
    var result = look()
    result.isLast = true
    guard let number else { return result }
    var processes: [ProcessProbe] = []
    for holder in holders {
      do throws(CommandError) {
        var stopped = try asking.stop(number, in: holder.target)
        if let ended = holder.state?.ended { stopped.state?.ended = ended }
        processes.append(stopped)
      } catch {
        processes.append(ProcessProbe(pid: holder.target.pid, state: holder.state, problem: error.message))
      }
    }
    result.processes = processes + others
    return result
  }
}

extension ProbeSeries {
  /// The same labels of several processes together, most calls first.
  static func merged(_ all: [[ProbeSeries]]) -> [ProbeSeries] {
    var byLabel: [[String]?: ProbeSeries] = [:]
    for series in all.joined() {
      guard var sum = byLabel[series.label] else {
        byLabel[series.label] = series
        continue
      }
      sum.calls += series.calls
      sum.errors += series.errors
      sum.nanoseconds += series.nanoseconds
      sum.buckets.merge(series.buckets, uniquingKeysWith: +)
      byLabel[series.label] = sum
    }
    return byLabel.values.sorted { ($1.calls, $0.label?.first ?? "") < ($0.calls, $1.label?.first ?? "") }
  }
}
