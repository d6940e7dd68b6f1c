public import Redaction

/// What `probe requests` saw: requests that took longer than the threshold, each once it is over.
///
/// The first result says which processes are watched, the last one how much was seen in all.
public struct SlowRequestsResult: CommandResult, Equatable {
  public static let requestsSchema = "ispyd.probe.requests/1"

  public var schema = Self.requestsSchema
  /// The threshold in seconds.
  public var slower: Double
  /// Which requests are meant, as it was asked; nil for all.
  public var route: String?
  /// In the first result the processes that are watched.
  public var processes: [Int32]
  public var requests: [SlowRequest]
  /// Processes that were meant and could not be read, and those that ended.
  public var unread: [UnreadProcess]
  /// In the last result.
  public var figures: Figures?

  /// How much was seen.
  public struct Figures: Codable, Sendable, Equatable {
    /// Why it is over, in words.
    public var why: String
    /// How long it lasted.
    public var seconds: Double
    /// Looks at all processes.
    public var looks: Int
    /// Requests that were seen, however fast.
    public var requests: Int
    /// Of those: shown.
    public var shown: Int
    /// Of those: slow, and not followed, for too many were at the same time.
    public var overlooked: Int

    public init(why: String, seconds: Double, looks: Int, requests: Int, shown: Int, overlooked: Int) {
      self.why = why
      self.seconds = seconds
      self.looks = looks
      self.requests = requests
      self.shown = shown
      self.overlooked = overlooked
    }
  }

  public init(
    slower: Double, route: String? = nil, processes: [Int32] = [], requests: [SlowRequest] = [],
    unread: [UnreadProcess] = [], figures: Figures? = nil
  ) {
    self.slower = slower
    self.route = route
    self.processes = processes
    self.requests = requests
    self.unread = unread
    self.figures = figures
  }

  public var isPartial: Bool { !unread.isEmpty }

  public mutating func redact(with redactor: inout Redactor) {
    for index in requests.indices {
      requests[index].request.redact(with: &redactor)
      for number in requests[index].statements.indices {
        let statement = requests[index].statements[number].statement
        requests[index].statements[number].statement = redactor.redact(text: statement)
      }
    }
  }
}

/// One request that was slow, and what it was seen to do.
public struct SlowRequest: Codable, Sendable, Equatable {
  /// As the last look found it.
  public var request: RequestSummary
  public var outcome: Outcome
  /// Proven stacks that were kept.
  public var samples: Int
  /// Further ones, which were not kept.
  public var samplesCut: Int
  /// Looks at which its stack was not proven.
  public var uncertain: Int
  /// Where it was, innermost frame of all, most often first.
  public var places: [Place]
  /// The stack that was seen most often; nil without samples.
  public var heaviest: HeaviestStack?
  /// Those that were seen, most often first, without their values.
  public var statements: [Statement]
  /// Times that a further statement was seen, which was not kept.
  public var statementsCut: Int

  /// What became of it.
  public enum Outcome: String, Codable, Sendable {
    /// It has ended.
    case over
    /// It runs on: the watch has ended, or it has been followed for as long as any is.
    case running
    /// Its process has ended.
    case processEnded
  }

  /// An innermost frame.
  public struct Place: Codable, Sendable, Equatable {
    public var frame: FrameDump
    public var samples: Int

    public init(frame: FrameDump, samples: Int) {
      self.frame = frame
      self.samples = samples
    }
  }

  /// A stack of the request, from the innermost frame out to the one in which its server has it.
  public struct HeaviestStack: Codable, Sendable, Equatable {
    public var frames: [FrameDump]
    public var samples: Int
    /// Outer frames that are not shown.
    public var omitted: Int

    public init(frames: [FrameDump], samples: Int, omitted: Int = 0) {
      self.frames = frames
      self.samples = samples
      self.omitted = omitted
    }
  }

  /// An SQL statement.
  public struct Statement: Codable, Sendable, Equatable {
    public var statement: String
    public var samples: Int

    public init(statement: String, samples: Int) {
      self.statement = statement
      self.samples = samples
    }
  }

  public init(
    request: RequestSummary, outcome: Outcome, samples: Int = 0, samplesCut: Int = 0, uncertain: Int = 0,
    places: [Place] = [], heaviest: HeaviestStack? = nil, statements: [Statement] = [], statementsCut: Int = 0
  ) {
    self.request = request
    self.outcome = outcome
    self.samples = samples
    self.samplesCut = samplesCut
    self.uncertain = uncertain
    self.places = places
    self.heaviest = heaviest
    self.statements = statements
    self.statementsCut = statementsCut
  }
}
