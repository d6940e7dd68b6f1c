import CPython
import RemoteProcess

/// One thread as it was found: its stack, and what the kernel says of it.
struct ThreadLook {
  let state: ThreadState
  /// By age, over all interpreters: 1 is the oldest.
  let number: Int
  /// As `threading` named it.
  let name: String?
  /// In this host's numbering; nil where it is not known.
  let nativeID: Int32?
  var stack: Stack
  let place: ThreadPlace?
  let holdsGIL: Bool
  let waitsForGIL: Bool
  let stoppedNanoseconds: UInt64?

  /// How one calls it: its name, or its number.
  var title: String { name ?? nativeID.map { "thread \($0)" } ?? "thread \(state.threadID)" }
}

/// One look at all threads of a process.
struct ProcessLook {
  let process: PythonProcess
  let interpreters: [Interpreter]
  private(set) var threads: [ThreadLook] = []
  /// Where each is among them, by the address of its state.
  private var places = AddressMap<Int>()
  /// By a signal, not by us.
  let isStopped: Bool
  /// What could not be read, in words.
  private(set) var problems: [String] = []

  /// - Parameter stop: hold each thread still while its stack is read, one at a time.
  init(_ process: PythonProcess, stop: Bool = false) throws(ReadError) {
    self.process = process
    interpreters = try process.runtime.interpreters()
    isStopped = (try? process.memory.state())?.isStopped ?? false
    if try process.runtime.isFinalizing() { problems.append("Python is shutting down: what is seen may be half gone") }
    let numbers = (try? ThreadList.numbered(pid: process.pid)) ?? []
    for interpreter in interpreters {
      do throws(ReadError) {
        try look(at: interpreter, numbers: numbers, stop: stop)
      } catch {
        if error.isFinal { throw error }
        problems.append("interpreter \(interpreter.id): \(error)")
      }
    }
    do throws(MemoryReadError) { try process.memory.checkAlive() } catch {
      problems.append("the process ended while it was read")
    }
    for (index, thread) in threads.enumerated() where places[thread.state.address] == nil {
      places[thread.state.address] = index
    }
  }

  /// The thread of a state; nil where it was not there at this look.
  func thread(_ state: ThreadState) -> ThreadLook? {
    guard let place = places[state.address], threads[place].state == state else { return nil }
    return threads[place]
  }

  private mutating func look(
    at interpreter: Interpreter, numbers: [(innermost: Int32, tid: Int32)], stop: Bool
  ) throws(ReadError) {
    let runtime = process.runtime
    let states = try runtime.threads(of: interpreter)
    var names = AddressMap<String>()
    for (ident, name) in (try? runtime.namedThreads(in: interpreter)) ?? [] { names[ident] = name }
    // Where nobody imported `threading`, nobody named the main thread.
    if let main = try? runtime.mainThreadID(), names[main] == nil { names[main] = "MainThread" }
    var threadIDs = AddressMap<Int32>()
    for (innermost, tid) in numbers { threadIDs[UInt64(UInt32(bitPattern: innermost))] = tid }
    let gil = try runtime.gil(of: interpreter)
    let nativeIDs = states.map { state in
      runtime.nativeIDCandidates(of: state).lazy.compactMap { threadIDs[UInt64(UInt32(bitPattern: $0))] }.first
        ?? (states.count == 1 && numbers.count == 1 ? process.pid : nil)
    }
    let places = nativeIDs.map { $0.flatMap { try? ThreadPlace(pid: process.pid, tid: $0) } }
    let before = threads.count
    let captured = capture(states, nativeIDs: nativeIDs, stop: stop)
    runtime.prefetchCode(of: captured.flatMap(\.stack.frames))
    for (index, state) in states.enumerated() {
      let futex = places[index]?.systemCall?.lockAddress
      // CPython links the newest first.
      threads.append(
        ThreadLook(
          state: state, number: before + states.count - index, name: names[state.threadID], nativeID: nativeIDs[index],
          stack: runtime.stack(captured[index].stack), place: places[index],
          holdsGIL: gil?.holder == state.address,
          waitsForGIL: futex.map { gil?.contains(futex: $0.rawValue) == true } ?? false,
          stoppedNanoseconds: captured[index].stopped))
    }
  }

  /// Nanoseconds that a thread may take to stop. It is not held meanwhile: on a busy host it waits for a CPU to stop on.
  private static let patience: UInt64 = 100_000_000

  /// The stacks of threads: of all at once while they run, or of one after the other while it stands still.
  private mutating func capture(
    _ states: [ThreadState], nativeIDs: [Int32?], stop: Bool
  ) -> [(stack: CapturedStack, stopped: UInt64?)] {
    let runtime = process.runtime
    guard stop else { return runtime.captureStacks(of: states).map { ($0, nil) } }
    do throws(ThreadStopError) {
      let (held, failures) = try ThreadStopper.run(pid: process.pid, patience: Self.patience) { stopper in
        var failures: [String] = []
        // What is done for the first time takes longest: it is done while nothing stands still.
        for state in states.prefix(2) { _ = runtime.captureStopped(state) }
        let held = zip(states, nativeIDs).map { state, tid -> (stack: CapturedStack, stopped: UInt64?) in
          do throws(ThreadStopError) {
            guard let tid else { throw ThreadStopError.threadGone(tid: 0) }
            runtime.memory.forgetAll()
            let stopped = try stopper.whileStopped(tid) { _ in runtime.captureStopped(state) }
            return (stopped.value, stopped.nanoseconds)
          } catch {
            failures.append("thread \(tid.map(String.init) ?? String(state.threadID)) was not stopped: \(error)")
            return (runtime.captureStacks(of: [state])[0], nil)
          }
        }
        return (held, failures)
      }
      problems += failures
      return held
    } catch {
      problems.append("no thread was stopped: \(error)")
      return runtime.captureStacks(of: states).map { ($0, nil) }
    }
  }
}
