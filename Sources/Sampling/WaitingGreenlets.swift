import CPython
import RemoteProcess

/// The greenlets of a process that wait, looked for again and again.
///
/// Nothing in a process lists them: each look goes through its memory. Looks take a tenth of the time at most, however large it
/// is; each stands for the time since the one before.
struct WaitingGreenlets {
  private(set) var found: [Greenlet] = []
  private var next: UInt64 = 0
  private var last: UInt64?

  /// Between two looks where there was none: nanoseconds.
  private static let pauseWithoutAny: UInt64 = 1_000_000_000
  private static let longestWeight: UInt64 = 5_000_000_000

  /// Looks where that is due, and returns for how many nanoseconds what was found stands; 0 where it did not look.
  mutating func look(_ process: PythonProcess, at now: UInt64) -> UInt64 {
    guard now >= next else { return 0 }
    let begin = SampleClock.now()
    found = ((try? process.greenlets()) ?? []).filter { $0.state == .suspended && !$0.frames.isEmpty }
    let cost = SampleClock.now() &- begin
    // The first look stands for nothing yet.
    let pause = last == nil ? 0 : 10 * cost
    next = now + max(WorkSearch.shortestPause, pause, found.isEmpty ? Self.pauseWithoutAny : 0)
    let passed = last.map { now - $0 } ?? 0
    last = now
    return min(passed, Self.longestWeight)
  }
}
