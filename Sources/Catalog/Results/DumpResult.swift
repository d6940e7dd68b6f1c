public import Redaction
public import Values

/// What `dump` found: for each process its threads, and with `--tasks` its tasks and greenlets.
public struct DumpResult: CommandResult, Equatable {
  public var schema = "ispyd.dump/1"
  public var processes: [ProcessDump]
  /// Processes that were meant and could not be read.
  public var unread: [UnreadProcess]

  public init(processes: [ProcessDump], unread: [UnreadProcess] = []) {
    self.processes = processes
    self.unread = unread
  }

  public var isPartial: Bool { !unread.isEmpty || processes.contains { !$0.problems.isEmpty } }
  public var failure: CommandError.Cause? {
    isPartial ? .partial : processes.contains(where: \.isStopped) ? .stopped : nil
  }

  public mutating func redact(with redactor: inout Redactor) {
    for index in processes.indices { processes[index].redact(with: &redactor) }
  }
}

/// A process that was meant and could not be read.
public struct UnreadProcess: Codable, Sendable, Equatable {
  public var pid: Int32
  public var problem: String

  public init(pid: Int32, problem: String) {
    self.pid = pid
    self.problem = problem
  }
}

/// One process as it stood at the look.
public struct ProcessDump: Codable, Sendable, Equatable {
  public var pid: Int32
  /// As `ps` names it.
  public var application: Application
  public var pythonVersion: String
  public var isFreeThreaded: Bool
  public var commandLine: String
  /// A signal has stopped the process (SIGSTOP, Ctrl-Z): nothing of it goes on until SIGCONT.
  public var isStopped: Bool
  /// Most interesting first: deadlocked, running, waiting in the application, waiting in a server's own idle loop.
  public var threads: [ThreadDump]
  /// Nil where tasks were not asked for.
  public var tasks: [TaskDump]?
  /// Nil where greenlets were not asked for.
  public var greenlets: [GreenletDump]?
  /// Each a ring of threads, of which each waits for a lock that the next one holds.
  public var deadlocks: [DeadlockDump]
  /// What could not be read, in words. Not empty means that the dump is partial.
  public var problems: [String]

  public init(
    pid: Int32, application: Application, pythonVersion: String, isFreeThreaded: Bool, commandLine: String,
    isStopped: Bool = false, threads: [ThreadDump], tasks: [TaskDump]? = nil, greenlets: [GreenletDump]? = nil,
    deadlocks: [DeadlockDump] = [], problems: [String] = []
  ) {
    self.pid = pid
    self.application = application
    self.pythonVersion = pythonVersion
    self.isFreeThreaded = isFreeThreaded
    self.commandLine = commandLine
    self.isStopped = isStopped
    self.threads = threads
    self.tasks = tasks
    self.greenlets = greenlets
    self.deadlocks = deadlocks
    self.problems = problems
  }
}

/// One thread.
public struct ThreadDump: Codable, Sendable, Equatable {
  /// By age: 1 is the oldest. What `thread(N)` means to `peek`.
  public var number: Int
  /// As `threading` named it.
  public var name: String?
  /// The kernel's id of the thread, as this host sees it; nil where it is not known.
  public var nativeID: Int32?
  /// `threading.get_ident()`.
  public var ident: UInt64
  /// 0 for the main interpreter.
  public var interpreter: Int64
  public var activity: ActivityDump
  public var holdsGIL: Bool
  public var stack: StackDump
  /// How long it stood still for `--stop`, in microseconds.
  public var stoppedMicroseconds: Double?

  public init(
    number: Int, name: String?, nativeID: Int32?, ident: UInt64, interpreter: Int64, activity: ActivityDump,
    holdsGIL: Bool,
    stack: StackDump, stoppedMicroseconds: Double? = nil
  ) {
    self.number = number
    self.name = name
    self.nativeID = nativeID
    self.ident = ident
    self.interpreter = interpreter
    self.activity = activity
    self.holdsGIL = holdsGIL
    self.stack = stack
    self.stoppedMicroseconds = stoppedMicroseconds
  }
}

