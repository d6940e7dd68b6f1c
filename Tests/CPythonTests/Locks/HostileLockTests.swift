import RemoteProcess
import TestSupport
import Testing

@testable import CPython

/// Locks and tasks in memory that lies: whatever is found, it ends, and neither traps nor grows.
struct HostileLockTests {
  @Test(arguments: PythonInterpreter.installed)
  func damagedLocksAndTasksNeverTrap(python: PythonInterpreter) throws {
    for program in ["lock_waits.py", "task_states.py"] {
      let target = try python.run(program)
      defer { target.end() }
      let live = try PythonProcess(pid: target.pid)
      var found = 0
      for seed in 0..<40 as Range<UInt64> {
        let memory = CorruptedMemory(live.memory, seed: seed, rarity: [20_000, 2_000, 200, 20][Int(seed % 4)])
        let runtime = Runtime(
          memory: Snapshot(memory), layout: live.location.layout, address: live.location.address,
          version: live.location.version)
        found += look(at: runtime)
        #expect(memory.bytesRead < CorruptedMemoryTests.byteLimit, "seed \(seed)")
      }
      // The mildest damage leaves most of it readable: else this test would prove nothing.
      #expect(found > 20)
    }
  }

  private func look(at runtime: Runtime) -> Int {
    let tasks = (try? runtime.tasks()) ?? []
    for task in tasks { _ = runtime.stack(of: task) }
    _ = runtime.lockHolders(among: tasks)
    guard let interpreter = try? runtime.interpreters().first, let threads = try? runtime.threads(of: interpreter)
    else { return tasks.count }
    let observed = runtime.captureStacks(of: Array(threads.prefix(64))).map { captured in
      // Any word of a frame is as good a futex as another here.
      let futex = captured.frames.first.flatMap { try? runtime.memory.word($0.address + 64) }
      return ObservedThread(thread: captured.thread, frames: captured.frames, futex: futex)
    }
    _ = runtime.deadlocks(in: runtime.lockWaits(threads: observed))
    return tasks.count + observed.reduce(0) { $0 + $1.frames.count }
  }
}
