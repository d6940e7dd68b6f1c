import JSON

/// OpenTelemetry's metrics as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): an
/// `ExportMetricsServiceRequest` of what was counted in one interval.
///
/// The names are those of opentelemetry/proto/metrics/v1/metrics.proto in lower camel case, enumerations are numbers, and whole
/// numbers of 64 bits are texts.
///
/// For `checkout.pay` these are the sums `checkout.pay.calls` and `checkout.pay.errors` and, where times were taken, the
/// histogram `checkout.pay.duration` in seconds.
public struct OTLPMessage: Encodable, Sendable {
  private let resourceMetrics: [ResourceMetrics]

  /// - Parameter service: `service.name`, by which backends group what they get; nil where it is not known.
  public init(_ report: MetricReport, over interval: MetricInterval, service: String?) {
    var metrics = [
      Metric(
        name: "\(report.name).calls", description: "Calls, counted by a probe of ispy.", unit: "{call}",
        sum: Sum(dataPoints: report.series.map { NumberPoint($0, interval, asInt: $0.calls) })),
      Metric(
        name: "\(report.name).errors", description: "Calls that ended with an exception, counted by a probe of ispy.",
        unit: "{call}", sum: Sum(dataPoints: report.series.map { NumberPoint($0, interval, asInt: $0.errors) })),
    ]
    if report.kind == .time {
      metrics.append(
        Metric(
          name: "\(report.name).duration", description: "How long calls took, measured by a probe of ispy.", unit: "s",
          histogram: Histogram(dataPoints: report.series.map { HistogramPoint($0, interval) })))
    }
    let resource = Resource(attributes: service.map { [Attribute(MetricLabel("service.name", $0))] } ?? [])
    resourceMetrics = [
      ResourceMetrics(resource: resource, scopeMetrics: [ScopeMetrics(scope: Scope(name: "ispy"), metrics: metrics)])
    ]
  }

  public func text() throws -> String { try JSONText().text(of: self) }

  // MARK: - The messages of the protocol

  private struct ResourceMetrics: Encodable {
    let resource: Resource
    let scopeMetrics: [ScopeMetrics]
  }

  private struct Resource: Encodable { let attributes: [Attribute] }

  private struct ScopeMetrics: Encodable {
    let scope: Scope
    let metrics: [Metric]
  }

  private struct Scope: Encodable { let name: String }

  private struct Metric: Encodable {
    let name: String
    let description: String
    let unit: String
    var sum: Sum?
    var histogram: Histogram?
  }

  private struct Sum: Encodable {
    let dataPoints: [NumberPoint]
    /// Delta: since the last message.
    let aggregationTemporality = 1
    let isMonotonic = true
  }

  private struct Histogram: Encodable {
    let dataPoints: [HistogramPoint]
    /// Delta: since the last message.
    let aggregationTemporality = 1
  }

  private struct NumberPoint: Encodable {
    let attributes: [Attribute]
    let startTimeUnixNano: String
    let timeUnixNano: String
    let asInt: String

    init(_ series: MeasuredSeries, _ interval: MetricInterval, asInt: Int) {
      attributes = series.labels.map(Attribute.init)
      startTimeUnixNano = "\(interval.start)"
      timeUnixNano = "\(interval.end)"
      self.asInt = "\(asInt)"
    }
  }

  private struct HistogramPoint: Encodable {
    let attributes: [Attribute]
    let startTimeUnixNano: String
    let timeUnixNano: String
    let count: String
    let sum: Double
    let bucketCounts: [String]
    let explicitBounds: [Double]
    let max: Double?

    init(_ series: MeasuredSeries, _ interval: MetricInterval) {
      attributes = series.labels.map(Attribute.init)
      startTimeUnixNano = "\(interval.start)"
      timeUnixNano = "\(interval.end)"
      let total = series.histogram.count
      count = "\(total)"
      sum = Double(series.sumNanoseconds) / 1e9
      // Those of each bucket alone, where Prometheus wants them added up.
      let within = series.histogram.countsWithinBounds
      bucketCounts = zip(within + [total], [0] + within).map { "\($0 - $1)" }
      explicitBounds = LatencyHistogram.bounds.map { Double($0) / 1e9 }
      max = series.histogram.max.map { Double($0) / 1e9 }
    }
  }

  private struct Attribute: Encodable {
    struct Value: Encodable { let stringValue: String }

    let key: String
    let value: Value

    init(_ label: MetricLabel) {
      key = label.name
      value = Value(stringValue: label.value)
    }
  }
}