/// What a thread was doing.
public struct ActivityDump: Codable, Sendable, Equatable {
  /// `running`, `gil`, `lock`, `sleep`, `io`, `poll`, `child`, `signal`, `memory`, `kernel`, `other` or `unknown`.
  public var kind: String
  /// In words, where there is more to say: `recv on socket 127.0.0.1:8000`, `epoll_wait`.
  public var detail: String?
  /// The lock waited for, where it is known.
  public var lock: LockDump?

  public init(kind: String, detail: String? = nil, lock: LockDump? = nil) {
    self.kind = kind
    self.detail = detail
    self.lock = lock
  }
}

/// A lock that a thread waits for.
public struct LockDump: Codable, Sendable, Equatable {
  /// `Lock`, `RLock`, `Condition`, `Event`, `Queue`, …
  public var kind: String
  public var address: String
  /// Where it was found: `stock_lock`, `self.ledger_lock`.
  public var foundAs: String?
  /// Who holds it: the thread's name, and its native id. Both nil where that cannot be known.
  public var holderName: String?
  public var holderNativeID: Int32?
  /// A thing that threads hold (a lock), or one that any thread may set, notify or fill (an event, a queue).
  public var canBeHeld: Bool
  /// The wait ends by itself after some time.
  public var hasTimeout: Bool

  public init(
    kind: String, address: String, foundAs: String?, holderName: String?, holderNativeID: Int32?, canBeHeld: Bool,
    hasTimeout: Bool
  ) {
    self.kind = kind
    self.address = address
    self.foundAs = foundAs
    self.holderName = holderName
    self.holderNativeID = holderNativeID
    self.canBeHeld = canBeHeld
    self.hasTimeout = hasTimeout
  }
}

/// A ring of threads that wait for each other.
public struct DeadlockDump: Codable, Sendable, Equatable {
  /// In order: each waits for a lock that the next one holds, the last for the first's.
  public var threads: [String]
  /// In words, one line.
  public var summary: String

  public init(threads: [String], summary: String) {
    self.threads = threads
    self.summary = summary
  }
}

/// A stack, innermost frame first.
public struct StackDump: Codable, Sendable, Equatable {
  public var frames: [FrameDump]
  /// Whether it is proven that this was the stack at one moment.
  public var isConsistent: Bool
  /// Of an unproven stack: how many of the outermost frames were the same before and after.
  public var trustedFrames: Int?
  /// Why outer frames are missing.
  public var failure: String?

  public init(frames: [FrameDump], isConsistent: Bool, trustedFrames: Int? = nil, failure: String? = nil) {
    self.frames = frames
    self.isConsistent = isConsistent
    self.trustedFrames = trustedFrames
    self.failure = failure
  }
}

/// One frame.
public struct FrameDump: Codable, Sendable, Equatable {
  public var function: String
  public var file: String
  public var line: Int?
  /// Nil where locals were not asked for.
  public var locals: [Value.Field]?
  /// Why it could not be read.
  public var failure: String?

  public init(function: String, file: String, line: Int?, locals: [Value.Field]? = nil, failure: String? = nil) {
    self.function = function
    self.file = file
    self.line = line
    self.locals = locals
    self.failure = failure
  }
}

/// An asyncio task.
public struct TaskDump: Codable, Sendable, Equatable {
  public var name: String
  /// `running`, `waiting` or `ready`.
  public var state: String
  /// What it awaits, in words.
  public var awaits: String?
  /// The names of the tasks that await it.
  public var awaitedBy: [String]
  /// The thread whose loop runs it.
  public var threadName: String?
  public var stack: StackDump

  public init(
    name: String, state: String, awaits: String?, awaitedBy: [String], threadName: String?, stack: StackDump
  ) {
    self.name = name
    self.state = state
    self.awaits = awaits
    self.awaitedBy = awaitedBy
    self.threadName = threadName
    self.stack = stack
  }
}

/// A greenlet.
public struct GreenletDump: Codable, Sendable, Equatable {
  public var name: String
  public var address: String
  /// `created`, `running` or `suspended`.
  public var state: String
  public var threadName: String?
  public var stack: StackDump

  public init(name: String, address: String, state: String, threadName: String?, stack: StackDump) {
    self.name = name
    self.address = address
    self.state = state
    self.threadName = threadName
    self.stack = stack
  }
}
