import RemoteProcess

/// A lock of CPython's own: `_thread.lock`, `_thread.RLock`, or the lock inside a `_queue.SimpleQueue`.
///
/// Modules/_threadmodule.c `lockobject`, `rlockobject`; Modules/_queuemodule.c `simplequeueobject`. `H` is the size of an object's
/// head (`layout.object.size`). Which of the two forms a lock has changed within 3.13, and the size of its instances tells:
///
///     lock         H + 24   lock_lock (a pointer to a semaphore) at H, locked (a byte) at H + 16
///                  H + 8    a PyMutex, one byte, at H
///     RLock        H + 32   rlock_lock at H, rlock_owner at H + 8, rlock_count at H + 16
///                  H + 24   a PyMutex at H, thread at H + 8, level at H + 16
///     SimpleQueue           lock at H (up to 3.12); has_threads_waiting, which is parked on, at H (3.13+)
struct LockObject: Equatable {
  enum Form { case lock, recursive, simpleQueue }

  let address: RemoteAddress
  let form: Form
  /// The semaphore that waiters block on; nil where they park on `parking`.
  let semaphore: RemoteAddress?
  let parking: RemoteAddress
  let isLocked: Bool
  /// `threading.get_ident()` of the owner of a recursive lock; 0 where it has none.
  let owner: UInt64

  /// Whether a thread that blocks on `futex` blocks on this lock.
  ///
  /// A `sem_t` begins with the word that its futex is on (glibc nptl/sem_waitcommon.c, musl src/thread/sem_timedwait.c). A
  /// parked thread blocks on a semaphore of its own, in a `wait_entry` that has the address it is parked on just
  /// before (Python/parking_lot.c).
  func isAwaited(byFutex futex: UInt64, parkedOn: RemoteAddress?) -> Bool {
    if let semaphore { return semaphore.rawValue == futex }
    return parking == parkedOn
  }
}

extension Runtime {
  /// The lock at an address; nil where there is something else.
  func lockObject(at address: RemoteAddress) -> LockObject? {
    guard address.rawValue & 7 == 0, let type = try? type(ofObjectAt: address) else { return nil }
    return try? lockObject(at: address, type: type)
  }

  func lockObject(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> LockObject? {
    let body = address + layout.object.size
    switch type.name {
    case "_thread.lock":
      if type.basicSize < layout.object.size + 16 {
        return LockObject(
          address: address, form: .lock, semaphore: nil, parking: body,
          isLocked: try memory.byte(body) & 1 == 1, owner: 0)
      }
      return LockObject(
        address: address, form: .lock, semaphore: try memory.pointer(body), parking: body,
        isLocked: try memory.byte(body + 16) != 0, owner: 0)
    case "_thread.RLock":
      let isParked = type.basicSize < layout.object.size + 32
      let owner = try memory.word(body + 8)
      let count = try memory.word(body + 16)
      let isLocked = isParked ? try memory.byte(body) & 1 == 1 : count != 0
      return LockObject(
        address: address, form: .recursive, semaphore: isParked ? nil : try memory.pointer(body), parking: body,
        isLocked: isLocked, owner: isLocked ? owner : 0)
    case "_queue.SimpleQueue":
      let isParked = layout.version >= PythonVersion(hex: 0x030d_0000)
      return LockObject(
        address: address, form: .simpleQueue, semaphore: isParked ? nil : try memory.pointer(body), parking: body,
        isLocked: true, owner: 0)
    default: return nil
    }
  }

  /// The address that the thread blocked on `futex` is parked on (3.13+), were it parked: `wait_entry.addr`.
  func parkingAddress(ofFutex futex: UInt64) -> RemoteAddress? {
    guard layout.version >= PythonVersion(hex: 0x030d_0000) else { return nil }
    return try? memory.pointer(RemoteAddress(futex) - 8)
  }
}
