/// What probes may use at most. Whoever asks for one may ask for less.
public struct ProbeAllowance: Equatable, Sendable {
  /// Captures in all.
  public var hits: Int
  /// Captures in a second, in each process.
  public var rate: Int
  /// Per cent of one core, in all processes together.
  public var cpu: Double
  /// Seconds that one stays.
  public var seconds: Double
  /// Whether a probe may go to all processes at one time, without having been tried in one of them.
  public var isAllAtOnce: Bool

  public init(hits: Int, rate: Int, cpu: Double, seconds: Double, isAllAtOnce: Bool) {
    self.hits = hits
    self.rate = rate
    self.cpu = cpu
    self.seconds = seconds
    self.isAllAtOnce = isAllAtOnce
  }

  /// The stricter of both, limit by limit.
  public func stricter(_ other: ProbeAllowance) -> ProbeAllowance {
    ProbeAllowance(
      hits: min(hits, other.hits), rate: min(rate, other.rate), cpu: min(cpu, other.cpu),
      seconds: min(seconds, other.seconds), isAllAtOnce: isAllAtOnce && other.isAllAtOnce)
  }

  /// Unless a policy says otherwise.
  public static let standard = ProbeAllowance(hits: 10_000, rate: 100, cpu: 5, seconds: 3600, isAllAtOnce: false)
  /// Of whoever needs none: he may do anything to the process anyway.
  public static let direct = ProbeAllowance(hits: 100_000, rate: 1000, cpu: 25, seconds: 86400, isAllAtOnce: true)
}
