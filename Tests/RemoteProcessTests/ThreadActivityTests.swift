import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct ThreadActivityTests {
  /// Each way to wait, as a function that a thread runs.
  struct Wait: CustomTestStringConvertible, Sendable {
    let program: String
    let purpose: SystemCall.Purpose
    var descriptor = false
    var testDescription: String { program }
  }

  static let waits = [
    Wait(program: "lambda: lock.acquire()", purpose: .lock),
    Wait(program: "lambda: time.sleep(600)", purpose: .sleep),
    Wait(program: "lambda: select.select([], [], [], 600)", purpose: .sleep),
    Wait(program: "lambda: a.recv(1)", purpose: .io, descriptor: true),
    Wait(program: "lambda: os.read(a.fileno(), 1)", purpose: .io, descriptor: true),
    Wait(program: "lambda: select.select([a], [], [], 600)", purpose: .poll),
    Wait(program: "lambda: poll.poll()", purpose: .poll),
    Wait(program: "lambda: os.waitpid(kid.pid, 0)", purpose: .child),
    Wait(program: "lambda: signal.sigwait([signal.SIGUSR1])", purpose: .signal),
  ]

  @Test(arguments: waits) func waitsAreToldByTheirPurpose(wait: Wait) throws {
    let child = try PythonChild(
      """
      import select, subprocess
      lock = threading.Lock()
      lock.acquire()
      a, b = socket.socketpair()
      poll = select.poll()
      poll.register(a, select.POLLIN)
      kid = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
      thread = threading.Thread(target=\(wait.program), daemon=True)
      thread.start()
      facts = [thread.native_id, a.fileno()]
      """)
    defer { child.process.end() }
    let tid = Int32(try child.number(0))
    let call = try eventually {
      let call = try ThreadActivity(pid: child.pid, tid: tid).place?.systemCall
      return call?.purpose == wait.purpose ? call : nil
    }
    #expect(!call.name.hasPrefix("syscall"))
    #expect((call.lockAddress != nil) == (wait.purpose == .lock))
    #expect((call.descriptor == Int32(try child.number(1))) == wait.descriptor)
    #expect(call.stackPointer > RemoteAddress(4096))
  }

  @Test func aBusyThreadRunsAndItsTimeGrows() throws {
    let child = try PythonChild(
      """
      def busy():
          while True: pass
      thread = threading.Thread(target=busy, daemon=True)
      thread.start()
      facts = [thread.native_id]
      """)
    defer { child.process.end() }
    let tid = Int32(try child.number(0))
    let observer = try ThreadObserver(pid: child.pid, tid: tid)
    _ = try eventually { try observer.place() == .running ? true : nil }
    let before = try observer.schedule()
    let after = try eventually {
      let now = try observer.schedule()
      return now.cpuTime > before.cpuTime ? now : nil
    }
    #expect(after.runCount >= before.runCount)
  }

  @Test func aBlockedThreadDoesNotRun() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let observer = try ThreadObserver(pid: child.pid, tid: child.pid)
    _ = try eventually { try observer.place().systemCall?.name == "read" ? true : nil }
    let first = try observer.schedule()
    #expect(try observer.place().systemCall?.descriptor == 0)
    #expect(try observer.schedule() == first)
  }

  @Test func anEndedThreadThrows() throws {
    let child = try PythonChild()
    let observer = try ThreadObserver(pid: child.pid, tid: child.pid)
    child.process.end()
    #expect(throws: ProcessError.noSuchProcess(pid: child.pid)) { try observer.place() }
    #expect(throws: ProcessError.noSuchProcess(pid: child.pid)) { try ThreadActivity(pid: child.pid, tid: child.pid) }
    #expect(throws: ProcessError.noSuchProcess(pid: child.pid)) { try ThreadList.read(pid: child.pid) }
  }

  @Test func threadsAreListed() throws {
    let child = try PythonChild(
      """
      for i in range(5):
          thread = threading.Thread(target=time.sleep, args=(600,), daemon=True)
          thread.start()
          facts.append(thread.native_id)
      """)
    defer { child.process.end() }
    let threads = try ThreadList.read(pid: child.pid)
    let started = try (0..<5).map { Int32(try child.number($0)) }
    #expect(threads == ([child.pid] + started).sorted())
    let numbers = try ThreadList.innermostNumbers(pid: child.pid)
    #expect(numbers == Dictionary(uniqueKeysWithValues: threads.map { ($0, $0) }))
  }

  @Test(.enabled(if: geteuid() == 0)) func threadsOfAnotherPidNamespaceAreKnownByTheirOwnNumbers() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let unshare = try ChildProcess(
      ["unshare", "--pid", "--fork", "--kill-child"] + python.command + [
        "-c", "import os, sys; print('ready', os.getpid(), flush=True); sys.stdin.read()",
      ])
    defer { unshare.end() }
    #expect(try unshare.line(waitingFor: "ready line") { $0.hasPrefix("ready") } == "ready 1")
    let pid = try #require(try ProcessList.children(of: unshare.pid).first)
    #expect(try ProcessStatus(pid: pid).namespacePids == [pid, 1])
    #expect(try ThreadList.innermostNumbers(pid: pid) == [1: pid])
  }

  @Test func linesOfTheKernelAreParsed() throws {
    func place(_ text: String, _ table: SystemCallTable = .x86_64) -> ThreadPlace? {
      Array(text.utf8).withUnsafeBytes { ThreadPlace($0, table: table) }
    }
    #expect(place("running\n") == .running)
    #expect(place("-1 0x7ffc 0x7f00\n") == .blocked)
    let call = try #require(place("202 0x10 0x189 0x0 0x0 0x0 0xffffffff 0x7ffc 0x7f00\n")?.systemCall)
    #expect(call.name == "futex")
    #expect(call.argument(5) == 0xffff_ffff)
    #expect(call.lockAddress == RemoteAddress(0x10))
    #expect(call.instructionPointer == RemoteAddress(0x7f00))
    #expect(place("202 0x10 0x189\n") == nil)
    #expect(place("") == nil)
    #expect(place("900 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0")?.systemCall?.name == "syscall 900")
    let arm = place("22 0x5 0x0 0x0 0x0 0x0 0x0 0x0 0x0", .aarch64)?.systemCall
    #expect(arm?.name == "epoll_pwait")
    #expect(arm?.descriptor == 5)
    #expect(place("72 0x5 0x7 0x0 0x0 0x0 0x0 0x0 0x0")?.systemCall?.purpose == .lock)
  }

  @Test func noNumberStandsForTwoCalls() {
    let rows = SystemCallTable.all
    #expect(Set(rows.map(\.x86_64)).count == rows.count)
    let arm = rows.compactMap(\.aarch64)
    #expect(Set(arm).count == arm.count)
    #expect(Set(rows.map(\.name)).count == rows.count)
  }

  @Test func mutatedLinesNeverTrap() {
    var generator = SeededGenerator(seed: 9)
    let line = Array("202 0x10 0x189 0x0 0x0 0x0 0xffffffffffffffff 0x7ffc 0x7f00\n".utf8)
    for _ in 0..<5000 {
      let mutated = generator.mutated(line)
      mutated.withUnsafeBytes {
        let call = ThreadPlace($0)?.systemCall
        _ = call?.purpose
        _ = call?.descriptor
        _ = ThreadSchedule($0)
      }
    }
  }
}
