import CLinux
import Glibc

/// Stops threads of another process, one at a time and for microseconds each, so that what is read of one is of one moment.
///
/// A thread is seized, interrupted, looked at and let go, before the next one is touched. Nothing in it is changed. A
/// system call that it waits in is resumed by the kernel; the few that cannot be, as `epoll_wait`, end with EINTR, as they
/// do for SIGSTOP and SIGCONT, and Python repeats them.
///
/// However this ends, the target runs on. A thread of ours traces, and when it ends, or the whole process is killed, the
/// kernel lets go of whatever is still seized: seized so, a thread is not killed with its tracer (no EXITKILL), and no
/// SIGSTOP is left behind (SEIZE, not ATTACH).
///
/// Neither copied nor sent: all calls for one tracee must come from the operating system's thread that seized it, which is
/// the one that `run` made and on which its `body` runs.
public struct ThreadStopper: ~Copyable {
  public let pid: Int32
  /// How long a thread may take to stop. Running ones take some ten microseconds.
  private let patience: UInt64
  /// Those that did not stop in time: still seized, and let go as soon as they do stop, or with the end of this thread.
  private var late: [Int32] = []
  /// The main thread, where it is seized for as long as this lasts.
  private var claimed: Int32?

  private init(pid: Int32, patience: UInt64) {
    self.pid = pid
    self.patience = patience
  }

  /// Runs `body` on a new thread of the operating system, with the means to stop threads of `pid`, and waits for it.
  ///
  /// Ctrl-Z is ignored meanwhile: it would stop this program and with it the release of a stopped thread.
  ///
  /// - Parameter patience: nanoseconds that a thread may take to stop.
  public static func run<Value>(
    pid: Int32, patience: UInt64 = 20_000_000, _ body: (inout ThreadStopper) -> Value
  ) throws(ThreadStopError) -> Value {
    try refuseTraced(tid: pid)
    let result = TerminalStop.ignored {
      OperatingSystemThread.run {
        takePrecedence()
        var stopper = ThreadStopper(pid: pid, patience: patience)
        return body(&stopper)
      }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .failed(tid: pid, errno: error.code)
    }
  }

