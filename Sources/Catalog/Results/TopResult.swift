public import Redaction

/// What `top` saw in one interval, and since it began: the processes, their threads, functions and requests.
public struct TopResult: CommandResult, Equatable {
  public let schema: String
  /// When the interval ended: seconds since 1970.
  public var time: Double
  public var sampling: TopSampling
  public var workers: [TopWorker]
  /// Most interesting first within a process, as in `dump`.
  public var threads: [TopThread]
  /// Those with the most time of their own in the interval first.
  public var functions: [TopFunction]
  /// Those that run longest first.
  public var requests: [RequestSummary]
  /// Processes that were meant and could not be read, and those that ended in this interval.
  public var unread: [UnreadProcess]
  /// Every process has ended: this is the last result.
  public var hasEnded: Bool

  public init(time: Double, sampling: TopSampling) {
    schema = CatalogEntry.liveSchema
    self.time = time
    self.sampling = sampling
    workers = []
    threads = []
    functions = []
    requests = []
    unread = []
    hasEnded = false
  }

  public var isPartial: Bool { hasEnded || !unread.isEmpty }

  /// Names of functions are the program's own; what threads are called and wait for may be made of anything.
  public mutating func redact(with redactor: inout Redactor) {
    for index in workers.indices {
      workers[index].gilHolder = workers[index].gilHolder.map { redactor.redact(text: $0) }
      workers[index].deadlocks = workers[index].deadlocks.map { redactor.redact(text: $0) }
    }
    for index in threads.indices { threads[index].thread.redactWords(with: &redactor) }
    for index in requests.indices { requests[index].redact(with: &redactor) }
  }
}

extension ThreadDump {
  fileprivate mutating func redactWords(with redactor: inout Redactor) {
    name = name.map { redactor.redact(text: $0) }
    activity.detail = activity.detail.map { redactor.redact(text: $0) }
    if let holder = activity.lock?.holderName { activity.lock?.holderName = redactor.redact(text: holder) }
    stack.redact(with: &redactor)
  }
}

/// How the figures were come by, and how good they are.
public struct TopSampling: Codable, Sendable, Equatable {
  /// What is counted: `wall`, `cpu` or `gil`.
  public var mode: String
  /// Looks a second that were asked for.
  public var rate: Double
  /// Looks a second that were reached in the interval.
  public var reachedRate: Double
  /// How long the interval was.
  public var seconds: Double
  /// How long all of it has taken so far.
  public var secondsSinceStart: Double
  /// Stacks seen since the start.
  public var samples: Int
  /// Of those: not proven.
  public var uncertain: Int
  /// Of those: not read.
  public var failed: Int
  /// Of one CPU, what `ispy` itself used in the interval.
  public var ownCPUPercent: Double

  public init(
    mode: String, rate: Double, reachedRate: Double = 0, seconds: Double = 0, secondsSinceStart: Double = 0,
    samples: Int = 0, uncertain: Int = 0, failed: Int = 0, ownCPUPercent: Double = 0
  ) {
    self.mode = mode
    self.rate = rate
    self.reachedRate = reachedRate
    self.seconds = seconds
    self.secondsSinceStart = secondsSinceStart
    self.samples = samples
    self.uncertain = uncertain
    self.failed = failed
    self.ownCPUPercent = ownCPUPercent
  }
}

/// One process.
public struct TopWorker: Codable, Sendable, Equatable {
  public var pid: Int32
  public var application: Application
  /// `3.13.0`; `3.13.0t` of a free-threaded build.
  public var pythonVersion: String
  /// Of one CPU, in the interval.
  public var cpuPercent: Double?
  /// How much of the interval some thread held the GIL; nil where that cannot be seen.
  public var gilPercent: Double?
  /// The thread that held it at the look.
  public var gilHolder: String?
  public var residentBytes: UInt64?
  /// Of the kernel's, not only Python's.
  public var threads: Int
  /// A signal has stopped it.
  public var isStopped: Bool
  /// Each ring of threads that wait for each other, in words.
  public var deadlocks: [String]
  /// What could not be read of it, in words.
  public var problem: String?

  public init(
    pid: Int32, application: Application, pythonVersion: String, cpuPercent: Double? = nil, gilPercent: Double? = nil,
    gilHolder: String? = nil, residentBytes: UInt64? = nil, threads: Int = 0, isStopped: Bool = false,
    deadlocks: [String] = [], problem: String? = nil
  ) {
    self.pid = pid
    self.application = application
    self.pythonVersion = pythonVersion
    self.cpuPercent = cpuPercent
    self.gilPercent = gilPercent
    self.gilHolder = gilHolder
    self.residentBytes = residentBytes
    self.threads = threads
    self.isStopped = isStopped
    self.deadlocks = deadlocks
    self.problem = problem
  }
}

/// One thread, as it stood at the end of the interval.
public struct TopThread: Codable, Sendable, Equatable {
  public var pid: Int32
  /// Of one CPU, in the interval; nil where it is not known.
  public var cpuPercent: Double?
  /// How much of the interval it held the GIL; nil where that is not known.
  public var gilPercent: Double?
  public var thread: ThreadDump

  public init(pid: Int32, cpuPercent: Double?, gilPercent: Double?, thread: ThreadDump) {
    self.pid = pid
    self.cpuPercent = cpuPercent
    self.gilPercent = gilPercent
    self.thread = thread
  }
}

/// One function of one process.
public struct TopFunction: Codable, Sendable, Equatable {
  public var pid: Int32
  /// `co_qualname` where there is one.
  public var function: String
  /// Empty for a mark.
  public var file: String
  /// Where the function begins; 0 for a mark.
  public var line: Int
  /// Not a function: `[uncertain]` for frames that could not be trusted.
  public var isMark: Bool
  /// In the interval.
  public var interval: TopTimes
  /// Seconds in one second, the last ten seconds or so weighing most.
  public var smoothed: TopTimes
  /// Since `top` began.
  public var sinceStart: TopTimes
  /// Who called it, since `top` began, those that it spent most time for first.
  public var callers: [TopCaller]

  public init(
    pid: Int32, function: String, file: String, line: Int, isMark: Bool = false, interval: TopTimes = .init(),
    smoothed: TopTimes = .init(), sinceStart: TopTimes = .init(), callers: [TopCaller] = []
  ) {
    self.pid = pid
    self.function = function
    self.file = file
    self.line = line
    self.isMark = isMark
    self.interval = interval
    self.smoothed = smoothed
    self.sinceStart = sinceStart
    self.callers = callers
  }
}

/// Seconds of a function.
public struct TopTimes: Codable, Sendable, Equatable {
  /// In which it was the innermost.
  public var own: Double
  /// In which it was anywhere in the stack.
  public var total: Double

  public init(own: Double = 0, total: Double = 0) {
    self.own = own
    self.total = total
  }
}

/// A function that called another one.
public struct TopCaller: Codable, Sendable, Equatable {
  /// Empty where nothing called it: a thread began with it.
  public var function: String
  public var file: String
  public var line: Int
  /// Seconds that the called one took for it.
  public var seconds: Double

  public init(function: String, file: String, line: Int, seconds: Double) {
    self.function = function
    self.file = file
    self.line = line
    self.seconds = seconds
  }
}
