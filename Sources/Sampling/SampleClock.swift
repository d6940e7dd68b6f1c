import CLinux
import Glibc

/// When to look: once in every period, at a moment of it that is drawn anew each time.
///
/// A fixed rhythm would beat with that of the target: a task that runs every 10 ms would be seen always or never. Drawing
/// the moment within fixed periods (stratified sampling) has no such beat and still keeps the rate. Time is that of the
/// monotonic clock, which stands still while the machine sleeps.
final class SampleClock {
  let period: Double
  private let duty: (on: Double, period: Double)?
  private let time: () -> UInt64
  @exclusivity(unchecked) private var start: UInt64
  @exclusivity(unchecked) private var last = -1
  @exclusivity(unchecked) private var random: UInt64
  /// Periods in which no look was possible.
  @exclusivity(unchecked) private(set) var missed = 0
  /// Periods gone by, without those in which nothing was to be done.
  @exclusivity(unchecked) private(set) var periods = 0

  /// Weight of one sample at most, in periods: what lies further back was not seen, and is not made up.
  private static let longestWeight = 10
  /// Nanoseconds. To sleep and to be woken takes more of a CPU than to ask for the time until so many are over.
  private static let shortestSleep: UInt64 = 2000

  /// - Parameter time: nanoseconds of a clock that stands still while the machine sleeps.
  init(rate: Double, duty: (on: Double, period: Double)?, time: @escaping () -> UInt64 = { SampleClock.now() }) {
    period = 1e9 / rate
    self.duty = duty
    self.time = time
    start = time()
    random = start | 1
    _ = clinux_set_timer_slack(1)
  }

  /// Counts from now on: what was made ready since the clock was made is no time of the recording.
  func begin() { start = time() }

  /// Ends at a moment: periods up to there in which nothing was looked at went by all the same, and were missed.
  func end(at moment: UInt64) {
    guard duty == nil else { return }
    let passed = Int(Double(moment) / period) - 1 - last
    guard passed > 0 else { return }
    missed += passed
    periods += passed
    last += passed
  }

  static func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// For how long the machine slept since it began: `CLOCK_BOOTTIME` goes on meanwhile, and the monotonic clock does not.
  static func timeAsleep() -> UInt64 {
    let awake = now()
    let all = nanoseconds(CLOCK_BOOTTIME)
    return all > awake ? all - awake : 0
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Nanoseconds since it began.
  var elapsed: UInt64 { time() &- start }

  /// Waits for the next moment to look, and returns for how many nanoseconds what is seen then stands; nil where it was
  /// interrupted before, or there is none before `end`.
  func next(before end: UInt64, isCancelled: () -> Bool) -> UInt64? {
    var index = max(last + 1, Int(Double(elapsed) / period))
    var isPause = false
    if let duty {
      let position = (Double(index) * period / 1e9).truncatingRemainder(dividingBy: duty.period)
      if position >= duty.on {
        index += Int(((duty.period - position) * 1e9 / period).rounded(.up))
        isPause = true
      }
    }
    let deadline = UInt64((Double(index) + fraction()) * period)
    guard !isCancelled() else { return nil }
    let moment = min(deadline, end)
    var now = elapsed
    while now < moment {
      if moment - now > Self.shortestSleep { Self.sleep(until: start &+ min(moment, now &+ 50_000_000)) }
      if isCancelled() { return nil }
      now = elapsed
    }
    guard deadline < end else { return nil }
    let passed = isPause ? 1 : index - last
    missed += passed - 1
    periods += passed
    last = index
    return UInt64(Double(min(passed, Self.longestWeight)) * period)
  }

  /// Xorshift (Marsaglia, Journal of Statistical Software 8, 2003): good enough to break a rhythm.
  private func fraction() -> Double {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Double(random >> 11) / Double(1 << 53)
  }

  private static func sleep(until moment: UInt64) {
    var time = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
  }
}
