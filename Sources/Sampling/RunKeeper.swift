import Profiles

/// Keeps when which stack was seen, for formats that tell it; within bounds: equal neighbours are one run, and where
/// there is no more room the oldest are left.
///
/// A sample stands for the time before it. Weights that are known only later (CPU time, every tenth of a second) are laid
/// one after the other up to then: their order and their sums are right, their place is right to that tenth.
struct RunKeeper {
  private(set) var runs: [Profile.Run] = []
  /// Of each track, where its last run is.
  private var last: [Int: Int] = [:]
  /// What ended before this is left out.
  private(set) var forgotten: UInt64 = 0
  private let limit: Int
  /// Whether time goes on between two samples of a track: a gap of a few of them is then jitter, or a look that came late.
  private let closesGaps: Bool

  /// 32 bytes each.
  init(limit: Int = 200_000, closesGaps: Bool) {
    self.limit = limit
    self.closesGaps = closesGaps
  }

  mutating func add(track: Int, node: Int, nanoseconds: UInt64, at now: UInt64) {
    guard nanoseconds > 0 else { return }
    var start = now > nanoseconds ? now - nanoseconds : 0
    var length = nanoseconds
    if let index = last[track] {
      let end = runs[index].start + runs[index].nanoseconds
      if start < end || (closesGaps && (start - end) / 10 < nanoseconds) {
        // Up to now, where that is known; a weight that is laid down later keeps its length.
        if closesGaps { length = now > end ? now - end : 0 }
        start = end
      }
      guard length > 0 else { return }
      if start == end, runs[index].node == node {
        runs[index].nanoseconds += length
        return
      }
    }
    if runs.count >= limit { forgetOldest() }
    last[track] = runs.count
    runs.append(Profile.Run(track: track, node: node, start: start, nanoseconds: length))
  }

  private mutating func forgetOldest() {
    let count = max(1, limit / 4)
    for run in runs.prefix(count) { forgotten = max(forgotten, run.start + run.nanoseconds) }
    runs.removeFirst(count)
    last = last.compactMapValues { $0 >= count ? $0 - count : nil }
  }
}
