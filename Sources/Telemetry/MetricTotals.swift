/// A metric over workers that come and go: it never falls, as monitoring expects of what is counted.
///
/// A worker's own counts begin at nothing and are gone with it. Of each reading, what came since the last of the same worker is
/// added here, and stays.
public struct MetricTotals: Sendable {
  /// Sets of labels that are told apart. Further ones are counted together under one label, as OpenTelemetry has it
  /// (https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute).
  public static let seriesLimit = 1000

  public let name: MetricName
  public let kind: MetricReport.Kind
  private var totals: [[MetricLabel]: MeasuredSeries] = [:]
  private var lastOf: [String: MetricReport] = [:]

  private static let overflow = [MetricLabel("otel.metric.overflow", "true")]

  public init(name: MetricName, kind: MetricReport.Kind) {
    self.name = name
    self.kind = kind
  }

  /// Takes what a worker has counted so far.
  ///
  /// - Parameter worker: names it, and the attachment that counts in it: one that comes again begins at nothing.
  public mutating func take(_ series: [MeasuredSeries], of worker: String) {
    let reading = MetricReport(name: name, kind: kind, series: series)
    for new in reading.since(lastOf[worker]).series {
      let isKnown = totals[new.labels] != nil || totals.count < Self.seriesLimit
      let labels = isKnown ? new.labels : Self.overflow
      totals[labels, default: MeasuredSeries(labels: labels)].add(new)
    }
    lastOf[worker] = reading
  }

  /// A worker has ended: nothing more comes from it, and what it counted stays.
  public mutating func forget(_ worker: String) { lastOf[worker] = nil }

  public var report: MetricReport { MetricReport(name: name, kind: kind, series: Array(totals.values)) }
}
