import Catalog
import TestSupport
import Testing
import Values

/// `ispy dump` on real processes of every CPython found, held to what Python says itself.
@Suite struct DumpCommandTests {
  /// - Parameter isSettled: whether the program has come to where the test wants it; without a GIL it cannot say so itself,
  ///   and on a busy machine a thread may take its time, so it is asked again.
  private func dump(
    _ target: PythonTarget, _ options: String..., until isSettled: (ProcessDump) -> Bool = { _ in true }
  ) throws -> ProcessDump {
    var dump: ProcessDump?
    for _ in 0..<50 {
      let run = try IspyRun(["dump", "--json", "\(target.pid)"] + options)
      let result = try run.decoded(as: DumpResult.self)
      #expect(result.schema == "ispyd.dump/1")
      dump = result.processes.first
      #expect(run.code == (result.isPartial ? CommandError.Cause.partial.rawValue : 0), "\(run.errors)")
      if let dump, !result.isPartial, isSettled(dump) { break }
    }
    return try #require(dump)
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func everyThreadStandsWherePythonSaysItDoes(python: PythonInterpreter) throws {
    let target = try python.run("threads.py", ["7", "3", "sleeping,locked,receiving,event,queue,joining,selecting"])
    defer { target.end() }
    let truth = try TruthfulThread.all(of: target)
    let dump = try dump(target)
    #expect(dump.pid == target.pid)
    #expect(dump.pythonVersion == "\(python.major).\(python.minor).\(python.micro)")
    #expect(dump.problems.isEmpty)
    #expect(Set(dump.threads.map(\.ident)) == Set(truth.map(\.ident)))
    for thread in truth {
      let seen = try #require(dump.threads.first { $0.ident == thread.ident })
      #expect(seen.name == thread.name)
      // In another PID namespace its numbers are others; here they are the kernel's.
      #expect(seen.nativeID == thread.nativeID)
      #expect(seen.stack.isConsistent)
      #expect(seen.stack.frames.map(\.file) == thread.frames.map(\.file))
      #expect(seen.stack.frames.map(\.function) == thread.frames.map { $0.qualifiedName ?? $0.name })
      #expect(seen.stack.frames.map(\.line) == thread.frames.map { Optional($0.line) })
    }
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func eachThreadWaitsForWhatItWaitsFor(python: PythonInterpreter) throws {
    let target = try python.run("threads.py")
    defer { target.end() }
    let dump = try dump(target) { dump in
      let waiting = dump.threads.count { $0.activity.kind == "lock" }
      return waiting >= 5 && dump.threads.contains { $0.name?.hasPrefix("busy") == true && $0.activity.kind != "lock" }
    }
    func activity(_ name: String) throws -> ActivityDump {
      try #require(dump.threads.first { $0.name?.hasPrefix(name + "-") == true }).activity
    }
    #expect(try activity("sleeping").kind == "sleep")
    #expect(try activity("receiving").kind == "io")
    #expect(try activity("selecting").kind == "poll")
    #expect(try ["running", "gil"].contains(activity("busy").kind))
    let locked = try activity("locked")
    #expect(locked.kind == "lock")
    #expect(locked.lock?.kind == "Lock")
    #expect(locked.lock?.foundAs == "held")
    #expect(try activity("event").lock?.kind == "Event")
    #expect(try activity("event").lock?.canBeHeld == false)
    #expect(try activity("queue").lock?.kind == "Queue.get")
    #expect(try activity("joining").kind == "lock")
    if !python.isFreeThreaded {
      #expect(dump.threads.count { $0.holdsGIL } <= 1)
    }
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func aDeadlockIsNamed(python: PythonInterpreter) throws {
    let target = try python.run("deadlock.py")
    defer { target.end() }
    let dump = try dump(target) { !$0.deadlocks.isEmpty }
    let deadlock = try #require(dump.deadlocks.first)
    #expect(dump.deadlocks.count == 1)
    #expect(Set(deadlock.threads) == ["checkout", "restock"])
    #expect(deadlock.summary.contains("checkout waits for ledger_lock, held by restock"))
    #expect(deadlock.summary.contains("restock waits for stock_lock, held by checkout"))
    // The deadlocked come first.
    #expect(Set(dump.threads.prefix(2).map { $0.name ?? "" }) == ["checkout", "restock"])
    let text = try IspyRun("dump", "\(target.pid)")
    #expect(text.code == 0)
    #expect(text.output.contains("DEADLOCK: "))
    #expect(text.output.contains("waiting for ledger_lock (Lock), held by restock"))
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func whoOnlyWaitsIsNotDeadlocked(python: PythonInterpreter) throws {
    let target = try python.run("deadlock.py", ["waiting"])
    defer { target.end() }
    let dump = try dump(target) { dump in
      dump.threads.contains { $0.name == "restock" && $0.activity.lock?.holderName != nil }
    }
    #expect(dump.deadlocks.isEmpty)
    let waiting = try #require(dump.threads.first { $0.name == "restock" })
    #expect(waiting.activity.lock?.holderName == "checkout")
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func localsAreShownAndSecretsAreNot(python: PythonInterpreter) throws {
    let target = try python.run("values.py")
    defer { target.end() }
    while try target.line() != "in a cell" {}
    // It has said so, and is about to wait.
    let run = try eventually { () -> IspyRun? in
      let run = try IspyRun("dump", "--locals", "\(target.pid)")
      return run.output.contains("        captured = 'in a cell'\n") ? run : nil
    }
    #expect(run.code == 0)
    #expect(run.output.contains("card_number = <redacted:card #"))
    #expect(run.output.contains("db_password = <redacted:password #"))
    #expect(run.output.contains("'SECRET_KEY': <redacted:"))
    #expect(run.output.contains("'DEBUG': True"))
    for secret in ["4111", "hunter2", "s3cret", "'pw'"] { #expect(!run.output.contains(secret), "\(secret)") }
    let raw = try IspyRun("dump", "--locals", "--values", "raw", "\(target.pid)")
    for secret in ["4111 1111 1111 1111", "hunter2", "s3cret"] { #expect(raw.output.contains(secret), "\(secret)") }
    let summary = try IspyRun("dump", "--locals", "--values=summary", "\(target.pid)")
    #expect(summary.output.contains("captured = <str: 9 characters>"))
    #expect(!summary.output.contains("in a cell"))
    let none = try IspyRun("dump", "--locals", "--values", "none", "\(target.pid)")
    #expect(!none.output.contains("in a cell"))
    #expect(!none.output.contains("characters"))
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func tasksSayWhatTheyAwait(python: PythonInterpreter) throws {
    let target = try python.run("asyncio_tasks.py")
    defer { target.end() }
    let dump = try dump(target, "--tasks")
    let tasks = try #require(dump.tasks)
    func task(_ name: String) throws -> TaskDump { try #require(tasks.first { $0.name == name }, "\(name)") }
    let sleeper = try task("sleeper")
    #expect(sleeper.state == "waiting")
    #expect(sleeper.awaits?.hasPrefix("sleep") == true)
    #expect(sleeper.stack.frames.map(\.function) == ["sleep", "leaf", "nested", "nested", "nested"])
    #expect(try task("lock-waiter").awaits?.hasPrefix("Lock at ") == true)
    #expect(try task("gatherer").awaits == "gather: 2 of 2 pending (gathered-0, gathered-1)")
    #expect(tasks.map(\.name).filter { $0.hasPrefix("gather") } == ["gathered-0", "gathered-1", "gatherer"])
    #expect(try task("gathered-0").awaitedBy == ["gatherer"])
    #expect(try task("behind-shield").awaitedBy.contains("shielded"))
    if python.minor >= 11 { #expect(try task("grouped-1").awaitedBy.contains("group")) }
  }

  @Test(arguments: PythonInterpreter.withServers.filter { $0.name == "3.11" })
  func greenletsAreShownWithTasks(python: PythonInterpreter) throws {
    let target = try python.run("greenlets.py", ["gevent"], withServers: true)
    defer { target.end() }
    let greenlets = try #require(try dump(target, "--tasks").greenlets)
    let functions = Set(greenlets.flatMap { $0.stack.frames.map(\.function) })
    for name in ["sleeper", "waiter", "locker", "holder", "getter", "receiver"] {
      #expect(functions.contains { $0.hasSuffix("wait_for_\(name)") }, "\(name)")
    }
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func stoppedStacksAreProvenAndTheTargetRunsOn(python: PythonInterpreter) throws {
    let target = try python.run("threads.py", ["3", "3", "sleeping,busy,event"])
    defer { target.end() }
    let dump = try dump(target, "--stop")
    #expect(dump.threads.allSatisfy { $0.stack.isConsistent })
    #expect(dump.threads.allSatisfy { ($0.stoppedMicroseconds ?? 0) > 0 })
    #expect(dump.problems.isEmpty)
    // It answers, and it ends when it is told to.
    #expect(try TruthfulThread.all(of: target).count == dump.threads.count)
    #expect(try target.finish() == 0)
  }

  @Test func severalTargetsAreShownInTurn() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let one = try python.run("deep_recursion.py", ["10"])
    let two = try python.run("deep_recursion.py", ["20"])
    let run = try IspyRun("dump", "--json", "\(one.pid)", "\(two.pid)", "\(one.pid)")
    let result = try run.decoded(as: DumpResult.self)
    #expect(result.processes.map(\.pid) == [one.pid, two.pid])
    #expect(try #require(result.processes.last?.threads.first).stack.frames.count == 21)
  }
}
