import CPython
import Glibc
import RemoteProcess
import TestSupport
import Testing

@testable import Attaching

/// Attaching to real interpreters: what they do goes on, and afterwards everything is as it was.
@Suite struct AttachingTests {
  /// The ways in which a thread waits or computes: Tests/Targets/waiting.py.
  static let kinds = [
    "lock", "event", "timed-event", "epoll", "poll", "select", "read", "recv", "accept", "sleep", "queue",
    "simple-queue", "join", "child", "loop", "builtins", "asyncio",
  ]

  @Test(arguments: PythonInterpreter.everywhere)
  func whateverAThreadDoesItGoesOn(_ python: PythonInterpreter) throws {
    for kind in Self.kinds {
      let target = try python.run("waiting", [kind])
      defer { target.end() }
      let agent = try AttachedAgent.patiently(in: target.pid)
      let status = try agent.link.status()
      #expect(status.python == python.hexVersion, "\(kind)")
      #expect(status.ceiling == "console")
      try agent.link.renew(5)
      #expect(try agent.link.status().lease == 5)
      #expect(try agent.detach().isComplete, "\(kind)")
      // A call that was broken off once is another one for the kernel.
      #expect(try AttachedAgent.patiently(in: target.pid).detach().isComplete, "\(kind)")
      try target.send("go")
      #expect(try target.line() == "done", "\(kind)")
    }
  }

  /// On 3.14 and later Python is asked first; a thread that runs no Python is used all the same.
  @Test(arguments: PythonInterpreter.installed)
  func theGentlestWayIsTaken(_ python: PythonInterpreter) throws {
    let busy = try python.run("waiting", ["loop"])
    defer { busy.end() }
    let agent = try AttachedAgent.patiently(in: busy.pid)
    #expect((agent.way == .remoteDebugging) == (python.minor >= 14))
    #expect(try agent.detach().isComplete)
    let asleep = try python.run("waiting", ["lock"])
    defer { asleep.end() }
    let second = try AttachedAgent.patiently(in: asleep.pid)
    guard case .thread = second.way else {
      Issue.record("a thread that waits for a lock ran a script")
      return
    }
    #expect(try second.detach().isComplete)
  }

  /// No name, no module, no thread, no byte of ours is left, time after time.
  @Test(arguments: PythonInterpreter.everywhere)
  func nothingIsLeftBehind(_ python: PythonInterpreter) throws {
    let target = try python.run("owned")
    defer { target.end() }
    func counts() throws -> String {
      try target.send("counts")
      return try target.line()
    }
    func threadNames() throws -> [String] {
      try ThreadList.read(pid: target.pid).map { try TextFile.read("/proc/\(target.pid)/task/\($0)/comm") }
    }
    let before = try (counts(), threadNames())
    #expect(before.0.hasSuffix(" 0 0"))
    let process = try PythonProcess(pid: target.pid)
    for _ in 0..<5 {
      let agent = try AttachedAgent(in: process, patience: .long)
      if case .thread = agent.way {
        #expect(try threadNames().contains(InjectionStub.threadName + "\n"))
      }
      // Something to be undone, and to be remembered.
      _ = try agent.link.run("changes", as: "probe")
      #expect(throws: AttachError.self) { try agent.link.run("revert", as: "change", ["change": "7"]) }
      #expect(try counts().hasSuffix(" 0") == false)
      #expect(try agent.detach().isComplete)
      #expect(try (counts(), threadNames()) == before)
      #expect(Checkout.names(in: (python.root ?? "") + "/tmp").allSatisfy { !$0.contains(agent.name) })
    }
  }

  // MARK: - Whoever attached goes

  private static let fast: PythonInterpreter? = .named("3.11")

  /// Waits until no agent is in the process.
  private func expectNoAgent(in pid: Int32) throws {
    let search = try AgentSearch(process: PythonProcess(pid: pid))
    _ = try eventually { try search.agents().isEmpty ? true : nil }
  }

  @Test(arguments: PythonInterpreter.installed)
  func theAgentGoesWithItsConnection(_ python: PythonInterpreter) throws {
    let target = try python.run("waiting", ["read"])
    defer { target.end() }
    var agent: AttachedAgent? = try AttachedAgent.patiently(in: target.pid)
    #expect(try agent?.link.status() != nil)
    agent = nil
    try expectNoAgent(in: target.pid)
    // What it has left in memory is cleared by the next.
    let next = try AttachedAgent.patiently(in: target.pid)
    #expect(try next.detach().isComplete)
    try target.send("go")
    #expect(try target.line() == "done")
  }

  @Test(arguments: PythonInterpreter.installed)
  func theAgentGoesWhenItsLeaseEnds(_ python: PythonInterpreter) throws {
    let target = try python.run("waiting", ["epoll"])
    defer { target.end() }
    let attacher = try OutsideAttacher.start(target.pid)
    defer { attacher.end() }
    #expect(try attacher.line().hasPrefix("attached"))
    try attacher.send("lease 0.3")
    // It lives, and holds the connection, and says nothing any more.
    attacher.signal(SIGSTOP)
    try expectNoAgent(in: target.pid)
    try target.send("go")
    #expect(try target.line() == "done")
  }

