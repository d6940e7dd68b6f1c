/// How a probe fares in one process, as its agent says.
public struct ProbeState: Codable, Equatable, Sendable {
  public var number: Int
  public var kind: ProbeKind
  public var place: String
  /// The line, where the probe is at one.
  public var line: Int?
  /// The names of what its counts are told apart by.
  public var labels: [String]?
  public var mechanism: ProbeMechanism
  /// That are left.
  public var seconds: Double
  public var hitsLeft: Int
  public var figures: Figures
  /// Why a condition could not be decided, and how often.
  public var undecided: [String: Int]
  /// Why it is over; nil as long as it stands.
  public var ended: Ending?
  /// Whether nothing of it is in any code.
  public var isOut: Bool
  /// Nanoseconds of a hit that captures nothing.
  public var cost: Double

  public struct Figures: Codable, Equatable, Sendable {
    /// Hits that came when the captures of their second were used up.
    public var skipped: Int
    /// Hits that came while captures had used up their share of the processor.
    public var waited: Int
    /// Hits for which the condition did not hold.
    public var misses: Int
    public var captured: Int
    /// Hits of which the same was captured before.
    public var repeated: Int
    /// Nanoseconds of a processor that captures took.
    public var spent: Int
    /// Records that had to make room.
    public var lost: Int
    /// Calls that were not the one of so many.
    public var passed: Int
    /// Calls that came while another one was traced.
    public var busy: Int
    /// Calls of threads that another profiler is in.
    public var occupied: Int
  }

  public struct Ending: Codable, Equatable, Sendable {
    public var how: How
    public var why: String
    /// Seconds since 1970.
    public var at: Double

    public enum How: String, Codable, Sendable {
      case hits, budget, ceiling, expiry, lease, failure, stopped
    }
  }

  /// Whether it came over a limit that is there to protect the process.
  public var hasTripped: Bool {
    switch ended?.how {
    case .budget, .ceiling, .failure: true
    default: false
    }
  }
}

/// By what a probe is told of a hit.
public enum ProbeMechanism: String, Codable, Sendable {
  /// The code of the function is replaced by one with the same signature, which calls it.
  case code
  /// Python's own events of one code object (`sys.monitoring`, 3.12 and later).
  case monitoring
  /// The code of the function is compiled from its source with one call more in it.
  case source

  /// In words.
  public var words: String {
    switch self {
    case .code: "the function's code is replaced by code with the same signature"
    case .monitoring: "Python's own events of this code (sys.monitoring)"
    case .source: "the function's code is compiled anew, with one call more in it"
    }
  }
}
