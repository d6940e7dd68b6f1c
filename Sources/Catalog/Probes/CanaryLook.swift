import RemoteProcess

/// How processes fare, to be judged by after a while: the first of them has a probe then.
struct CanaryLook {
  private let first: Int32
  private let used: [Int32: Double]
  private let health: Health?
  private let at = ContinuousClock.now

  /// How the calls of the place's functions fared for a second in the first process (Agent/probe_plugin.py, `health`).
  struct Health: Decodable, Sendable {
    let calls: Int
    let errors: Int
    /// Of all of them together.
    let nanoseconds: Int

    var errorShare: Double { Double(errors) / Double(max(calls, 1)) }
    var mean: Double { Double(nanoseconds) / Double(max(calls, 1)) }
  }

  /// Of one core: what the first may use more than the others.
  private static let tolerance = 0.25
  /// Calls that are enough for a judgement.
  private static let fewCalls = 20

  init(_ targets: [Target], health: Health?) {
    first = targets.first?.pid ?? 0
    self.health = health
    var used: [Int32: Double] = [:]
    for target in targets {
      guard let stat = try? ProcessStat(pid: target.pid), stat.startTime == target.startTime else { continue }
      used[target.pid] = Double(stat.userTime + stat.systemTime) / Double(ProcessStat.ticksPerSecond)
    }
    self.used = used
  }

  /// Why the probe is to be taken out again; nil where all went well.
  func judgement(_ later: CanaryLook) -> String? {
    guard later.used[first] != nil || used[first] == nil else { return "the process has ended" }
    return judgementOfProcessors(later) ?? judgementOfCalls(later)
  }

  private func judgementOfProcessors(_ later: CanaryLook) -> String? {
    let seconds = at.duration(to: later.at) / .seconds(1)
    guard let before = used[first], let after = later.used[first], seconds > 0.5 else { return nil }
    let own = (after - before) / seconds
    let siblings = used.keys.filter { $0 != first }.compactMap { pid in
      later.used[pid].flatMap { now in used[pid].map { (now - $0) / seconds } }
    }
    guard let most = siblings.max(), own > most * 1.5, own > most + Self.tolerance else { return nil }
    return "it used \(Int(own * 100)) % of a core meanwhile, and the busiest of the others \(Int(most * 100)) %"
  }

  private func judgementOfCalls(_ later: CanaryLook) -> String? {
    guard let before = health, let after = later.health, before.calls >= Self.fewCalls, after.calls >= Self.fewCalls
    else { return nil }
    if after.errorShare > before.errorShare + 0.1 {
      return "\(Int(after.errorShare * 100)) % of its calls failed, and \(Int(before.errorShare * 100)) % before"
    }
    // A millisecond is nothing that a probe is to be judged by.
    guard after.mean > before.mean * 2, after.mean > before.mean + 1e6 else { return nil }
    return "its calls took \(Int(after.mean / 1e6)) ms on the average, and \(Int(before.mean / 1e6)) ms before"
  }
}