  /// Whoever attaches is killed at every step: the target goes on, and the next one can attach.
  @Test(arguments: PythonInterpreter.installed)
  func killedAtAnyStepTheTargetGoesOn(_ python: PythonInterpreter) throws {
    for kind in ["lock", "epoll", "loop"] {
      let target = try python.run("waiting", [kind])
      defer { target.end() }
      for step in AttachStep.allCases {
        let (end, words) = try eventually { () -> (Int32, String)? in
          let attacher = try OutsideAttacher.start(target.pid, dyingAt: step.rawValue)
          attacher.closeInput()
          let end = try attacher.waitForExit()
          // The agent that the last one left may only just be coming in.
          return attacher.transcript.hasPrefix("\(AttachError.occupied)") ? nil : (end, attacher.transcript)
        }
        // Steps of the other way are not come to.
        #expect(end == 128 + SIGKILL || words.hasPrefix("attached"), "\(kind) \(step) \(words)")
        let status = try ProcessStatus(pid: target.pid)
        #expect(status.tracer == 0)
        #expect(!status.state.isStopped && !status.state.isDead)
        try expectNoAgent(in: target.pid)
      }
      let agent = try AttachedAgent.patiently(in: target.pid)
      #expect(try agent.link.status().pid > 0)
      #expect(try agent.detach().isComplete)
      try target.send("go")
      #expect(try target.line() == "done", "\(kind)")
    }
  }

  /// A script that nobody was asked to run is taken away by whoever writes the next one there.
  @Test func forgottenScriptsAreTakenAway() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.minor >= 14 })
    let target = try python.run("waiting", ["loop"])
    defer { target.end() }
    let folder = (python.root ?? "") + "/tmp/"
    let forgotten = "ispyd-0123456789abcdef.py"
    for (name, mode, age) in [
      (forgotten, 0o400, 120), (forgotten + ".token", 0o400, 120), ("ispyd-0123456789abcdef.txt", 0o400, 120),
      ("ispyd-fedcba9876543210.py", 0o644, 120), ("ispyd-00112233445566aa.py", 0o400, 0),
    ] {
      try TextFile.write("", to: folder + name)
      chmod(folder + name, mode_t(mode))
      var times = [timespec](repeating: timespec(tv_sec: time(nil) - age, tv_nsec: 0), count: 2)
      utimensat(AT_FDCWD, folder + name, &times, 0)
    }
    #expect(try AttachedAgent.patiently(in: target.pid).detach().isComplete)
    let left = Checkout.names(in: folder).filter { $0.hasPrefix("ispyd-") }
    #expect(!left.contains(forgotten) && !left.contains(forgotten + ".token"))
    for kept in ["ispyd-0123456789abcdef.txt", "ispyd-fedcba9876543210.py", "ispyd-00112233445566aa.py"] {
      #expect(left.contains(kept))
      unlink(folder + kept)
    }
  }

  // MARK: - Refusals

  private func refusal(_ pid: Int32, interpreter: Int64? = nil) throws -> AttachError? {
    let process = try PythonProcess(pid: pid)
    do throws(AttachError) {
      _ = try AttachedAgent(in: process, interpreter: interpreter, patience: .long)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: PythonInterpreter.installed)
  func whatItsOwnerForbidsIsRespected(_ python: PythonInterpreter) throws {
    let target = try python.run("owned", environment: ["PYTHON_DISABLE_REMOTE_DEBUG": "1"])
    defer { target.end() }
    #expect(try refusal(target.pid) == .forbiddenByOwner)
    let limited = try python.run("owned", environment: ["ISPYD_CEILING": "probe"])
    defer { limited.end() }
    let agent = try AttachedAgent.patiently(in: limited.pid)
    #expect(try agent.link.status().ceiling == "probe")
    #expect(try agent.detach().isComplete)
  }

  @Test func aSecondAgentIsRefused() throws {
    let python = try #require(Self.fast)
    let target = try python.run("owned")
    defer { target.end() }
    let first = try AttachedAgent.patiently(in: target.pid)
    #expect(try refusal(target.pid) == .occupied)
    #expect(try first.detach().isComplete)
    #expect(try refusal(target.pid) == nil)
  }

  @Test func aStoppedProcessIsRefused() throws {
    let python = try #require(Self.fast)
    let target = try python.run("owned")
    defer { target.end() }
    target.signal(SIGSTOP)
    _ = try eventually { try ProcessStatus(pid: target.pid).state.isStopped ? true : nil }
    #expect(try refusal(target.pid) == .stopped)
    target.signal(SIGCONT)
    _ = try eventually { try refusal(target.pid) == nil ? true : nil }
  }

  @Test func anUnknownInterpreterIsRefused() throws {
    let python = try #require(Self.fast)
    let target = try python.run("owned")
    defer { target.end() }
    #expect(try refusal(target.pid, interpreter: 7) == .interpreter("it has no interpreter 7; there is: 0"))
    #expect(try refusal(target.pid, interpreter: 0) == nil)
  }
}
