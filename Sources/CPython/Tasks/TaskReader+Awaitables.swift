import RemoteProcess

/// A place of asyncio where coroutines wait: a function of the standard library.
enum AwaitSite {
  case sleep, wait, lock, queue(String), socket(String), stream(String), taskGroup, toThread, subprocess, unknown

  /// By the file and the name of the function; the names are those of 3.8 to 3.15.
  init(file: String, name: String) {
    // lib/python3.11/asyncio/locks.py
    let parts = file.split(separator: "/")
    guard parts.count > 1, parts[parts.count - 2] == "asyncio" else {
      self = .unknown
      return
    }
    switch (parts[parts.count - 1], name) {
    case ("tasks.py", "sleep"): self = .sleep
    case ("tasks.py", "_wait"): self = .wait
    case ("locks.py", "acquire"), ("locks.py", "wait"), ("locks.py", "_wait"), ("locks.py", "_block"): self = .lock
    case ("queues.py", "get"), ("queues.py", "put"), ("queues.py", "join"): self = .queue(name)
    case ("selector_events.py", "sock_recv"), ("selector_events.py", "sock_recv_into"),
      ("selector_events.py", "sock_recvfrom"), ("selector_events.py", "sock_accept"),
      ("selector_events.py", "sock_sendall"), ("selector_events.py", "sock_sendto"),
      ("selector_events.py", "sock_connect"):
      self = .socket(String(name.dropFirst("sock_".count)))
    case ("streams.py", "_wait_for_data"): self = .stream("read")
    case ("streams.py", "_drain_helper"): self = .stream("drain")
    case ("streams.py", "wait_closed"): self = .stream("close")
    case ("taskgroups.py", "__aexit__"), ("taskgroups.py", "_aexit"): self = .taskGroup
    case ("threads.py", "to_thread"): self = .toThread
    case ("subprocess.py", "wait"), ("subprocess.py", "communicate"), ("base_subprocess.py", "_wait"):
      self = .subprocess
    default: self = .unknown
    }
  }
}

extension TaskReader {
  /// Items of one wait that are named; a wait for more says how many there are.
  private static let referenceLimit = 1000

  /// What a suspended task waits for: `waiter` is its `_fut_waiter`, the chain tells where in which function it stands.
  func awaitable(_ waiter: RemoteAddress, _ chain: CoroutineChain) -> Awaitable {
    if let frame = chain.frames.last, let code = try? runtime.codeObject(at: frame.code),
      let known = (try? awaitable(at: site(of: code), frame, code)) ?? nil
    {
      return known
    }
    switch kind(ofObjectAt: waiter) {
    case .task, .pythonTask: return .task(reference(to: waiter))
    case .none: return .other(reference(to: waiter))
    case .future, .pythonFuture: return (try? future(at: waiter)) ?? .future(reference(to: waiter))
    }
  }

  private func site(of code: CodeObject) -> AwaitSite {
    if let known = sites[code.address] { return known }
    let site = AwaitSite(file: code.filename, name: code.name)
    sites[code.address] = site
    return site
  }

  private func awaitable(
    at site: AwaitSite, _ frame: RawFrame, _ code: CodeObject
  ) throws(ReadError) -> Awaitable? {
    func local(_ name: String) throws(ReadError) -> RemoteAddress? {
      try runtime.local(name, of: frame, code: code)
    }
    switch site {
    case .sleep: return .sleep(try local("delay").flatMap { seconds(at: $0) })
    case .wait:
      guard let futures = try local("fs") else { return nil }
      let all = try runtime.setItems(at: futures, limit: Self.referenceLimit)
      return .wait(pending: pending(among: all), count: all.count)
    case .lock:
      guard let lock = try local("self"), let name = runtime.asyncioPrimitive(at: lock) else { return nil }
      return .primitive(name: name, lock)
    case .queue(let operation):
      guard let queue = try local("self") else { return nil }
      return .queue(operation: operation, queue)
    case .socket(let operation):
      let socket = try local("sock")
      return .socket(operation: operation, descriptor: socket.flatMap { descriptor(ofSocketAt: $0) })
    case .stream(let operation):
      return .socket(operation: operation, descriptor: try local("self").flatMap { descriptor(ofStreamAt: $0) })
    case .taskGroup:
      guard let group = try local("self"), let tasks = try runtime.attribute("_tasks", ofObjectAt: group) else {
        return nil
      }
      return .taskGroup(pending: pending(among: try runtime.setItems(at: tasks, limit: Self.referenceLimit)))
    case .toThread:
      return .executor(function: try local("func").flatMap { functionName(at: $0) })
    case .subprocess:
      return .subprocess(pid: try local("self").flatMap { pid(ofProcessAt: $0) })
    case .unknown: return nil
    }
  }

  // MARK: - Futures

