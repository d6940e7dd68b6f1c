/// What a profile says of itself: of whom, how it was taken, and how good it is.
public struct ProfileFacts: Codable, Equatable, Sendable {
  /// What the weights measure.
  public enum Mode: String, Codable, CaseIterable, Sendable {
    /// Time as it passes, waiting included.
    case wall
    /// Time on a CPU, by the scheduler's own count.
    case cpu
    /// Time in which the thread held the GIL.
    case gil
  }

  public struct Target: Codable, Hashable, Sendable {
    public var pid: Int32
    public var application: String?
    /// `3.13.0`.
    public var python: String

    public init(pid: Int32, application: String?, python: String) {
      self.pid = pid
      self.application = application
      self.python = python
    }
  }

  public var targets: [Target] = []
  public var mode: Mode
  /// Samples a second that were asked for.
  public var rate: Double
  /// Samples a second that were reached, of the time that was to be sampled.
  public var achievedRate: Double = 0
  /// When it began: seconds since 1970.
  public var started: Double = 0
  /// For how long it sampled; without pauses, and without the time in which this machine or the target was suspended.
  public var seconds: Double = 0
  /// Looks at all threads of a process.
  public var ticks: Int = 0
  /// Stacks seen.
  public var samples: Int = 0
  /// Samples whose stack was not proven; they keep the frames that can be trusted, and end in a mark.
  public var uncertain: Int = 0
  /// Samples of which nothing could be read; they are counted as a mark.
  public var failed: Int = 0
  /// Looks that came too late to be made.
  public var missed: Int = 0
  /// CPU seconds of the profiler itself.
  public var ownCPU: Double = 0
  /// Each thread stood still while it was looked at.
  public var isStopped: Bool = false
  /// What was left out, in the user's words: `thread worker-1`, `function shop.views:checkout`.
  public var filters: [String] = []
  /// What else a reader must know, in sentences: a target that ended, a limit that was met.
  public var notes: [String] = []

  public init(mode: Mode, rate: Double) {
    self.mode = mode
    self.rate = rate
  }

  /// From 0 to 1.
  public var uncertainShare: Double { samples == 0 ? 0 : Double(uncertain) / Double(samples) }
}
