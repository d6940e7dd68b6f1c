public import RemoteProcess

/// The global interpreter lock of one interpreter, as it stood at the look.
public struct GIL: Equatable, Sendable {
  /// The `_gil_runtime_state` structure: a futex within it is a wait for the GIL.
  public let address: RemoteAddress
  public let size: Int
  /// The thread state that holds it, null where no one does.
  public let holder: RemoteAddress

  /// Whether a system call that waits on `futex` waits for this lock.
  public func contains(futex: UInt64) -> Bool {
    futex >= address.rawValue && futex < address.rawValue &+ UInt64(size)
  }
}

extension Runtime {
  /// The GIL of an interpreter; nil where a free-threaded build runs without one.
  ///
  /// It lies in `_PyRuntime` up to 3.11 and is pointed to by the interpreter since 3.12 (Include/internal/pycore_ceval_state.h).
  public func gil(of interpreter: Interpreter) throws(ReadError) -> GIL? {
    let lock: RemoteAddress
    if let offset = layout.runtime.gil {
      lock = address + offset
    } else if let offset = layout.interpreter.gil {
      lock = try memory.pointer(interpreter.address + offset)
    } else {
      return nil
    }
    guard !lock.isNull else { return nil }
    if let enabled = layout.gil.enabled, try memory.int(lock + enabled) == 0 { return nil }
    let isLocked = try memory.int(lock + layout.gil.locked) == 1
    let last = try memory.pointer(lock + layout.gil.lastHolder)
    return GIL(address: lock, size: layout.gil.size, holder: isLocked ? last : .null)
  }
}
