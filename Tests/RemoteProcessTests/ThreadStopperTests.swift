import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct ThreadStopperTests {
  /// The tests run beside others, on machines that have no time for the target.
  private static let patience: UInt64 = 30_000_000_000

  /// A process with a busy thread, the number of which is its first fact.
  private static func busyChild() throws -> (child: PythonChild, tid: Int32) {
    let child = try PythonChild(
      """
      def busy():
          while True: pass
      thread = threading.Thread(target=busy, daemon=True)
      thread.start()
      facts = [thread.native_id]
      """)
    return (child, Int32(try child.number(0)))
  }

  /// Runs on, untraced: its CPU time grows.
  private func expectRunning(_ pid: Int32, _ tid: Int32) throws {
    _ = try eventually { try ProcessStatus(pid: pid, tid: tid).tracer == 0 ? true : nil }
    let observer = try ThreadObserver(pid: pid, tid: tid)
    let before = try observer.schedule()
    _ = try eventually { try observer.schedule().cpuTime > before.cpuTime ? true : nil }
    #expect(try !ThreadActivity(pid: pid, tid: tid).state.isTraced)
    #expect(try ProcessStatus(pid: pid, tid: tid).tracer == 0)
  }

  private static func tracer(_ mode: String, _ pid: Int32, _ tid: Int32) throws -> ChildProcess {
    try OutsideReader.start(mode, "\(pid)", "\(tid)")
  }

  @Test func aBusyThreadIsStoppedAndRunsOn() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      for _ in 0..<100 {
        do {
          let (states, nanoseconds) = try stopper.whileStopped(tid) { _ in
            [tid, child.pid].map { try? ThreadActivity(pid: child.pid, tid: $0).state.isTraced }
          }
          #expect(states == [true, false])
          #expect(nanoseconds > 0)
        } catch {
          Issue.record(error)
        }
      }
    }
    try expectRunning(child.pid, tid)
  }

  @Test func aWaitingThreadIsStoppedAndWaitsOn() throws {
    let child = try PythonChild()
    let observer = try ThreadObserver(pid: child.pid, tid: child.pid)
    _ = try eventually { try observer.place().systemCall?.name == "read" ? true : nil }
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      #expect(throws: Never.self) { try stopper.whileStopped(child.pid) { _ in } }
    }
    _ = try eventually { try observer.place().systemCall?.name == "read" ? true : nil }
    child.process.closeInput()
    #expect(try child.process.waitForExit() == 0)
  }

  @Test func killedWhileItHoldsAThreadTheTargetRunsOn() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    for _ in 0..<5 {
      let tracer = try Self.tracer("hold", child.pid, tid)
      #expect(try tracer.line() == "stopped")
      #expect(try ThreadActivity(pid: child.pid, tid: tid).state.isTraced)
      tracer.end()
      try expectRunning(child.pid, tid)
    }
  }

  @Test func killedAtAnyInstructionTheTargetRunsOn() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    var generator = SeededGenerator(seed: 17)
    for _ in 0..<20 {
      let tracer = try Self.tracer("loop", child.pid, tid)
      #expect(try tracer.line() == "looping")
      for _ in 0..<Int.random(in: 0..<20_000, using: &generator) { sched_yield() }
      tracer.end()
      try expectRunning(child.pid, tid)
    }
  }

  @Test func aTracedProcessIsRefused() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    let tracer = try Self.tracer("hold", child.pid, tid)
    defer { tracer.end() }
    #expect(try tracer.line() == "stopped")
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      #expect(throws: ThreadStopError.alreadyTraced(tid: tid, by: tracer.pid)) {
        try stopper.whileStopped(tid) { _ in }
      }
      #expect(throws: Never.self) { try stopper.whileStopped(child.pid) { _ in } }
    }
    let second = try Self.tracer("hold", child.pid, child.pid)
    defer { second.end() }
    #expect(try second.line() == "stopped")
    #expect(throws: ThreadStopError.alreadyTraced(tid: child.pid, by: second.pid)) {
      try ThreadStopper.run(pid: child.pid) { _ in }
    }
  }

  @Test func aProcessStoppedByASignalStaysStopped() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    child.process.signal(SIGSTOP)
    _ = try eventually { try ThreadActivity(pid: child.pid, tid: tid).state.isStopped ? true : nil }
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      #expect(throws: Never.self) { try stopper.whileStopped(tid) { _ in } }
      #expect(throws: Never.self) { try stopper.whileStopped(child.pid) { _ in } }
    }
    _ = try eventually { try ThreadActivity(pid: child.pid, tid: tid).state.isStopped ? true : nil }
    child.process.signal(SIGCONT)
    try expectRunning(child.pid, tid)
  }

  @Test func signalsArriveThoughTheThreadIsStoppedAllTheTime() throws {
    // Python runs its own handlers only between two instructions, and a signal that comes just before `read` blocks would
    // wait there for the next one. What the C handler writes cannot be late: the number of the signal as a byte, and that
    // of SIGUSR1 is 10, a newline.
    let child = try PythonChild(
      """
      signal.signal(signal.SIGUSR1, lambda number, frame: None)
      os.set_blocking(1, False)
      signal.set_wakeup_fd(1)
      """)
    #expect(SIGUSR1 == Int32(UInt8(ascii: "\n")))
    defer { child.process.end() }
    let tracer = try Self.tracer("loop", child.pid, child.pid)
    defer { tracer.end() }
    #expect(try tracer.line() == "looping")
    for _ in 1...50 {
      child.process.signal(SIGUSR1)
      #expect(try child.process.line().isEmpty)
    }
  }

  @Test func anEndedThreadThrows() throws {
    let child = try PythonChild()
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      child.process.end()
      #expect(throws: ThreadStopError.threadGone(tid: child.pid)) { try stopper.whileStopped(child.pid) { _ in } }
    }
    #expect(throws: ThreadStopError.threadGone(tid: child.pid)) { try ThreadStopper.run(pid: child.pid) { _ in } }
  }

  @Test func aProcessKilledWhileStoppedEnds() throws {
    let (child, tid) = try Self.busyChild()
    try ThreadStopper.run(pid: child.pid, patience: Self.patience) { stopper in
      #expect(throws: Never.self) { try stopper.whileStopped(tid) { _ in child.process.signal(SIGKILL) } }
    }
    #expect(try child.process.waitForExit() == 128 + SIGKILL)
  }

  @Test func withoutPatienceTheThreadIsLetGo() throws {
    let (child, tid) = try Self.busyChild()
    defer { child.process.end() }
    try ThreadStopper.run(pid: child.pid, patience: 0) { stopper in
      for _ in 0..<50 {
        do throws(ThreadStopError) {
          _ = try stopper.whileStopped(tid) { _ in }
        } catch {
          #expect(error == .didNotStop(tid: tid))
        }
      }
    }
    try expectRunning(child.pid, tid)
  }

  @Test func controlZIsIgnoredOnlyMeanwhile() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    func ignored() throws -> Bool {
      let status = try ProcDescriptor.contents(of: "/proc/self/status", pid: getpid())
      let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
      let line = try #require(lines.first { $0.hasPrefix("SigIgn:\t") })
      let mask = try #require(UInt64(line.dropFirst(8), radix: 16))
      return mask >> UInt64(SIGTSTP - 1) & 1 == 1
    }
    try ThreadStopper.run(pid: child.pid) { _ in
      #expect((try? ignored()) == true)
    }
  }
}
