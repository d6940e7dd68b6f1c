/// What was counted of the calls with the same labels, since counting began.
public struct MeasuredSeries: Equatable, Sendable {
  /// Labels of one series at most; more are left out.
  public static let labelLimit = 8

  /// By name, each once.
  public let labels: [MetricLabel]
  public private(set) var calls: Int
  /// Those of the calls that ended with an exception.
  public private(set) var errors: Int
  public private(set) var sumNanoseconds: Int
  public private(set) var histogram: LatencyHistogram

  /// Counts below zero, which nobody can have counted, are none.
  public init(
    labels: [MetricLabel] = [], calls: Int = 0, errors: Int = 0, sumNanoseconds: Int = 0,
    histogram: LatencyHistogram = LatencyHistogram()
  ) {
    var seen: Set<String> = []
    self.labels = labels.filter { seen.insert($0.name).inserted }.prefix(Self.labelLimit).sorted()
    self.calls = max(0, calls)
    self.errors = max(0, errors)
    self.sumNanoseconds = max(0, sumNanoseconds)
    self.histogram = histogram
  }

  /// Adds what another counted, as another worker with the same labels.
  mutating func add(_ other: MeasuredSeries) {
    calls.add(other.calls)
    errors.add(other.errors)
    sumNanoseconds.add(other.sumNanoseconds)
    histogram.merge(other.histogram)
  }

  /// What was counted since an earlier state. Where a count fell, counting began anew in between, and all of it came since.
  func since(_ earlier: MeasuredSeries) -> MeasuredSeries {
    guard calls >= earlier.calls, errors >= earlier.errors, sumNanoseconds >= earlier.sumNanoseconds,
      let rest = histogram.subtracting(earlier.histogram)
    else { return self }
    return MeasuredSeries(
      labels: labels, calls: calls - earlier.calls, errors: errors - earlier.errors,
      sumNanoseconds: sumNanoseconds - earlier.sumNanoseconds, histogram: rest)
  }
}

extension MeasuredSeries: Codable {
  private enum CodingKeys: CodingKey { case labels, calls, errors, sumNanoseconds, histogram }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      labels: try members.decode([MetricLabel].self, forKey: .labels),
      calls: try members.decode(Int.self, forKey: .calls), errors: try members.decode(Int.self, forKey: .errors),
      sumNanoseconds: try members.decode(Int.self, forKey: .sumNanoseconds),
      histogram: try members.decode(LatencyHistogram.self, forKey: .histogram))
  }
}
