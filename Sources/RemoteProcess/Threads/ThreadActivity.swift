/// What one thread of a process does at this moment, in the kernel's eyes.
public struct ThreadActivity: Sendable {
  public let tid: Int32
  /// The kernel's name of the thread, up to 15 bytes.
  public let name: String
  public let state: ProcessState
  /// Nil where the reader may not know: that needs the right to trace the process.
  public let place: ThreadPlace?
  /// Nil where the kernel does not count it.
  public let schedule: ThreadSchedule?

  public init(pid: Int32, tid: Int32) throws(ProcessError) {
    let stat = try ProcessStat(pid: pid, tid: tid)
    self.tid = tid
    name = stat.name
    state = stat.state
    let directory = "/proc/\(pid)/task/\(tid)"
    place = try? ThreadObserver.parse(ProcDescriptor(directory + "/syscall", pid: pid)) { ThreadPlace($0) }
    schedule = try? ThreadObserver.parse(ProcDescriptor(directory + "/schedstat", pid: pid)) { ThreadSchedule($0) }
  }

  /// Whether it was running or ready to run.
  public var isRunning: Bool { place.map { $0 == .running } ?? state.isRunning }
}
