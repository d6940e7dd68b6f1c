/// The system call in which a thread is blocked, with its arguments.
public struct SystemCall: Hashable, Sendable {
  /// What a thread waits for in a call.
  public enum Purpose: String, Sendable {
    /// Another thread: a mutex, a condition, a semaphore, a lock on a file.
    case lock
    /// A time.
    case sleep
    /// One descriptor or file: a socket, a pipe, a disk.
    case io
    /// Any of several descriptors.
    case poll
    /// A child process.
    case child
    case signal
    /// The kernel's changes to its address space.
    case memory
    case other
  }

  public let number: Int
  /// Six arguments, and the two registers that the kernel gives with them: stack and instruction pointer.
  private let words: SIMD8<UInt64>
  private let table: SystemCallTable.Row?

  init(number: Int, words: SIMD8<UInt64>, table: SystemCallTable = .native) {
    self.number = number
    self.words = words
    self.table = table[number]
  }

  public static func == (left: Self, right: Self) -> Bool { left.number == right.number && left.words == right.words }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(number)
    hasher.combine(words)
  }

  /// One of the six arguments; what a call with fewer does not use is whatever was in the register.
  public func argument(_ index: Int) -> UInt64 {
    precondition((0..<6).contains(index), "a system call has six arguments")
    return words[index]
  }

  public var stackPointer: RemoteAddress { RemoteAddress(words[6]) }
  public var instructionPointer: RemoteAddress { RemoteAddress(words[7]) }

  /// The kernel's name, or `syscall 463` of one in which threads do not wait.
  public var name: String { table?.name ?? "syscall \(number)" }

  /// What the thread waits for, as far as the arguments tell: `select` without descriptors is how some programs sleep.
  public var purpose: Purpose {
    switch name {
    case "select", "pselect6": argument(0) == 0 ? .sleep : .poll
    case "poll", "ppoll": argument(1) == 0 ? .sleep : .poll
    // F_SETLKW and F_OFD_SETLKW.
    case "fcntl": argument(1) == 7 || argument(1) == 38 ? .lock : .io
    default: table?.purpose ?? .other
    }
  }

  /// The descriptor that the call is about, where it is about one: that of the socket, or of the epoll instance.
  public var descriptor: Int32? {
    guard table?.hasDescriptor == true else { return nil }
    let descriptor = Int32(truncatingIfNeeded: argument(0))
    return descriptor >= 0 ? descriptor : nil
  }

  /// The word in the target's memory on which a futex waits: the same for all who wait for one lock.
  public var lockAddress: RemoteAddress? {
    name == "futex" || name == "futex_wait" ? RemoteAddress(argument(0)) : nil
  }
}
