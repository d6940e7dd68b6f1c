public import RemoteProcess

/// A thread as it was found, for `Runtime.lockWaits`: all threads are given, those that wait and those that may hold.
public struct ObservedThread: Sendable {
  public let thread: ThreadState
  /// Innermost first.
  public let frames: [RawFrame]
  /// The first argument of the `futex` call that it is blocked in; nil where it is not in one.
  public let futex: UInt64?
  /// That call gives up by itself.
  public let hasTimeout: Bool

  public init(thread: ThreadState, frames: [RawFrame], futex: UInt64?, hasTimeout: Bool = false) {
    self.thread = thread
    self.frames = frames
    self.futex = futex
    self.hasTimeout = hasTimeout
  }
}

/// A thread that waits for a lock or what is built from one, proven by the very address that it blocks on.
public struct LockWait: Equatable, Sendable {
  public let thread: ThreadState
  public let kind: Kind
  /// What it waits for: the lock, event, queue, … or the `threading.Thread`.
  public let object: RemoteAddress
  /// The lock that it is blocked on, inside of `object` or the same.
  public let lock: RemoteAddress
  public let holder: Holder
  /// How the code calls it: `ledger_lock`, `self.ledger_lock`; nil where it has no name there.
  public let place: String?
  /// It gives up by itself.
  public let hasTimeout: Bool

  public enum Kind: Equatable, Sendable, CustomStringConvertible {
    case lock
    case recursiveLock
    /// To be notified, or to have the lock back after that.
    case condition
    case event
    case semaphore
    case barrier
    /// `get`, `put` or `join` of a `queue.Queue`, `get` of a `queue.SimpleQueue`.
    case queue(operation: String)
    /// The result of a `concurrent.futures.Future`.
    case future
    /// The end of a thread, by its name.
    case join(String)

    public var description: String {
      switch self {
      case .lock: "Lock"
      case .recursiveLock: "RLock"
      case .condition: "Condition"
      case .event: "Event"
      case .semaphore: "Semaphore"
      case .barrier: "Barrier"
      case .queue(let operation): "Queue.\(operation)"
      case .future: "Future"
      case .join(let name): "end of thread \(name)"
      }
    }
  }

  /// Who has to act before the wait can end.
  public enum Holder: Equatable, Sendable {
    /// Holds the lock, or is the thread that is to end.
    case thread(ThreadState)
    /// A lock that is held, by nobody knows whom: taken by `acquire()`, not by `with`, and no RLock.
    case unknown
    /// Not a thing that threads hold: any of them may set, notify, put.
    case nobody
  }
}
