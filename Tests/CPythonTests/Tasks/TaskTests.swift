import RemoteProcess
import TestSupport
import Testing

@testable import CPython

/// Tasks of real event loops, read from outside on every Python found.
struct TaskTests {
  private func look(_ python: PythonInterpreter) throws -> (PythonTarget, Runtime, [String: AsyncioTask]) {
    let target = try python.run("task_states.py")
    let runtime = try PythonProcess(pid: target.pid).runtime
    var tasks: [String: AsyncioTask] = [:]
    for task in try runtime.tasks() { tasks[task.name] = task }
    return (target, runtime, tasks)
  }

  private func functions(_ runtime: Runtime, _ task: AsyncioTask) -> [String] {
    runtime.stack(of: task).frames.map { $0.code?.name ?? "?" }
  }

  @Test(arguments: PythonInterpreter.installed)
  func whatEachTaskWaitsForIsNamed(python: PythonInterpreter) throws {
    let (target, runtime, tasks) = try look(python)
    defer { target.end() }
    func wait(_ name: String) -> Awaitable? { tasks[name]?.waitsFor }
    let sleep = try #require(tasks["sleep"])

    #expect(wait("sleep") == .sleep(500))
    #expect(functions(runtime, sleep) == ["sleep", "innermost", "middle", "outermost"])
    #expect(wait("lock") == .primitive(name: "Lock", RemoteAddress(try target.number("lock"))))
    for (task, primitive) in [("event", "Event"), ("condition", "Condition"), ("semaphore", "Semaphore")] {
      guard case .primitive(primitive, _) = wait(task) else {
        Issue.record("\(python) \(task): \(String(describing: wait(task)))")
        continue
      }
    }
    #expect(wait("queue") == .queue(operation: "get", RemoteAddress(try target.number("queue"))))
    #expect(wait("task") == .task(.init(address: sleep.address, name: "sleep", isTask: true)))
    let future = RemoteAddress(try target.number("future"))
    #expect(wait("future") == .future(.init(address: future, name: "_asyncio.Future", isTask: false)))
    guard case .gather(let children, 3) = wait("gather") else {
      Issue.record("\(python) gather: \(String(describing: wait("gather")))")
      return
    }
    #expect(Set(children.map(\.name)) == ["child-1", "child-2"])
    guard case .wait(let any, 2) = wait("wait") else {
      Issue.record("\(python) wait: \(String(describing: wait("wait")))")
      return
    }
    #expect(Set(any.map(\.name)) == ["any-1", "any-2"])
    #expect(wait("socket") == .socket(operation: "recv", descriptor: Int32(try target.number("socket"))))
    #expect(wait("stream") == .socket(operation: "read", descriptor: Int32(try target.number("stream"))))
    #expect(wait("executor") == .executor(function: nil))
    if python.minor >= 9 { #expect(wait("to_thread") == .executor(function: "Event.wait")) }
    if python.minor >= 11 {
      guard case .taskGroup(let pending) = wait("group") else {
        Issue.record("\(python) group: \(String(describing: wait("group")))")
        return
      }
      #expect(pending.map(\.name) == ["group-1"])
    }
    #expect(wait("process") == .subprocess(pid: Int32(try target.number("pid"))))
  }

  @Test(arguments: PythonInterpreter.installed)
  func theCoroutinesOfATaskAreFollowedThroughGeneratorsAndWrappers(python: PythonInterpreter) throws {
    let (target, runtime, tasks) = try look(python)
    defer { target.end() }
    #expect(functions(runtime, try #require(tasks["generator"])) == ["sleep", "numbers", "await_generator"])
    #expect(functions(runtime, try #require(tasks["wrapper"])) == ["sleep", "innermost", "await_other"])
    let python = try #require(tasks["python"])
    #expect(functions(runtime, python) == ["sleep", "innermost", "middle", "outermost"])
    #expect(python.waitsFor == .sleep(509))
    for task in tasks.values where task.name != "main" {
      #expect(task.quality == .consistent)
      #expect(task.failure == nil)
    }
  }

  @Test(arguments: PythonInterpreter.installed)
  func statesLoopsAndThreadsOfTasksAreTold(python: PythonInterpreter) throws {
    let (target, runtime, tasks) = try look(python)
    defer { target.end() }
    var main = try #require(tasks["main"])
    // It may still be on its way out of `ready`.
    while functions(runtime, main).first == "ready" || main.quality != .consistent {
      runtime.memory.forgetAll()
      main = try #require(runtime.tasks().first { $0.name == "main" })
    }
    #expect(main.state == .running)
    #expect(main.thread?.threadID == (try target.number("thread")))
    #expect(functions(runtime, main) == ["wait_for_end", "main"])
    #expect(tasks["fresh"]?.state == .ready)
    #expect(tasks["fresh"].map { functions(runtime, $0) } == ["sleep"])
    #expect(tasks["finished"] == nil)
    #expect(tasks["sleep"]?.state == .waiting)
    #expect(tasks["sleep"]?.loop == main.loop)
    let other = try #require(tasks["other-loop"])
    #expect(other.state == .waiting)
    #expect(other.loop != main.loop)
    #expect(other.thread != nil && other.thread != main.thread)
  }

  @Test(arguments: PythonInterpreter.installed)
  func whoWaitsForATaskIsTold(python: PythonInterpreter) throws {
    let (target, _, tasks) = try look(python)
    defer { target.end() }
    func waiters(_ name: String) -> [String] {
      (tasks[name]?.awaitedBy ?? []).compactMap { address in tasks.values.first { $0.address == address }?.name }
    }
    #expect(waiters("sleep") == ["task"])
    #expect(waiters("child-1") == ["gather"])
    #expect(waiters("any-2") == ["wait"])
    #expect(waiters("shielded") == ["shield"])
    if python.minor >= 11 { #expect(waiters("group-1") == ["group"]) }
    #expect(waiters("lock").isEmpty)
  }

  @Test(arguments: PythonInterpreter.installed)
  func theTaskThatHoldsALockIsTold(python: PythonInterpreter) throws {
    let (target, runtime, tasks) = try look(python)
    defer { target.end() }
    let holders = runtime.lockHolders(among: Array(tasks.values))
    #expect(holders[RemoteAddress(try target.number("lock"))]?.name == "holder")
    guard case .primitive("Lock", let ofCondition) = tasks["condition-waiter"]?.waitsFor else {
      Issue.record("\(python): \(String(describing: tasks["condition-waiter"]?.waitsFor))")
      return
    }
    #expect(holders[ofCondition]?.name == "condition-holder")
    #expect(holders.count == 2)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func tasksOfUvloopAreReadLikeThoseOfAsyncio(python: PythonInterpreter) throws {
    let target = try python.run("asyncio_tasks.py", ["uvloop", "50"], withServers: true)
    defer { target.end() }
    let runtime = try PythonProcess(pid: target.pid).runtime
    let all = try runtime.tasks()
    #expect(String(all.count) == target.facts.first)
    var tasks: [String: AsyncioTask] = [:]
    for task in all { tasks[task.name] = task }
    #expect(tasks["bulk-49"]?.waitsFor == .sleep(3600))
    #expect(tasks["bulk-49"]?.thread?.threadID == (try runtime.mainThreadID()))
    let sleeper = try #require(tasks["sleeper"])
    #expect(functions(runtime, sleeper) == ["sleep", "leaf", "nested", "nested", "nested"])
    let behind = try #require(tasks["behind-shield"])
    #expect(tasks["shielded"]?.waitsFor == .shield(.init(address: behind.address, name: "behind-shield", isTask: true)))
    #expect(tasks["thread-waiter"]?.waitsFor == .executor(function: nil))
    #expect(functions(runtime, try #require(tasks["iterator"])) == ["sleep", "ticks", "iterate"])
  }
}
