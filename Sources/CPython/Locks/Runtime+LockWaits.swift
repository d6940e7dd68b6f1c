import RemoteProcess

extension Runtime {
  /// Which threads wait for which locks, and who holds those.
  ///
  /// A wait is claimed only where the lock found is the one that the thread blocks on: by the address of its semaphore, or
  /// by the address that the thread is parked on. A holder is claimed only where the lock names it (RLock), or where
  /// exactly one thread is inside a `with` body of the lock. Threads that wait for other things (the GIL, a socket, a lock
  /// of a library) are not in the result.
  public func lockWaits(threads: [ObservedThread]) -> [LockWait] { lockWaits(threads: threads, GlobalNames(self)) }

  func lockWaits(threads: [ObservedThread], _ globals: GlobalNames) -> [LockWait] {
    // Futexes lie in lock objects, or in the semaphores that these point to.
    memory.prefetch(threads.compactMap { $0.futex.map { (RemoteAddress($0) - 64, 128) } })
    let holders = LockHolders(self, threads)
    return threads.compactMap { thread in
      guard let futex = thread.futex, let blocked = blockedLock(of: thread, futex: futex) else { return nil }
      let story = LockStory(self, thread, blocked, globals)
      return LockWait(
        thread: thread.thread, kind: story.kind, object: story.object, lock: blocked.address,
        holder: holders.holder(of: blocked, story), place: story.place, hasTimeout: thread.hasTimeout)
    }
  }

  /// What a thread is proven to block on.
  enum BlockedLock {
    case lock(LockObject)
    /// The end of a thread, by its `_thread._ThreadHandle` (3.13+).
    case handle(RemoteAddress)

    var address: RemoteAddress {
      switch self {
      case .lock(let lock): lock.address
      case .handle(let handle): handle
      }
    }
  }

  /// Frames that are searched for the lock: the wait itself is written in the innermost, or at most a few frames of the
  /// standard library further out.
  private static let searchedFrames = 6

  private func blockedLock(of thread: ObservedThread, futex: UInt64) -> BlockedLock? {
    let parking = parkingAddress(ofFutex: futex)
    if let parking, let lock = lockObject(at: parking - layout.object.size), lock.parking == parking,
      lock.semaphore == nil
    {
      return .lock(lock)
    }
    for frame in thread.frames.prefix(Self.searchedFrames) {
      if let parking, let handle = threadHandle(in: frame), isParked(parking, onHandleAt: handle) {
        return .handle(handle)
      }
      var search = LockSearch(self, depth: 2)
      if let lock = search.lock(in: frame, where: { $0.isAwaited(byFutex: futex, parkedOn: parking) }) {
        return .lock(lock)
      }
    }
    return nil
  }

  /// The handle of the thread that a frame of `threading.Thread.join` waits for: `_handle` in 3.13, `_os_thread_handle` since.
  private func threadHandle(in frame: RawFrame) -> RemoteAddress? {
    guard let code = try? codeObject(at: frame.code), code.name == "join",
      let joined = (try? local("self", of: frame, code: code)) ?? nil,
      let handle = try? attribute("_os_thread_handle", ofObjectAt: joined) ?? attribute("_handle", ofObjectAt: joined),
      (try? type(ofObjectAt: handle).name) == "_thread._ThreadHandle"
    else { return nil }
    return handle
  }

  /// `PyThreadHandleObject { ThreadHandle *handle }`, whose event `thread_is_exiting` lies within the structure
  /// (Modules/_threadmodule.c): no field of it is as far as its size.
  private func isParked(_ parking: RemoteAddress, onHandleAt handle: RemoteAddress) -> Bool {
    guard let structure = try? memory.pointer(handle + layout.object.size) else { return false }
    return parking >= structure && parking < structure + 96
  }
}