  /// On a busy machine others would run while a thread waits for its release: where the kernel allows it, none of usual
  /// priority does, or none but few. It is a matter of this thread (sched(7)), which ends with the call.
  private static func takePrecedence() {
    var parameter = sched_param()
    parameter.sched_priority = 1
    if sched_setscheduler(0, SCHED_FIFO, &parameter) != 0 {
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -20)
    }
    // Held back, so that `rest` can wait for it: the kernel sends it when a thread has stopped.
    var set = childSignal
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  private static var childSignal: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGCHLD)
    return set
  }

  /// Keeps everybody else from tracing the process, until this ends: its main thread is seized, and runs on. Two who want
  /// to change a process exclude each other so, by the kernel, whatever becomes of either.
  public mutating func claim() throws(ThreadStopError) {
    guard claimed == nil else { return }
    try seize(pid)
    claimed = pid
  }

  /// Lets those go that stopped too late to be of use, and hands signals on to the thread that is claimed, which stops for
  /// each: to be called often while nothing else is asked of this.
  public mutating func attend() {
    releaseLate()
    guard let claimed else { return }
    do throws(ThreadStopError) {
      while let stop = try Self.stop(claimed) { Self.resume(claimed, stop) }
    } catch {
      // It has ended: there is nothing left to attend to.
    }
  }

  /// Runs `body` while thread `tid` is stopped, and tells it the signal that goes on to the thread afterwards, 0 for none.
  /// `nanoseconds` is the longest that it can have been stopped: from before it was last seen running, after it was asked
  /// to stop, until after it was let go.
  public mutating func whileStopped<Value>(
    _ tid: Int32, _ body: (_ signal: Int32) -> Value
  ) throws(ThreadStopError) -> (value: Value, nanoseconds: UInt64) {
    attend()
    guard !late.contains(tid) else { throw .didNotStop(tid: tid) }
    if tid != claimed { try seize(tid) }
    let (stop, running) = try interrupt(tid)
    let value = body(stop.signal)
    if tid == claimed {
      Self.resume(tid, stop)
    } else {
      // ESRCH where the thread was killed while it was stopped: there is nothing left to let go.
      _ = clinux_ptrace_detach(tid, stop.signal)
    }
    return (value, Self.now() &- running)
  }

  // MARK: - Seizing

  private static func refuseTraced(tid: Int32) throws(ThreadStopError) {
    guard let tracer = (try? ProcessStatus(pid: tid))?.tracer else { throw .threadGone(tid: tid) }
    if tracer == 0 { return }
    // The number is that of the tracing thread.
    throw .alreadyTraced(tid: tid, by: (try? ProcessStatus(pid: tracer))?.process ?? tracer)
  }

  private func seize(_ tid: Int32) throws(ThreadStopError) {
    switch -clinux_ptrace_seize(tid) {
    case 0: return
    case EPERM:
      try Self.refuseTraced(tid: tid)
      throw .notPermitted(tid: tid)
    case ESRCH: throw .threadGone(tid: tid)
    case let code: throw .failed(tid: tid, errno: code)
    }
  }

  /// Stops the seized thread; how it stopped, and when it was not yet stopped.
  private mutating func interrupt(_ tid: Int32) throws(ThreadStopError) -> (stop: Stop, running: UInt64) {
    let start = Self.now()
    var running = start
    // ESRCH where it ended meanwhile, which the wait tells.
    _ = clinux_ptrace_interrupt(tid)
    while true {
      let asked = Self.now()
      if let stop = try Self.stop(tid) { return (stop, running) }
      running = asked
      guard asked &- start < patience else { break }
      if asked &- start > Self.vigil { Self.rest() }
    }
    // The one that is claimed goes on by `attend` as soon as it does stop.
    if tid != claimed { late.append(tid) }
    throw .didNotStop(tid: tid)
  }

  /// Nanoseconds for which to look again and again whether a thread has stopped. It is some ten microseconds on its way,
  /// and a hundred where its CPU has to be woken first, on a virtual machine above all. Whoever rests meanwhile has to be
  /// woken, too, and all that time the thread stands still. Beyond that it may want the very CPU that is taken here, as it
  /// does from the beginning where there is but one.
  private static let vigil: UInt64 = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 ? 150_000 : 0

  /// How a traced thread stopped.
  private struct Stop {
    /// What has to go on to it when it is let go, 0 for none.
    var signal: Int32
    /// It is part of a stop of the whole process by a signal.
    var isOfProcess: Bool
  }

  /// How the thread has stopped; nil while it runs.
  private static func stop(_ tid: Int32) throws(ThreadStopError) -> Stop? {
    var result = clinux_wait_result()
    switch clinux_wait(tid, &result) {
    case 0, -EINTR: return nil
    case 1 where result.what == 2:
      // PTRACE_EVENT_STOP is our interrupt, or that the whole process was stopped by a signal, which goes on being so when
      // the thread is let go. Everything else is a signal on its way to the thread: it must arrive.
      if result.event == 0 { return Stop(signal: result.signal, isOfProcess: false) }
      return Stop(signal: 0, isOfProcess: result.signal != SIGTRAP)
    default: throw .threadGone(tid: tid)
    }
  }

  /// Lets a stopped thread go on that stays seized.
  private static func resume(_ tid: Int32, _ stop: Stop) {
    _ = stop.isOfProcess ? clinux_ptrace_listen(tid) : clinux_ptrace_continue(tid, stop.signal)
  }

  /// Lets those go that have stopped since they were given up.
  private mutating func releaseLate() {
    late.removeAll { tid in
      do throws(ThreadStopError) {
        guard let stop = try Self.stop(tid) else { return false }
        _ = clinux_ptrace_detach(tid, stop.signal)
        return true
      } catch {
        return true
      }
    }
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Leaves the CPU until a thread has stopped, at most for a moment: to no other thread but this one is the signal told,
  /// unless it came before.
  private static func rest() {
    var set = childSignal
    var time = timespec(tv_sec: 0, tv_nsec: 20_000)
    sigtimedwait(&set, nil, &time)
  }
}
