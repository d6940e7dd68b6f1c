public import RemoteProcess

/// One Python thread (`PyThreadState`).
public struct ThreadState: Hashable, Sendable {
  public let address: RemoteAddress
  public let interpreter: Interpreter
  /// `pthread_self()`, which Python calls `threading.get_ident()`.
  public let threadID: UInt64
  /// `gettid()` as the target sees it (in its PID namespace); nil where this version does not keep it: see `nativeIDCandidates`.
  public let nativeID: Int32?
  /// Counts the thread states of an interpreter (before 3.11): the next thread may have this one's address and `threadID`.
  public var id: UInt64?
}

extension Runtime {
  /// More threads than the kernel allows a process by default; a longer list is a torn one.
  static let threadLimit = 65_536

  /// The threads of an interpreter, newest first, as CPython links them.
  public func threads(of interpreter: Interpreter) throws(ReadError) -> [ThreadState] {
    var found: [ThreadState] = []
    var seen = AddressMap<Bool>()
    var next = try memory.pointer(interpreter.address + layout.interpreter.threadsHead)
    while !next.isNull, found.count < Self.threadLimit, seen.insert(next) {
      guard try memory.pointer(next + layout.thread.interp) == interpreter.address else {
        throw .implausible("a thread of another interpreter in the list", next)
      }
      var nativeID: Int32?
      if let offset = layout.thread.nativeThreadID {
        nativeID = Int32(truncatingIfNeeded: try memory.word(next + offset))
      }
      let threadID = try memory.word(next + layout.thread.threadID)
      var state = ThreadState(address: next, interpreter: interpreter, threadID: threadID, nativeID: nativeID)
      if let offset = layout.thread.id { state.id = try memory.word(next + offset) }
      found.append(state)
      next = try memory.pointer(next + layout.thread.next)
    }
    return found
  }

  /// Where the C library keeps the thread's id: `struct pthread.tid`, which `pthread_self()` points to.
  ///
  /// glibc 2.17 to 2.41: 0x2d0 on x86-64, 0xd0 on aarch64 (nptl/descr.h); musl: 0x30 (src/internal/pthread_impl.h). The caller
  /// accepts one that is a thread of the process.
  public func nativeIDCandidates(of thread: ThreadState) -> [Int32] {
    if let nativeID = thread.nativeID { return [nativeID] }
    return [0x2d0, 0xd0, 0x30].compactMap { offset in
      do throws(ReadError) {
        return Int32(truncatingIfNeeded: try memory.int(RemoteAddress(thread.threadID) + offset))
      } catch {
        return nil
      }
    }
  }
}
