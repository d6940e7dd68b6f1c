import RemoteProcess

/// The coroutines of a task, from its own inward: each awaits the next.
struct CoroutineChain {
  /// Outermost first.
  private(set) var frames: [RawFrame] = []
  /// The objects that the frames belong to, in the same order.
  private(set) var generators: [RemoteAddress] = []
  /// The object that the innermost coroutine awaits and that is no coroutine; null where there is none.
  private(set) var awaited: RemoteAddress = .null
  /// The chain runs into a frame that executes at this moment.
  private(set) var isExecuting = false
  private(set) var failure: ReadError?
  /// The object to look at next; null at the end.
  private(set) var next: RemoteAddress
  private var steps = 0
  // Brent's cycle detection: a torn chain may run in a ring.
  private var checkpoint = RemoteAddress.null
  private var power = 1

  init(from coroutine: RemoteAddress) { next = coroutine }

  /// Goes one coroutine, or one wrapper around it, further inward.
  mutating func step(_ runtime: Runtime) {
    let current = next
    next = .null
    steps += 1
    guard steps <= Runtime.depthLimit, current != checkpoint else {
      failure = .implausible(current == checkpoint ? "coroutines in a ring" : "too many coroutines", current)
      return
    }
    if steps == power {
      checkpoint = current
      power *= 2
    }
    do throws(ReadError) {
      try look(at: current, runtime)
    } catch {
      failure = error
    }
  }

  private mutating func look(at object: RemoteAddress, _ runtime: Runtime) throws(ReadError) {
    switch try runtime.type(ofObjectAt: object).name {
    case "coroutine", "generator", "async_generator":
      guard let (frame, state) = try runtime.generatorFrame(at: object), state != .finished else { return }
      frames.append(try runtime.rawFrame(at: frame))
      generators.append(object)
      if state == .executing { isExecuting = true }
      guard state == .suspended else { return }
      next = try runtime.delegate(ofGeneratorAt: object, frame: frame) ?? .null
    case "coroutine_wrapper", "async_generator_asend", "async_generator_athrow", "anext_awaitable":
      // Each has the wrapped object as its first field: Objects/genobject.c, Objects/iterobject.c.
      next = try runtime.memory.pointer(object + runtime.layout.object.size)
    case "_asyncio.FutureIter":
      // FutureIter.__next__ has given its future to the task; Modules/_asynciomodule.c `futureiterobject`.
      awaited = try runtime.memory.pointer(object + runtime.layout.object.size)
    default:
      awaited = object
    }
  }
}

extension Runtime {
  /// Walks many chains side by side, so that each step of all of them costs one read.
  func coroutineChains(from coroutines: [RemoteAddress]) -> [CoroutineChain] {
    var chains = coroutines.map { CoroutineChain(from: $0) }
    var open = chains.indices.filter { !chains[$0].next.isNull }
    while !open.isEmpty {
      // The object with its frame, its variables and the beginning of its stack.
      memory.prefetch(open.map { (chains[$0].next, 384) })
      if let offset = layout.generator.frame {
        let frames = open.compactMap { try? memory.pointer(chains[$0].next + offset) }
        memory.prefetch(frames.map { ($0, 640) })
      }
      for index in open { chains[index].step(self) }
      open.removeAll { chains[$0].next.isNull }
    }
    return chains
  }
}
