import RemoteProcess

/// What processes use of their processors, to be judged by after a while: the first of them has a probe then.
struct CanaryLook {
  private let first: Int32
  private let used: [Int32: Double]
  private let at = ContinuousClock.now

  /// Of one core: what the first may use more than before, where the others do not.
  private static let tolerance = 0.25

  init(_ targets: [Target]) {
    first = targets.first?.pid ?? 0
    var used: [Int32: Double] = [:]
    for target in targets {
      guard let stat = try? ProcessStat(pid: target.pid), stat.startTime == target.startTime else { continue }
      used[target.pid] = Double(stat.userTime + stat.systemTime) / Double(ProcessStat.ticksPerSecond)
    }
    self.used = used
  }

  /// Why the probe is to be taken out again; nil where all went well.
  func judgement(_ later: CanaryLook) -> String? {
    guard let before = used[first] else { return nil }
    guard let after = later.used[first] else { return "the process has ended" }
    let seconds = at.duration(to: later.at) / .seconds(1)
    guard seconds > 0.5 else { return nil }
    let own = (after - before) / seconds
    let siblings = used.keys.filter { $0 != first }.compactMap { pid in
      later.used[pid].flatMap { now in used[pid].map { (now - $0) / seconds } }
    }
    guard let most = siblings.max() else { return nil }
    guard own > most * 1.5, own > most + Self.tolerance else { return nil }
    return "it used \(Int(own * 100)) % of a core meanwhile, and the busiest of the others \(Int(most * 100)) %"
  }
}
