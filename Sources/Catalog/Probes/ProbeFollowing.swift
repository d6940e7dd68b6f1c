import JSON

/// A probe that is there already, looked at from outside of the command that put it in.
struct ProbeFollowing {
  private let number: Int
  private let context: ExecutionContext
  private let asking: ProbeAsking
  /// Captures are kept in which this occurs.
  private let text: String?
  /// The last record that was shown of each.
  private var seen: [Int32: Int] = [:]
  private var last: [Int32: ProcessProbe] = [:]

  init(_ number: Int, _ context: ExecutionContext, like text: String? = nil) throws(CommandError) {
    self.text = text
    self.number = number
    self.context = context
    asking = ProbeAsking(context.agents)
  }

  /// What was found since the last look; throws where no process has such a probe.
  mutating func look() throws(CommandError) -> ProbeResult {
    var records: [ProbeRecord] = []
    var series: [[ProbeSeries]] = []
    var state: ProbeState?
    var failures: [CommandError] = []
    for target in context.targets {
      do throws(CommandError) {
        let found = try asking.findings(number, since: seen[target.pid] ?? 0, of: target)
        seen[target.pid] = found.records.last?.number ?? seen[target.pid]
        last[target.pid] = ProcessProbe(pid: target.pid, state: found.probe)
        records += found.records
        series.append(found.series)
        state = state ?? found.probe
      } catch {
        failures.append(error)
        var known = last[target.pid] ?? ProcessProbe(pid: target.pid)
        known.problem = error.message
        last[target.pid] = known
      }
    }
    guard let state else { throw CommandError(all: failures) }
    var result = ProbeResult(
      number: number, kind: state.kind, place: state.place,
      processes: context.targets.compactMap { last[$0.pid] }, records: records.sorted { $0.at < $1.at })
    if state.kind.counts {
      result.series = ProbeSeries.merged(series)
      result.labels = state.labels
    }
    if let text { result.records = kept(result, text) }
    return result
  }

  /// What is looked in is what would be shown: nobody learns by it what is withheld.
  private func kept(_ result: ProbeResult, _ text: String) -> [ProbeRecord] {
    guard let shown = context.redacted(result) as? ProbeResult else { return [] }
    return zip(result.records, shown.records).filter { _, shown in
      (try? JSONText(isPretty: false).text(of: shown))?.contains(text) == true
    }.map(\.0)
  }

  /// Goes on until the probe is over everywhere, or it is cancelled.
  mutating func follow(every seconds: Double) throws(CommandError) -> ProbeResult {
    var next = ContinuousClock.now + .seconds(seconds)
    while context.wait(0.5) {
      var result = try look()
      let isOver = result.processes.allSatisfy { $0.state?.ended != nil || $0.problem != nil }
      result.isLast = isOver
      if isOver { return result }
      let isDue = result.kind.counts && ContinuousClock.now >= next
      if isDue { next = next + .seconds(seconds) }
      guard !result.records.isEmpty || isDue else { continue }
      guard context.emit(result) else { break }
    }
    return try look()
  }
}
