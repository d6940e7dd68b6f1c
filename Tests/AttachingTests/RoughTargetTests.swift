import CPython
import Dispatch
import Glibc
import RemoteProcess
import Synchronization
import TestSupport
import Testing

@testable import Attaching

/// Attaching to targets that make it hard: of other users and namespaces, limited, traced, signalled, forking, computing.
@Suite struct RoughTargetTests {
  // MARK: - Users and namespaces

  /// Says `ready`, and `done` for each line; after `limit` it may make no thread until the next. With `busy`, a thread of it
  /// runs Python all the time.
  private static let source = """
    import resource, signal, sys, threading, time
    signal.alarm(600)
    def run():
        while True:
            sum(range(100))
            time.sleep(0.0001)
    if "busy" in sys.argv:
        threading.Thread(target=run, daemon=True).start()
    print("ready", flush=True)
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    for line in sys.stdin:
        resource.setrlimit(resource.RLIMIT_NPROC, (0 if line == "limit\\n" else most, most))
        print("done", flush=True)
    """

  /// Those that every user can start: the machine's own, and those of other roots.
  static let open: [PythonInterpreter] = PythonInterpreter.builds.filter {
    $0.root != nil || $0.command[0] == "/usr/bin/python3.11"
  }

  private static let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]

  private static func asNobody(_ python: PythonInterpreter) -> [String] {
    python.root.map { ["chroot", "--userspec=65534:65534", $0] + python.command.dropFirst(2) }
      ?? ["setpriv"] + nobody + ["--inh-caps=-all"] + python.command
  }

  private func begin(_ command: [String], _ words: String...) throws -> ChildProcess {
    let child = try ChildProcess(command + ["-c", Self.source] + words)
    _ = try child.line(waitingFor: "ready") { $0 == "ready" }
    return child
  }

  private func expectWorking(_ child: ChildProcess, _ line: String = "go") throws {
    try child.send(line)
    #expect(try child.line() == "done")
  }

  @Test(.enabled(if: getuid() == 0, "other users are root's to be"), arguments: open, ["idle", "busy"])
  func anotherUserInNamespacesOfItsOwn(_ python: PythonInterpreter, _ kind: String) throws {
    let unshare = ["unshare", "--pid", "--mount", "--fork", "--kill-child"]
    let outer = try begin(unshare + Self.asNobody(python), kind)
    defer { outer.end() }
    let children = try TextFile.read("/proc/\(outer.pid)/task/\(outer.pid)/children")
    let pid = try #require(children.split(separator: " ").first.flatMap { Int32($0) })
    let status = try ProcessStatus(pid: pid)
    #expect(status.users.effective == 65534 && status.namespacePids.count == 2)
    for _ in 0..<3 {
      let agent = try AttachedAgent.patiently(in: pid)
      #expect(try agent.link.status().pid == 1)
      if kind == "busy" { #expect((agent.way == .remoteDebugging) == (python.minor >= 14)) }
      #expect(try agent.detach().isComplete)
    }
    try expectWorking(outer)
  }

  /// Whoever has no more than these capabilities writes word by word, through the stopped thread.
  @Test(.enabled(if: getuid() == 0, "capabilities are root's to give"), arguments: open)
  func twoCapabilitiesAreEnough(_ python: PythonInterpreter) throws {
    let target = try begin(python.command)
    defer { target.end() }
    let capabilities = "+sys_ptrace,+dac_read_search"
    let through = ["setpriv"] + Self.nobody + ["--inh-caps", capabilities, "--ambient-caps", capabilities]
    for _ in 0..<3 {
      let attacher = try OutsideAttacher.start(target.pid, through: through)
      defer { attacher.end() }
      let first = try attacher.line()
      #expect(first.hasPrefix("attached thread"), "\(first)")
      try attacher.send("detach")
      #expect(try attacher.line() == "detached true")
      attacher.closeInput()
      #expect(try attacher.waitForExit() == 0)
      try expectWorking(target)
    }
  }

  // MARK: - Refusals

  private func refusal(_ pid: Int32, patience: AttachPatience = .long) throws -> AttachError? {
    let process = try PythonProcess(pid: pid)
    do throws(AttachError) {
      let agent = try AttachedAgent(in: process, patience: patience)
      #expect(try agent.detach().isComplete)
      return nil
    } catch {
      return error
    }
  }

  @Test(.enabled(if: getuid() == 0, "other users are root's to be"), arguments: open, ["idle", "busy"])
  func whoMayMakeNoThreadIsRefused(_ python: PythonInterpreter, _ kind: String) throws {
    let target = try begin(Self.asNobody(python), kind)
    defer { target.end() }
    let threads = try ThreadList.read(pid: target.pid)
    try expectWorking(target, "limit")
    let words = "it cannot make a thread (errno \(EAGAIN)): a limit of its own or seccomp forbids it"
    #expect(try refusal(target.pid) == .notConfirmed(words))
    #expect(try ThreadList.read(pid: target.pid) == threads)
    // What that has left is cleared by the next, who may.
    try expectWorking(target)
    #expect(try refusal(target.pid) == nil)
    try expectWorking(target)
    #expect(!target.transcript.contains("Error"), "\(target.transcript)")
  }

  @Test func whatIsTracedIsRefused() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try python.run("owned")
    defer { target.end() }
    let found = try ThreadStopper.run(pid: target.pid) { stopper in
      Result {
        try stopper.claim()
        return try refusal(target.pid)
      }
    }
    #expect(try found.get() == .traced(by: getpid()))
    #expect(try refusal(target.pid) == nil)
  }

  // MARK: - Signals

  @Test(arguments: PythonInterpreter.installed, ["select", "loop", "lock"])
  func everySignalIsHandled(_ python: PythonInterpreter, _ kind: String) throws {
    let target = try python.run("signals", [kind])
    defer { target.end() }
    let isOver = Atomic(false)
    let sender = DispatchGroup()
    DispatchQueue(label: "signals").async(group: sender) {
      var number = 0
      while number < 300 || !isOver.load(ordering: .relaxed) {
        number += 1
        target.signal(number % 2 == 0 ? SIGUSR1 : SIGTERM)
        guard let line = try? target.line() else {
          Issue.record("signal \(number) was not handled")
          return
        }
        #expect(line == "\(number)")
      }
    }
    defer { sender.wait() }
    defer { isOver.store(true, ordering: .relaxed) }
    for _ in 0..<5 { try AttachedAgent.cycle(in: target.pid) }
  }

  // MARK: - Forks

  @Test(arguments: PythonInterpreter.installed)
  func whatItForksWorks(_ python: PythonInterpreter) throws {
    let target = try python.run("forks", environment: ["PYTHONWARNINGS": "ignore"])
    defer { target.end() }
    for _ in 0..<3 {
      let agent = try AttachedAgent.patiently(in: target.pid)
      for kind in ["fork", "subprocess", "multiprocessing", "long"] {
        try target.send(kind)
        #expect(try target.line() == "\(kind) 7")
      }
      #expect(try agent.link.status().pid > 0)
      // Also while a child lives that has a copy of everything.
      #expect(try agent.detach().isComplete)
    }
  }

  // MARK: - Computing

  /// Its threads are hardly ever at a place where they may be used.
  @Test(arguments: PythonInterpreter.installed)
  func whatComputesInCIsUnharmed(_ python: PythonInterpreter) throws {
    let target = try python.run("hashing")
    defer { target.end() }
    switch try refusal(target.pid, patience: AttachPatience()) {
    case nil, .noSafePoint: break
    case let other?: Issue.record("\(other)")
    }
    #expect(try !ProcessStatus(pid: target.pid).state.isStopped)
    target.signal(SIGTERM)
    #expect(try target.line() == "done")
    #expect(try target.finish() == 0)
  }
}
