import RemoteProcess
import TestSupport
import Testing

@testable import CPython

/// Locks of real threads, read from outside on every Python found.
struct LockWaitTests {
  /// All threads of a target, with the futex that each is blocked in.
  private func observe(_ target: PythonTarget, _ runtime: Runtime) throws -> [ObservedThread] {
    runtime.memory.forgetAll()
    let threads = try runtime.interpreters().flatMap { try runtime.threads(of: $0) }
    return runtime.captureStacks(of: threads).map { captured in
      let activity = runtime.nativeIDCandidates(of: captured.thread).lazy.compactMap {
        try? ThreadActivity(pid: target.pid, tid: $0)
      }.first
      let call = activity?.place?.systemCall
      return ObservedThread(
        thread: captured.thread, frames: captured.frames, futex: call?.lockAddress?.rawValue,
        hasTimeout: call?.argument(3) != 0)
    }
  }

  /// Many locks are no reason to read a module many times.
  @Test func namesOfManyLocksAreReadOnce() throws {
    let count = 60
    let target = try #require(PythonInterpreter.installed.first).run("lock_crowd.py", ["\(count)"])
    defer { target.end() }
    let runtime = try PythonProcess(pid: target.pid).runtime
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let threads = try observe(target, runtime)
      let globals = GlobalNames(runtime)
      let waits = runtime.lockWaits(threads: threads, globals).filter { $0.place?.hasPrefix("lock_") == true }
      if waits.count < count, ContinuousClock.now < deadline { continue }
      #expect(Set(waits.compactMap(\.place)) == Set((0..<count).map { "lock_\($0)" }))
      #expect(globals.entriesRead >= count)
      #expect(globals.entriesRead < 3 * count)
      break
    }
  }

  private struct Look {
    let target: PythonTarget
    let waits: [String: LockWait]
    let deadlocks: [[String]]
    let names: [ThreadState: String]

    func holder(_ name: String) -> String? {
      guard case .thread(let thread)? = waits[name]?.holder else { return nil }
      return names[thread]
    }
  }

  /// Looks until all threads have come to their waits.
  private func look(_ python: PythonInterpreter) throws -> Look {
    let target = try python.run("lock_waits.py")
    let runtime = try PythonProcess(pid: target.pid).runtime
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
      let threads = try observe(target, runtime)
      let byIdent = try runtime.threadNames(in: try #require(try runtime.interpreters().first))
      var names: [ThreadState: String] = [:]
      for thread in threads { names[thread.thread] = byIdent[thread.thread.threadID] }
      let found = runtime.lockWaits(threads: threads)
      var waits: [String: LockWait] = [:]
      for wait in found { waits[names[wait.thread] ?? "?"] = wait }
      // On a busy machine some may still come out of a barrier at which they met.
      let areThere =
        waits.count >= names.count - 1 && waits.allSatisfy { $0.value.kind != .barrier || $0.key == "barrier" }
      if areThere || ContinuousClock.now > deadline {
        let rings = runtime.deadlocks(in: found).map { ring in ring.map { names[$0] ?? "?" } }
        return Look(target: target, waits: waits, deadlocks: rings, names: names)
      }
    }
  }

  @Test(arguments: PythonInterpreter.installed)
  func whatThreadsWaitForAndWhoHoldsItIsTold(python: PythonInterpreter) throws {
    let look = try look(python)
    defer { look.target.end() }
    let expected: [(String, LockWait.Kind, String?)] = [
      ("sell", .lock, "book"), ("book", .lock, "sell"),
      ("recursive-1", .recursiveLock, "recursive-2"), ("recursive-2", .recursiveLock, "recursive-1"),
      ("ring-0", .recursiveLock, "ring-1"), ("ring-1", .lock, "ring-2"), ("ring-2", .lock, "ring-0"),
      ("twice", .lock, "twice"),
      ("acquire", .lock, nil), ("in-time", .lock, nil),
      ("wants-global", .lock, "holds-global"), ("wants-generator", .lock, "holds-generator"),
      ("condition", .condition, nil), ("wants-condition", .lock, "holds-condition"),
      ("python-rlock", .recursiveLock, "MainThread"),
      ("get", .queue(operation: "get"), nil), ("put", .queue(operation: "put"), nil),
      ("simple", .queue(operation: "get"), nil), ("semaphore", .semaphore, nil), ("barrier", .barrier, nil),
      ("future", .future, nil), ("event", .event, nil), ("holds-global", .event, nil),
      ("join", .join("event"), "event"),
    ]
    for (name, kind, holder) in expected {
      #expect(look.waits[name]?.kind == kind, "\(python) \(name)")
      #expect(look.holder(name) == holder, "\(python) \(name)")
    }
    for name in ["acquire", "in-time"] { #expect(look.waits[name]?.holder == .unknown) }
    for name in ["condition", "get", "event", "future", "simple"] { #expect(look.waits[name]?.holder == .nobody) }
    #expect(look.waits["in-time"]?.hasTimeout == true)
    #expect(look.waits["acquire"]?.hasTimeout == false)
  }

  @Test(arguments: PythonInterpreter.installed)
  func locksAreCalledAsTheCodeCallsThem(python: PythonInterpreter) throws {
    let look = try look(python)
    defer { look.target.end() }
    let expected = [
      "sell": "self.ledger_lock", "book": "self.stock_lock", "recursive-1": "second", "twice": "lock",
      "wants-global": "GLOBAL_LOCK", "condition": "condition", "wants-condition": "lock", "put": "full",
      "simple": "jobs", "future": "future", "join": "joined", "holds-generator": "forever", "python-rlock": "lock",
    ]
    for (name, place) in expected { #expect(look.waits[name]?.place == place, "\(python) \(name)") }
  }

  @Test(arguments: PythonInterpreter.installed)
  func deadlocksAreNamed(python: PythonInterpreter) throws {
    let look = try look(python)
    defer { look.target.end() }
    let rings = Set(look.deadlocks.map { $0.sorted() })
    #expect(
      rings == [
        ["book", "sell"], ["recursive-1", "recursive-2"], ["ring-0", "ring-1", "ring-2"], ["twice"],
      ])
    #expect(look.deadlocks.count == 4)
  }
}
