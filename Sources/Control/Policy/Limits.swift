public import Catalog

/// How much of something in how much time.
public struct Rate: Equatable, Sendable {
  public let count: Int
  public let seconds: Double

  public init(count: Int, seconds: Double) {
    self.count = count
    self.seconds = seconds
  }

  var perSecond: Double { Double(count) / max(seconds, 0.001) }
}

/// What a principal may use at most; nil where nothing is said.
public struct Limits: Equatable, Sendable {
  /// Commands begun.
  public var rate: Rate?
  /// Commands at one time.
  public var concurrent: Int?
  /// Bytes of results.
  public var bytes: Rate?
  /// Seconds that one command may run.
  public var timeout: Double?
  /// What a probe may use.
  public var probes: ProbeAllowance?

  public init(
    rate: Rate? = nil, concurrent: Int? = nil, bytes: Rate? = nil, timeout: Double? = nil,
    probes: ProbeAllowance? = nil
  ) {
    self.probes = probes
    self.rate = rate
    self.concurrent = concurrent
    self.bytes = bytes
    self.timeout = timeout
  }

  /// The stricter of both, limit by limit.
  public func stricter(_ other: Limits) -> Limits {
    Limits(
      rate: Self.least(rate, other.rate) { $0.perSecond },
      concurrent: Self.least(concurrent, other.concurrent) { $0 },
      bytes: Self.least(bytes, other.bytes) { $0.perSecond },
      timeout: Self.least(timeout, other.timeout) { $0 },
      probes: probes.map { $0.stricter(other.probes ?? $0) } ?? other.probes)
  }

  private static func least<Limit, Size: Comparable>(
    _ left: Limit?, _ right: Limit?, by size: (Limit) -> Size
  ) -> Limit? {
    guard let left, let right else { return left ?? right }
    return size(right) < size(left) ? right : left
  }
}
