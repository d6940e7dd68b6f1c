import Glibc

/// The moment of a look, by the clocks that servers take their start times from.
public struct LookTime: Equatable, Sendable {
  /// Seconds since 1970, `time.time()`.
  public var realtime: Double
  /// `CLOCK_MONOTONIC`, `time.monotonic()` and `loop.time()`.
  public var monotonic: Double

  public init(realtime: Double, monotonic: Double) {
    self.realtime = realtime
    self.monotonic = monotonic
  }

  public static func now() -> LookTime {
    LookTime(realtime: seconds(CLOCK_REALTIME), monotonic: seconds(CLOCK_MONOTONIC))
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    // Cannot fail for these two clocks.
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
