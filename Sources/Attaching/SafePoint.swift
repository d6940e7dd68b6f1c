import CTracer
import RemoteProcess

/// A place at which a stopped thread may be made to do something else first: it holds no lock of the C library's there.
///
/// Either it waits in one of the system calls in which Python waits, or it runs Python's own code. Somewhere else it might be
/// in the middle of `malloc`, and to make a thread there would wait for a lock that nobody gives back.
struct SafePoint: Equatable, Sendable {
  /// Where it is to go on afterwards, and with what in the register of results: for a call that was broken off, the
  /// instruction of the call and its number, so that it is made once more.
  let resume: UInt64
  let result: UInt64

  /// Nil where the thread may not be touched at this place.
  ///
  /// - Parameters:
  ///   - pythonCode: see `TargetFunctions`.
  ///   - isInHandler: whether it may run the handler of a signal, which may have come in the middle of anything.
  ///   - instruction: reads two bytes of the thread's code.
  init?(
    _ place: ctracer_place, pythonCode: [Range<UInt64>], isInHandler: () -> Bool, instruction: (UInt64) -> [UInt8]?
  ) {
    guard place.is_native != 0 else { return nil }
    guard place.call >= 0 else {
      guard pythonCode.contains(where: { $0.contains(place.instruction) }), !isInHandler() else { return nil }
      self.init(resume: place.instruction, result: UInt64(bitPattern: place.result))
      return
    }
    guard Self.isSafe(call: place.call, arguments: place.arguments) else { return nil }
    guard Self.isBrokenOff(place.result) else {
      // It has just returned.
      self.init(resume: place.instruction, result: UInt64(bitPattern: place.result))
      return
    }
    // `syscall` is 0f 05. The kernel would go back by those two bytes as well.
    guard place.instruction >= 2, instruction(place.instruction - 2) == [0x0f, 0x05] else { return nil }
    self.init(
      resume: place.instruction - 2,
      result: place.result == Self.restartBlock ? Self.restartSystemCall : UInt64(place.call))
  }

  private init(resume: UInt64, result: UInt64) {
    self.resume = resume
    self.result = result
  }

  /// ERESTART_RESTARTBLOCK (include/linux/errno.h): the kernel has kept for itself how the call goes on, with the time that
  /// is left, and `restart_syscall` (number 219) does it.
  private static let restartBlock: Int64 = -516
  private static let restartSystemCall: UInt64 = 219

  /// Whether the call did nothing and is to be made again: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, and EINTR of those
  /// that the kernel never makes again by itself, as epoll_wait. The thread has no signal of its own to be told of.
  private static func isBrokenOff(_ result: Int64) -> Bool {
    switch result {
    case -512, -513, -514, restartBlock, -4: true
    default: false
    }
  }

  /// Calls in which a thread waits that holds nothing (x86-64; arch/x86/entry/syscalls/syscall_64.tbl).
  private static let safeCalls: Set<Int64> = [
    0,  // read
    7,  // poll
    23,  // select
    34,  // pause
    35,  // nanosleep
    43,  // accept
    45,  // recvfrom
    47,  // recvmsg
    61,  // wait4
    128,  // rt_sigtimedwait
    219,  // restart_syscall: poll, nanosleep, clock_nanosleep, or futex with a time, which was broken off before
    230,  // clock_nanosleep
    232,  // epoll_wait
    247,  // waitid
    270,  // pselect6
    271,  // ppoll
    281,  // epoll_pwait
    288,  // accept4
    299,  // recvmmsg
    441,  // epoll_pwait2
  ]
  private static let futex: Int64 = 202

  static func isSafe(call: Int64, arguments: (UInt64, UInt64)) -> Bool {
    // FUTEX_WAIT_BITSET, which conditions and semaphores wait with: Python's locks and its GIL. The C library's own locks,
    // that of malloc among them, wait with FUTEX_WAIT.
    if call == futex { return arguments.1 & 0x7f == 9 }
    return safeCalls.contains(call)
  }
}
