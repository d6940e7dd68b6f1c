/// Where the fields of types lie that modules of the standard library define in C.
extension Layout {
  /// `PyDateTime_Date`.
  public struct DateFields: Sendable, Equatable {
    /// Year (two bytes, big-endian), month, day.
    public var data: Int
  }

  /// `PyDateTime_DateTime`.
  public struct DateTimeFields: Sendable, Equatable {
    /// Where it is 0, the object ends before `timeZone`.
    public var hasTimeZone: Int
    /// As a date, then hour, minute, second, and three bytes of microseconds.
    public var data: Int
    public var fold: Int
    public var timeZone: Int
  }

  /// `PyDateTime_Time`.
  public struct TimeFields: Sendable, Equatable {
    public var hasTimeZone: Int
    /// Hour, minute, second, and three bytes of microseconds.
    public var data: Int
    public var fold: Int
    public var timeZone: Int
  }

  /// `PyDateTime_Delta`: three C ints.
  public struct TimeDeltaFields: Sendable, Equatable {
    public var days: Int
    public var seconds: Int
    public var microseconds: Int
  }

  /// `PyDateTime_TimeZone`: a `datetime.timezone`.
  public struct TimeZoneFields: Sendable, Equatable {
    public var offset: Int
    public var name: Int
  }

  /// `PyDecObject` with the `mpd_t` in it.
  public struct DecimalFields: Sendable, Equatable {
    /// A byte: bit 0 the sign, then infinity 2, NaN 4, signalling NaN 8.
    public var flags: Int
    public var exponent: Int
    public var digits: Int
    /// How many words of 19 digits `data` points to.
    public var length: Int
    public var data: Int
  }

  /// `dequeobject`, and the blocks of its chain.
  public struct DequeFields: Sendable, Equatable {
    public var leftBlock: Int
    public var rightBlock: Int
    public var leftIndex: Int
    public var rightIndex: Int
    public var maxLength: Int
    public var blockLeftLink: Int
    public var blockData: Int
    public var blockRightLink: Int
    /// How many items a block has (`BLOCKLEN`).
    public var blockLength: Int
  }

  /// `lockobject`, in either of its forms: on a semaphore (3.8 to 3.13.0) or on a `PyMutex` (since then).
  ///
  /// 3.13 had both: the size of the instances (`tp_basicsize`) tells which.
  public struct LockFields: Sendable, Equatable {
    public var semaphore: Int?
    /// A byte, not 0 when held.
    public var isLocked: Int?
    public var semaphoreSize: Int?
    /// A byte, of which bit 0 is set when held.
    public var mutex: Int?
    public var mutexSize: Int?
  }

  /// `rlockobject`, in either of its forms: on a semaphore (3.8 to 3.13) or on a `PyMutex` (since 3.14).
  public struct RecursiveLockFields: Sendable, Equatable {
    public var semaphore: Int?
    /// A byte, of which bit 0 is set when held.
    public var mutex: Int?
    /// `threading.get_ident()` of the holder.
    public var owner: Int
    /// How often it is held.
    public var count: Int?
    /// How often it is held, but for the first time.
    public var level: Int?
  }

  /// `simplequeueobject`: what a thread in `SimpleQueue.get` waits on.
  public struct SimpleQueueFields: Sendable, Equatable {
    public var lock: Int?
    public var hasThreadsWaiting: Int?
  }

  /// `struct wait_entry` on the stack of a thread that is parked on a `PyMutex` (3.13 and later).
  public struct WaitEntryFields: Sendable, Equatable {
    /// The address it is parked on.
    public var address: Int?
    /// The semaphore it sleeps on.
    public var semaphore: Int?
  }

  /// `FutureObj`, with which `TaskObj` begins.
  public struct FutureFields: Sendable, Equatable {
    public var loop: Int
    /// The first callback; the others are tuples in the list `callbacks`.
    public var callback: Int
    public var callbacks: Int
    public var exception: Int
    public var result: Int
    /// `fut_state`, a C int: 0 pending, 1 cancelled, 2 finished.
    public var state: Int
  }

  /// `TaskObj`: an `asyncio.Task`.
  public struct TaskFields: Sendable, Equatable {
    /// A task or future, or a set of them when the byte `awaitedByIsSet` is not 0 (3.14 and later).
    public var awaitedBy: Int?
    public var isTask: Int?
    public var awaitedByIsSet: Int?
    /// What the task waits for; null when it can run.
    public var futureWaiter: Int
    public var coroutine: Int
    public var name: Int
    public var context: Int
    /// `struct llist_node`, its place in the list of its thread or interpreter (3.14 and later).
    public var node: Int?
    public var size: Int
  }

  /// The objects around another that is awaited: `coroutine_wrapper`, `async_generator_asend`, `async_generator_athrow`,
  /// `anext_awaitable`, `FutureIter`.
  public struct AwaitableFields: Sendable, Equatable {
    public var wrapped: Int
  }
}
