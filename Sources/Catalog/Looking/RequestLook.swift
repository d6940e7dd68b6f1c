import CPython
import RemoteProcess
import WebRequests

/// Looks at the requests of one process, again and again.
struct RequestLook {
  let target: Target
  let process: PythonProcess
  private let finder: RequestFinder
  private var tracker: RequestTracker
  /// What the last look found the requests on.
  private(set) var stacks: [NamedStack] = []
  /// What kept the last look from seeing all: requests in tasks or greenlets may be missing.
  private(set) var problem: UnreadProcess?

  /// - Parameter patience: as `RequestTracker` has it.
  init(_ target: Target, patience: Int = 0) throws(CommandError) {
    self.init(target, process: try target.open(), patience: patience)
  }

  init(_ target: Target, process: PythonProcess, patience: Int = 0) {
    self.target = target
    self.process = process
    tracker = RequestTracker(patience: patience)
    finder = RequestFinder(process.runtime)
  }

  /// The requests in flight, and what changed since the last call.
  mutating func next(withHeaders: Bool) throws(CommandError) -> RequestTracker.Change {
    process.runtime.memory.forgetAll()
    let threads: ProcessLook
    do throws(ReadError) { threads = try ProcessLook(process) } catch {
      throw CommandError(reading: error, pid: process.pid)
    }
    return try next(withHeaders: withHeaders, threads: threads)
  }

  /// The same with a look at the threads that was taken just now.
  mutating func next(withHeaders: Bool, threads: ProcessLook) throws(CommandError) -> RequestTracker.Change {
    problem = nil
    stacks = []
    do throws(ReadError) {
      stacks = threads.threads.filter { !$0.stack.frames.isEmpty }.map { thread in
        NamedStack(
          carrier: .thread(id: thread.state.threadID, nativeID: thread.nativeID, name: thread.name),
          stack: thread.stack)
      }
      for task in try whatIsThere("tasks", { (process) throws(ReadError) in try process.runtime.tasks() }) {
        stacks.append(
          NamedStack(
            carrier: .task(address: task.address.rawValue, name: task.name), stack: process.runtime.stack(of: task)))
      }
      let greenlets = try whatIsThere("greenlets") { (process) throws(ReadError) in try process.greenlets() }
      for greenlet in greenlets where !greenlet.frames.isEmpty && greenlet.state == .suspended {
        stacks.append(
          NamedStack(
            carrier: .greenlet(address: greenlet.address.rawValue, name: greenlet.name),
            stack: process.runtime.stack(of: greenlet)))
      }
      var found = finder.requests(stacks: stacks, withHeaders: withHeaders)
      if found.contains(where: { $0.duration == .unknown && $0.connection != nil }) {
        let ages = ConnectionAges(pid: process.pid)
        found = found.map(ages.completing)
      }
      do throws(MemoryReadError) { try process.memory.checkAlive() } catch { throw ReadError.memory(error) }
      return tracker.observe(found, at: .now())
    } catch {
      throw CommandError(reading: error, pid: process.pid)
    }
  }

  /// Where tasks or greenlets cannot be read, the requests of threads are shown all the same.
  private mutating func whatIsThere<Item>(
    _ what: String, _ read: (PythonProcess) throws(ReadError) -> [Item]
  ) throws(ReadError) -> [Item] {
    do throws(ReadError) { return try read(process) } catch {
      if error.isFinal { throw error }
      problem = UnreadProcess(pid: process.pid, problem: "\(what): \(error)")
      return []
    }
  }

  /// Nothing more is to be had of it: what it served has ended.
  mutating func end() -> [WebRequest] { tracker.end() }

  func summary(_ request: WebRequest, withHeaders: Bool, event: String? = nil) -> RequestSummary {
    RequestSummary(
      request, pid: process.pid, application: target.application, withHeaders: withHeaders, event: event)
  }
}
