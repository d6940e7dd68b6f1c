import RemoteProcess

/// Reads the tasks of one interpreter in one look: all of them side by side, level by level, so that a thousand tasks cost
/// a few large reads.
final class TaskReader {
  let runtime: Runtime
  let interpreter: Interpreter
  let fields: TaskLayout
  private let threads: [ThreadState]
  private let running: Set<RemoteAddress>
  private var kinds: [RemoteAddress: FutureKind] = [:]
  private var threadOfLoop: [RemoteAddress: ThreadState?] = [:]
  var sites: [RemoteAddress: AwaitSite] = [:]

  /// What a type is to asyncio.
  enum FutureKind { case task, future, pythonTask, pythonFuture, none }

  /// The fields of a task that decide everything else.
  struct Header {
    var loop = RemoteAddress.null
    var coroutine = RemoteAddress.null
    var waiter = RemoteAddress.null
    var name = "?"
    var isDone = false
    var failure: ReadError?
  }

  init(_ runtime: Runtime, _ interpreter: Interpreter) throws(ReadError) {
    self.runtime = runtime
    self.interpreter = interpreter
    fields = TaskLayout(runtime.layout)
    threads = try runtime.threads(of: interpreter)
    running = runtime.runningTasks(in: interpreter)
  }

  func tasks() throws(ReadError) -> [AsyncioTask] {
    let found = try runtime.findTasks(in: interpreter)
    guard !found.isEmpty else { return [] }
    runtime.memory.prefetch(found.map { ($0, fields.size) })
    var tasks = read(found)
    let changed = tasks.indices.filter { tasks[$0].quality != .consistent }
    if !changed.isEmpty {
      // Once more for those that moved: on a busy loop each step of a task takes microseconds.
      runtime.memory.forget(changed.flatMap { ranges(deciding: tasks[$0]) })
      let again = read(changed.map { tasks[$0].address })
      var byAddress: [RemoteAddress: AsyncioTask] = [:]
      for task in again { byAddress[task.address] = task }
      let lost = Set(changed.map { tasks[$0].address }).subtracting(byAddress.keys)
      for index in changed { tasks[index] = byAddress[tasks[index].address] ?? tasks[index] }
      // Done by now.
      tasks.removeAll { lost.contains($0.address) }
    }
    connect(&tasks)
    return tasks
  }

  // MARK: - One pass

  private func read(_ found: [RemoteAddress]) -> [AsyncioTask] {
    var addresses: [RemoteAddress] = []
    var headers: [Header] = []
    for address in found {
      guard let header = header(ofTaskAt: address), !header.isDone else { continue }
      addresses.append(address)
      headers.append(header)
    }
    let chains = runtime.coroutineChains(from: headers.map(\.coroutine))
    runtime.memory.prefetch(headers.map { ($0.waiter, $0.waiter.isNull ? 0 : fields.size) })
    var tasks: [AsyncioTask] = []
    tasks.reserveCapacity(addresses.count)
    for (address, (header, chain)) in zip(addresses, zip(headers, chains)) {
      tasks.append(task(at: address, header, chain))
    }
    return verified(tasks)
  }

  private func task(at address: RemoteAddress, _ header: Header, _ chain: CoroutineChain) -> AsyncioTask {
    let thread = thread(ofLoopAt: header.loop)
    var frames = Array(chain.frames.reversed())
    var quality = Stack.Quality.consistent
    var state = AsyncioTask.State.waiting
    var waitsFor: Awaitable?
    let failure = header.failure ?? chain.failure
    if chain.isExecuting || running.contains(address) {
      state = .running
      if let own = chain.frames.first, let thread, let onThread = stackFrames(of: thread, downTo: own) {
        frames = onThread
      } else {
        // It stopped running between the look at the task and the look at its thread.
        quality = .uncertain(trusted: 0)
      }
    } else if header.waiter.isNull || isDone(futureAt: header.waiter) {
      state = .ready
    } else {
      waitsFor = awaitable(header.waiter, chain)
    }
    if failure != nil { quality = .uncertain(trusted: 0) }
    return AsyncioTask(
      address: address, name: header.name, interpreter: interpreter, loop: header.loop, thread: thread, state: state,
      frames: frames, quality: quality, failure: failure, waitsFor: waitsFor, awaitedBy: [])
  }

  /// The frames of a thread from its innermost down to the coroutine's own.
  private func stackFrames(of thread: ThreadState, downTo own: RawFrame) -> [RawFrame]? {
    guard let top = try? runtime.topFrame(of: thread.address) else { return nil }
    let frames = runtime.walk(from: top).frames
    guard let end = frames.firstIndex(where: { $0.address == own.address }) else { return nil }
    return Array(frames[...end])
  }

  // MARK: - Fields

