import RemoteProcess

extension Runtime {
  /// Tasks at most. A task and its coroutine take a kilobyte, so this is a server with a hundred megabytes of them.
  static let taskLimit = 100_000

  /// The tasks that asyncio keeps in an interpreter: not in any order, done ones among them.
  ///
  ///     3.8 - 3.11   asyncio.tasks._all_tasks         a WeakSet
  ///     3.12, 3.13   asyncio.tasks._scheduled_tasks   a WeakSet; _eager_tasks, a set
  ///     3.14, 3.15   a linked list of each thread, and one of the interpreter for threads that ended; the two sets of
  ///                  before for tasks that are no `_asyncio.Task`
  func findTasks(in interpreter: Interpreter) throws(ReadError) -> [RemoteAddress] {
    var found: [RemoteAddress] = []
    var seen: Set<RemoteAddress> = []
    func add(_ addresses: [RemoteAddress]) {
      for address in addresses where found.count < Self.taskLimit && seen.insert(address).inserted {
        found.append(address)
      }
    }
    let fields = TaskLayout(layout)
    if let node = fields.node, let head = layout.interpreter.asyncioTasksHead {
      add(tasks(inListAt: interpreter.address + head, node: node))
      if let head = layout.thread.asyncioTasksHead {
        for thread in try threads(of: interpreter) { add(tasks(inListAt: thread.address + head, node: node)) }
      }
    }
    guard let module = try namespace(ofModule: "asyncio.tasks", in: interpreter) else { return found }
    for name in ["_all_tasks", "_scheduled_tasks"] {
      guard let set = try lookUp(name, inDictAt: module) else { continue }
      add((try? tasks(inWeakSetAt: set)) ?? [])
    }
    if let set = try lookUp("_eager_tasks", inDictAt: module) {
      add((try? setItems(at: set, limit: Self.taskLimit)) ?? [])
    }
    return found
  }

  /// `struct llist_node { next, prev }` (Include/internal/pycore_llist.h): a ring through its head.
  private func tasks(inListAt head: RemoteAddress, node: Int) -> [RemoteAddress] {
    var found: [RemoteAddress] = []
    // A list that was never used has a null head.
    guard var next = try? memory.pointer(head) else { return [] }
    while !next.isNull, next != head, found.count < Self.taskLimit {
      found.append(next - node)
      // The ring cannot be read ahead of itself; tasks made together lie together, and a page holds many.
      guard let following = try? memory.pointer(next) else { break }
      if following == next { break }
      next = following
    }
    return found
  }

  /// The live objects of a `weakref.WeakSet`: `data` is a set of weak references, whose first field is the object.
  private func tasks(inWeakSetAt set: RemoteAddress) throws(ReadError) -> [RemoteAddress] {
    guard let data = try attribute("data", ofObjectAt: set) else { return [] }
    let references = try setItems(at: data, limit: Self.taskLimit)
    memory.prefetch(references.map { ($0, layout.object.size + 8) })
    var found: [RemoteAddress] = []
    for reference in references {
      guard let object = try? memory.pointer(reference + layout.object.size), !object.isNull else { continue }
      found.append(object)
    }
    return found
  }

  /// The tasks that run at this moment: on 3.14+ each thread says so, before that a dict by loop does.
  func runningTasks(in interpreter: Interpreter) -> Set<RemoteAddress> {
    var running: Set<RemoteAddress> = []
    if let offset = layout.thread.asyncioRunningTask, let threads = try? threads(of: interpreter) {
      for thread in threads {
        if let task = try? memory.pointer(thread.address + offset), !task.isNull { running.insert(task) }
      }
    }
    if let module = try? namespace(ofModule: "asyncio.tasks", in: interpreter),
      let current = try? lookUp("_current_tasks", inDictAt: module),
      let entries = try? dictEntries(at: current, limit: Self.threadLimit)
    {
      for entry in entries { running.insert(entry.value) }
    }
    return running
  }
}
