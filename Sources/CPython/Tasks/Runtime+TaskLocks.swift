public import RemoteProcess

extension Runtime {
  /// Which task holds each `asyncio.Lock` that tasks hold by `async with`: the task that is inside of the body.
  ///
  /// A lock that was taken by `acquire()` is not among them, for nothing says who did it.
  public func lockHolders(among tasks: [AsyncioTask]) -> [RemoteAddress: AsyncioTask] {
    var holders: [RemoteAddress: AsyncioTask] = [:]
    var contested: Set<RemoteAddress> = []
    for task in tasks {
      let released = Set(task.frames.compactMap { conditionReleased(byWaitIn: $0) })
      for frame in task.frames {
        for manager in contexts(of: frame) where !released.contains(manager) {
          guard let lock = asyncioLock(ofManagerAt: manager) else { continue }
          if holders.updateValue(task, forKey: lock) != nil { contested.insert(lock) }
        }
      }
    }
    for lock in contested { holders[lock] = nil }
    return holders
  }

  /// `Condition.wait` gives up the lock of the condition inside of the `async with` body, until it returns.
  private func conditionReleased(byWaitIn frame: RawFrame) -> RemoteAddress? {
    guard let code = try? codeObject(at: frame.code), code.name == "wait", code.filename.hasSuffix("/asyncio/locks.py"),
      let condition = (try? local("self", of: frame, code: code)) ?? nil, asyncioPrimitive(at: condition) == "Condition"
    else { return nil }
    return condition
  }

  /// The lock itself, or that of an `asyncio.Condition`.
  private func asyncioLock(ofManagerAt manager: RemoteAddress) -> RemoteAddress? {
    switch asyncioPrimitive(at: manager) {
    case "Lock": manager
    case "Condition": (try? attribute("_lock", ofObjectAt: manager)) ?? nil
    default: nil
    }
  }

  /// `Lock` of `asyncio.locks.Lock`, also for a class derived from it; nil for anything that is not of asyncio's locks.
  func asyncioPrimitive(at address: RemoteAddress) -> String? {
    var type = try? type(ofObjectAt: address)
    for _ in 0..<16 {
      guard let current = type else { return nil }
      if current.name.hasPrefix("asyncio.locks.") { return String(current.name.dropFirst("asyncio.locks.".count)) }
      type = current.base.isNull ? nil : try? self.type(at: current.base)
    }
    return nil
  }
}