  /// Nil where there is no task at this address any more.
  private func header(ofTaskAt address: RemoteAddress) -> Header? {
    var header = Header()
    do throws(ReadError) {
      switch kind(ofObjectAt: address) {
      case .task:
        header.name = try name(at: runtime.memory.pointer(address + fields.name))
        header.loop = try runtime.memory.pointer(address + fields.loop)
        header.coroutine = try runtime.memory.pointer(address + fields.coroutine)
        header.waiter = try runtime.memory.pointer(address + fields.futureWaiter)
        header.isDone = try runtime.memory.int(address + fields.state) != 0
      case .pythonTask:
        header.name =
          try runtime.attribute("_name", ofObjectAt: address).map { (name) throws(ReadError) in
            try self.name(at: name)
          } ?? "?"
        header.loop = try runtime.attribute("_loop", ofObjectAt: address) ?? .null
        header.coroutine = try runtime.attribute("_coro", ofObjectAt: address) ?? .null
        header.waiter = try runtime.attribute("_fut_waiter", ofObjectAt: address) ?? .null
        if !header.waiter.isNull, try runtime.type(ofObjectAt: header.waiter).name == "NoneType" {
          header.waiter = .null
        }
        header.isDone = isDone(futureAt: address)
      default: return nil
      }
    } catch {
      header.failure = error
    }
    return header
  }

  /// A name is a `str`; since 3.13 one that nobody has asked for yet is its number.
  private func name(at address: RemoteAddress) throws(ReadError) -> String {
    guard !address.isNull else { return "?" }
    let type = try runtime.type(ofObjectAt: address)
    if type.isLong { return "Task-" + (try runtime.integer(at: address).text()) }
    return try runtime.string(at: address, limit: 200).text
  }

  /// What an object is to asyncio: by its class, or one that its class derives from.
  func kind(ofObjectAt address: RemoteAddress) -> FutureKind {
    guard let type = try? runtime.type(ofObjectAt: address) else { return .none }
    if let known = kinds[type.address] { return known }
    var kind = FutureKind.none
    var base: TypeObject? = type
    for _ in 0..<64 {
      guard let current = base, kind == .none else { break }
      switch current.name {
      case "_asyncio.Task": kind = .task
      case "_asyncio.Future": kind = .future
      case "asyncio.tasks.Task": kind = .pythonTask
      case "asyncio.futures.Future": kind = .pythonFuture
      default: base = current.base.isNull ? nil : try? runtime.type(at: current.base)
      }
    }
    // A library's own kind of task, registered with asyncio.
    if kind == .none, type.isHeapType, ((try? runtime.attribute("_coro", ofObjectAt: address)) ?? nil) != nil {
      kind = .pythonTask
    }
    kinds[type.address] = kind
    return kind
  }

  func isDone(futureAt address: RemoteAddress) -> Bool {
    switch kind(ofObjectAt: address) {
    case .task, .future:
      guard let state = try? runtime.memory.int(address + fields.state) else { return false }
      return state != 0
    case .pythonTask, .pythonFuture:
      guard let state = (try? runtime.attribute("_state", ofObjectAt: address)) ?? nil,
        let text = try? runtime.string(at: state, limit: 16).text
      else { return false }
      return text != "PENDING"
    case .none: return false
    }
  }

  /// What a wait refers to, by the name of a task or the type of anything else.
  func reference(to address: RemoteAddress) -> Awaitable.Reference {
    switch kind(ofObjectAt: address) {
    case .task, .pythonTask:
      return Awaitable.Reference(address: address, name: header(ofTaskAt: address)?.name ?? "?", isTask: true)
    default:
      let type = try? runtime.type(ofObjectAt: address).name
      return Awaitable.Reference(address: address, name: type ?? "?", isTask: false)
    }
  }

  // MARK: - Threads

  private func thread(ofLoopAt loop: RemoteAddress) -> ThreadState? {
    guard !loop.isNull else { return nil }
    if let known = threadOfLoop[loop] { return known }
    let thread = findThread(ofLoopAt: loop)
    threadOfLoop[loop] = thread
    return thread
  }

  /// A loop of asyncio keeps `_thread_id`; others (uvloop) keep it in a field of their own, a word that is the id of a thread
  /// and can be nothing else; since 3.13 the threads also name their loops.
  private func findThread(ofLoopAt loop: RemoteAddress) -> ThreadState? {
    if let ident = (try? runtime.attribute("_thread_id", ofObjectAt: loop)) ?? nil,
      let number = try? runtime.unsignedInteger(at: ident)
    {
      return threads.first { $0.threadID == number }
    }
    if let offset = runtime.layout.thread.asyncioRunningLoop,
      let thread = threads.first(where: { (try? runtime.memory.pointer($0.address + offset)) == loop })
    {
      return thread
    }
    // uvloop's loop has a buffer of 250 kB, behind its other fields.
    guard let type = try? runtime.type(ofObjectAt: loop),
      let words = try? runtime.memory.wordBlock(loop, count: min(type.basicSize, 1024) / 8)
    else { return nil }
    return threads.first { $0.threadID != 0 && words.contains($0.threadID) }
  }
}
