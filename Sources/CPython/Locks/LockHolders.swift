import RemoteProcess

/// Which thread holds which lock.
final class LockHolders {
  private let runtime: Runtime
  private let threads: [ObservedThread]
  /// The threads inside a `with` body of each lock. Looked up only when a plain lock is asked for: it takes a look at every
  /// frame of every thread.
  private lazy var threadsInside = findThreadsInside()
  /// The first thread of each `threading.get_ident()`.
  private var byIdent = AddressMap<ThreadState>()

  init(_ runtime: Runtime, _ threads: [ObservedThread]) {
    self.runtime = runtime
    self.threads = threads
    for thread in threads where byIdent[thread.thread.threadID] == nil {
      byIdent[thread.thread.threadID] = thread.thread
    }
  }

  func holder(of blocked: Runtime.BlockedLock, _ story: LockStory) -> LockWait.Holder {
    if let joined = story.joined { return thread(ofObjectAt: joined) }
    guard case .lock(let lock) = blocked, !story.isSignal else { return .nobody }
    if story.object != lock.address, case .recursiveLock = story.kind {
      // `threading._RLock`, the one in Python, keeps its owner beside its lock.
      return owner("_owner", of: story.object)
    }
    if lock.form == .recursive { return thread(withIdent: lock.owner) }
    // It is free, and the thread is about to have it.
    guard lock.isLocked else { return .nobody }
    let inside = threadsInside[lock.address] ?? []
    guard inside.count == 1, let thread = inside.first else { return .unknown }
    return .thread(thread)
  }

  private func owner(_ name: String, of object: RemoteAddress) -> LockWait.Holder {
    guard let ident = (try? runtime.attribute(name, ofObjectAt: object)) ?? nil,
      let number = try? runtime.unsignedInteger(at: ident)
    else { return .unknown }
    return thread(withIdent: number)
  }

  /// The state of a `threading.Thread`: by its `_ident`.
  private func thread(ofObjectAt object: RemoteAddress) -> LockWait.Holder { owner("_ident", of: object) }

  private func thread(withIdent ident: UInt64) -> LockWait.Holder {
    guard ident != 0, let found = byIdent[ident] else { return .unknown }
    return .thread(found)
  }

  private func findThreadsInside() -> [RemoteAddress: Set<ThreadState>] {
    var inside: [RemoteAddress: Set<ThreadState>] = [:]
    for thread in threads {
      let released = Set(thread.frames.compactMap { lockReleased(byWaitIn: $0) })
      for frame in thread.frames {
        for manager in runtime.contexts(of: frame) {
          guard let lock = lock(ofManagerAt: manager), !released.contains(lock) else { continue }
          inside[lock, default: []].insert(thread.thread)
        }
      }
    }
    return inside
  }

  /// `Condition.wait` gives up the lock of its condition inside of the `with` body, from `saved_state = self._release_save()`.
  private func lockReleased(byWaitIn frame: RawFrame) -> RemoteAddress? {
    guard let code = try? runtime.codeObject(at: frame.code), code.name == "wait", LockSite.isFile(code.filename),
      ((try? runtime.local("saved_state", of: frame, code: code)) ?? nil) != nil,
      let condition = (try? runtime.local("self", of: frame, code: code)) ?? nil
    else { return nil }
    return lock(ofManagerAt: condition)
  }

  /// The lock that the body of a `with` holds: the manager itself, or the lock of a `threading.Condition`.
  private func lock(ofManagerAt manager: RemoteAddress) -> RemoteAddress? {
    if let lock = runtime.lockObject(at: manager) { return lock.address }
    guard case .condition = LockSite(ofObjectAt: manager, runtime),
      let inner = (try? runtime.attribute("_lock", ofObjectAt: manager)) ?? nil
    else { return nil }
    return runtime.lockObject(at: inner)?.address
  }
}