  private func future(at address: RemoteAddress) throws(ReadError) -> Awaitable? {
    if try runtime.type(ofObjectAt: address).name == "asyncio.tasks._GatheringFuture",
      let children = try runtime.attribute("_children", ofObjectAt: address)
    {
      let all = try runtime.listItems(at: children, limit: Self.referenceLimit)
      return .gather(pending: pending(among: all), count: try runtime.checkedSize(at: children))
    }
    guard kind(ofObjectAt: address) == .future else { return nil }
    let callback = try runtime.memory.pointer(address + fields.callback)
    guard !callback.isNull, let name = functionName(at: callback) else { return nil }
    // What made the future has given it its first callback (Lib/asyncio/futures.py `_chain_future`, tasks.py `shield`).
    if name.hasPrefix("_chain_future.") { return .executor(function: nil) }
    guard name == "shield.<locals>._outer_done_callback" else { return nil }
    return try freeVariable("inner", ofFunctionAt: callback).map { .shield(reference(to: $0)) }
  }

  /// What a function has of the function around it: `func_closure`, a tuple of cells, in the order of the code's last variables
  /// (Include/cpython/funcobject.h; Include/funcobject.h in 3.8 and 3.9).
  private func freeVariable(
    _ name: String, ofFunctionAt function: RemoteAddress
  ) throws(ReadError) -> RemoteAddress? {
    let isOld = runtime.layout.version < PythonVersion(hex: 0x030a_0000)
    let offset = runtime.layout.function.code + (isOld ? 32 : 24)
    let cells = try runtime.tupleItems(at: runtime.memory.pointer(function + offset), limit: 256)
    let code = try runtime.codeObject(at: runtime.memory.pointer(function + runtime.layout.function.code))
    for (variable, cell) in zip(code.variables.suffix(cells.count), cells) where variable.name == name {
      let content = try runtime.memory.pointer(cell + runtime.layout.cell.reference)
      return content.isNull ? nil : content
    }
    return nil
  }

  private func pending(among all: [RemoteAddress]) -> [Awaitable.Reference] {
    runtime.memory.prefetch(all.map { ($0, fields.size) })
    return all.filter { !isDone(futureAt: $0) }.map { reference(to: $0) }
  }

  // MARK: - What the objects say

  private func functionName(at address: RemoteAddress) -> String? {
    guard let type = try? runtime.type(ofObjectAt: address) else { return nil }
    var function = address
    if type.name == "method" {
      guard let bound = try? runtime.memory.pointer(address + runtime.layout.method.function) else { return nil }
      function = bound
    }
    guard (try? runtime.type(ofObjectAt: function).name) == "function",
      let name = try? runtime.memory.pointer(function + runtime.layout.function.qualname)
    else { return nil }
    return try? runtime.string(at: name, limit: 256).text
  }

  private func seconds(at address: RemoteAddress) -> Double? {
    guard let type = try? runtime.type(ofObjectAt: address) else { return nil }
    if type.name == "float" {
      return (try? runtime.memory.word(address + runtime.layout.float.value)).map { Double(bitPattern: $0) }
    }
    guard type.isLong, let word = try? runtime.unsignedInteger(at: address) else { return nil }
    return Double(word)
  }

  private func smallInteger(_ name: String, of object: RemoteAddress) -> Int32? {
    guard let value = (try? runtime.attribute(name, ofObjectAt: object)) ?? nil,
      let word = try? runtime.unsignedInteger(at: value)
    else { return nil }
    return Int32(exactly: word)
  }

  /// `PySocketSockObject.sock_fd`, the first field (Modules/socketmodule.h); -1 once it is closed.
  private func descriptor(ofSocketAt socket: RemoteAddress) -> Int32? {
    var type = try? runtime.type(ofObjectAt: socket)
    for _ in 0..<16 {
      guard let current = type else { return nil }
      if current.name == "_socket.socket" {
        guard let descriptor = try? runtime.memory.int(socket + runtime.layout.object.size), descriptor >= 0 else {
          return nil
        }
        return Int32(truncatingIfNeeded: descriptor)
      }
      type = current.base.isNull ? nil : try? runtime.type(at: current.base)
    }
    return nil
  }

  /// A reader or writer of streams, or their protocol, has its transport; a transport of the selector loop its descriptor.
  private func descriptor(ofStreamAt stream: RemoteAddress) -> Int32? {
    guard let transport = (try? runtime.attribute("_transport", ofObjectAt: stream)) ?? nil else { return nil }
    return smallInteger("_sock_fd", of: transport)
  }

  /// `asyncio.subprocess.Process` has its transport, which has the pid; `_wait` is a method of the transport itself.
  private func pid(ofProcessAt process: RemoteAddress) -> Int32? {
    let transport = (try? runtime.attribute("_transport", ofObjectAt: process)) ?? nil
    return smallInteger("_pid", of: transport ?? process)
  }
}
