import CLinux
import CPython
import Glibc
import Profiles
import RemoteProcess
import Synchronization

/// Records in a process of its own, which goes on when the command that began it has ended.
///
/// It ends with the time of its plan, with the last of its targets, or when it is told to; it holds the locks of its targets
/// until then.
public enum DetachedRecorder {
  /// Begins to record, and returns once that goes on: the recorder's number.
  public static func start(
    _ targets: [Recorder.Target], plan: RecordingPlan, in store: RecordingStore
  ) throws(RecorderError) -> Int32 {
    // What a fork leaves of other threads is the locks that they held.
    guard threadCount() == 1 else { throw .failed("a program of several threads cannot record in the background") }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .failed("pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let result = clinux_detach()
    if result == 0 {
      close(ends[0])
      record(targets, plan, store, answer: ends[1])
    }
    close(ends[1])
    defer { close(ends[0]) }
    guard result > 0 else { throw .failed("no process could be made: \(String(cString: strerror(-result)))") }
    return try answer(ends[0])
  }

  private static func threadCount() -> Int {
    guard let threads = try? ThreadList.read(pid: getpid()) else { return 0 }
    return threads.count
  }

  /// What the recorder answers: who it is, and whether another one was there first.
  private struct Answer {
    var recorder: Int32 = 0
    var refusedTarget: Int32 = 0
    var otherRecorder: Int32 = 0
  }

  private static func answer(_ descriptor: Int32) throws(RecorderError) -> Int32 {
    var answer = Answer()
    var count = 0
    repeat {
      count = withUnsafeMutableBytes(of: &answer) { read(descriptor, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    guard count == MemoryLayout<Answer>.size else { throw .failed("the recorder ended before it began") }
    if answer.refusedTarget != 0 {
      throw .alreadyRecorded(pid: answer.refusedTarget, by: answer.otherRecorder)
    }
    return answer.recorder
  }

  // MARK: - In the recorder

  /// 1: end and keep; 2: end and throw away.
  private static let end = Atomic<Int32>(0)

  private static func record(
    _ targets: [Recorder.Target], _ plan: RecordingPlan, _ store: RecordingStore, answer descriptor: Int32
  ) -> Never {
    listen()
    var answer = Answer(recorder: getpid())
    let name = "recording-\(getpid())-\(SampleClock.now())"
    store.tidy()
    do throws(RecorderError) {
      try store.lock(targets.map(\.key), name: name)
    } catch {
      if case .alreadyRecorded(let pid, let other) = error {
        answer.refusedTarget = pid
        answer.otherRecorder = other
        _ = withUnsafeBytes(of: &answer) { write(descriptor, $0.baseAddress, $0.count) }
      }
      _exit(1)
    }
    _ = withUnsafeBytes(of: &answer) { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    let surroundings = Recorder.Surroundings(
      isCancelled: { end.load(ordering: .relaxed) != 0 },
      progress: { facts in
        _ = store.keep(.init(about: facts), as: name + ".status")
        return true
      })
    let profile = try? Recorder(targets, plan: plan).run(surroundings)
    if let profile, end.load(ordering: .relaxed) != 2 {
      _ = store.keep(profile, as: name + ".profile")
      _exit(0)
    }
    store.remove(name)
    _exit(0)
  }

  private static func listen() {
    var keep = sigaction()
    keep.__sigaction_handler.sa_handler = { _ in DetachedRecorder.end.store(1, ordering: .relaxed) }
    sigaction(SIGTERM, &keep, nil)
    var drop = sigaction()
    drop.__sigaction_handler.sa_handler = { _ in DetachedRecorder.end.store(2, ordering: .relaxed) }
    sigaction(SIGUSR1, &drop, nil)
    // A machine that is shut down sends SIGTERM; the terminal that it was started from is not its own.
    for number in [SIGINT, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
  }
}

extension Recorder.Target {
  public var key: RecordingStore.Key { RecordingStore.Key(pid: process.pid, start: process.memory.startTime) }
}
