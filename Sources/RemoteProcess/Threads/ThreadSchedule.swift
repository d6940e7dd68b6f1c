/// What the scheduler counted for a thread: `/proc/PID/task/TID/schedstat`.
///
/// `runCount` proves more than the time does: a thread that was blocked and was not put on a CPU since has not run at all,
/// while the time of one that runs on moves only at the scheduler's ticks.
public struct ThreadSchedule: Hashable, Sendable {
  /// Nanoseconds on a CPU.
  public let cpuTime: UInt64
  /// Nanoseconds ready to run but not running: the want of CPU.
  public let waitTime: UInt64
  /// How often it was put on a CPU.
  public let runCount: UInt64

  init?(_ bytes: UnsafeRawBufferPointer) {
    var scanner = ByteScanner(bytes)
    guard let cpuTime = scanner.decimal(), scanner.skip(0x20), let waitTime = scanner.decimal(), scanner.skip(0x20),
      let runCount = scanner.decimal()
    else { return nil }
    self.cpuTime = cpuTime
    self.waitTime = waitTime
    self.runCount = runCount
  }
}
