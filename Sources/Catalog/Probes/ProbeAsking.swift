import Attaching
import JSON

/// What is asked of the agents about probes, of one process at a time.
struct ProbeAsking: Sendable {
  let keeper: AgentKeeper
  private let rung = Rung.probe.rawValue

  init(_ keeper: AgentKeeper) { self.keeper = keeper }

  /// What the agent in a process says to a part of a command, as data.
  private func ask<Answer: Decodable & Sendable>(
    _ part: String, of target: Target, _ arguments: some Encodable & Sendable, as type: Answer.Type = Answer.self
  ) throws(CommandError) -> Answer {
    let (value, _) = try keeper.use(target) { (agent) throws(AttachError) in
      try agent.run("probe " + part, as: rung, arguments)
    }
    return try decode(value, of: target)
  }

  private func decode<Answer: Decodable>(_ value: JSONValue, of target: Target) throws(CommandError) -> Answer {
    do { return try JSONReader().decode(Answer.self, from: value) } catch {
      throw CommandError(.failed, "process \(target.pid): its agent answered in a way not understood: \(error)")
    }
  }

  func preview(
    _ order: ProbeOrder, of target: Target, isCancelled: @escaping @Sendable () -> Bool
  ) throws(CommandError) -> ProbePreview {
    let (outcome, _) = try keeper.use(target) { (agent) throws(AttachError) in
      try agent.work("probe preview", as: rung, order, isCancelled: isCancelled)
    }
    switch outcome {
    case .value(let value, _): return try decode(value, of: target)
    case .raised(let words, _):
      throw CommandError(.failed, "process \(target.pid): the probe cannot be prepared: \(words)")
    }
  }

  /// How the calls of a place fare; nil where that cannot be seen.
  func health(of place: String, in target: Target) -> CanaryLook.Health? {
    let answer = try? keeper.use(target) { (agent) throws(AttachError) in
      try agent.work("probe health", as: rung, ["place": place], within: 10)
    }
    guard case .value(let value, _)? = answer?.value else { return nil }
    return try? JSONReader().decode(CanaryLook.Health.self, from: value)
  }

  /// Hands messages to a logger of the application's. Where that fails they are shown all the same.
  func emit(_ messages: [String], to logger: String, in target: Target) {
    _ = try? keeper.use(target) { (agent) throws(AttachError) in
      try agent.work("probe emit", as: rung, ProbeMessages(logger: logger, messages: messages), within: 5)
    }
  }

  private struct ProbeMessages: Encodable, Sendable {
    let logger: String
    let messages: [String]
  }

  func insert(_ order: ProbeOrder, into target: Target) throws(CommandError) -> ProbeState {
    let state: ProbeState = try ask("insert", of: target, order)
    keeper.keep(target, for: order.seconds)
    return state
  }

  func probes(of target: Target) throws(CommandError) -> [ProbeState] {
    try ask("list", of: target, [String: String]())
  }

  /// What a probe found in one process since the record of a number.
  struct Findings: Decodable, Sendable {
    let probe: ProbeState
    let records: [ProbeRecord]
    let series: [ProbeSeries]
  }

  func findings(_ number: Int, since record: Int, of target: Target) throws(CommandError) -> Findings {
    var found: Findings = try ask("results", of: target, ["number": number, "since": record])
    found = Findings(
      probe: found.probe,
      records: found.records.map { record in
        var record = record
        record.pid = target.pid
        return record
      }, series: found.series)
    return found
  }

  /// Takes it out, and looks from outside whether it is.
  func stop(_ number: Int, in target: Target) throws(CommandError) -> ProcessProbe {
    let state: ProbeState = try ask("stop", of: target, ["number": number])
    var probe = ProcessProbe(pid: target.pid, state: state)
    probe.isProven = state.isOut ? keeper.isUndone(target) : false
    return probe
  }

  func extend(_ number: Int, to seconds: Double, in target: Target) throws(CommandError) -> ProbeState {
    let state: ProbeState = try ask("extend", of: target, ProbeExtension(number: number, seconds: seconds))
    keeper.keep(target, for: seconds)
    return state
  }

  private struct ProbeExtension: Encodable, Sendable {
    let number: Int
    let seconds: Double
  }

  /// A number that no probe of these processes has.
  func freeNumber(in targets: [Target]) -> Int {
    let numbers = targets.flatMap { target in ((try? probes(of: target)) ?? []).map(\.number) }
    return (numbers.max() ?? 0) + 1
  }
}
