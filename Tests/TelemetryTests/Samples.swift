import Telemetry

/// Reports whose numbers are easy to check.
enum Samples {
  static let milliseconds = 1_000_000

  static func name(_ text: String = "checkout.pay") throws -> MetricName { try MetricName(text) }

  static func histogram(_ counts: [(milliseconds: Int, count: Int)]) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for entry in counts { histogram.record(entry.milliseconds * milliseconds, count: entry.count) }
    return histogram
  }

  /// Ten calls by card, nine of 10 ms and one of 500 ms, which failed; two by invoice, of 20 ms.
  static func report(_ kind: MetricReport.Kind = .time) throws -> MetricReport {
    MetricReport(
      name: try name(), kind: kind,
      series: [
        MeasuredSeries(
          labels: [MetricLabel("method", "invoice")], calls: 2, sumNanoseconds: 40 * milliseconds,
          histogram: histogram([(20, 2)])),
        MeasuredSeries(
          labels: [MetricLabel("method", "card")], calls: 10, errors: 1, sumNanoseconds: 590 * milliseconds,
          histogram: histogram([(10, 9), (500, 1)])),
      ])
  }

  /// Labels that each encoding has to do something about.
  static func hostileReport() throws -> MetricReport {
    MetricReport(
      name: try name("shop-v2/checkout.pay"), kind: .count,
      series: [
        MeasuredSeries(labels: [MetricLabel("le", "a\"b\\c\nd"), MetricLabel("__name", "é {x}=*;|@:#")], calls: 1),
        MeasuredSeries(labels: [MetricLabel("user.id", "1"), MetricLabel("user-id", "2")], calls: 2),
        MeasuredSeries(labels: [MetricLabel("", ""), MetricLabel("9", "..")], calls: 3),
        MeasuredSeries(labels: [MetricLabel("long", String(repeating: "x", count: 5000))], calls: 4),
        MeasuredSeries(calls: 5, errors: 6),
      ])
  }
}
