/// Graphite's plain text (https://graphite.readthedocs.io/en/latest/feeding-carbon.html): `PATH VALUE TIMESTAMP`, of what was
/// counted in one interval, whose end is the time.
///
/// `checkout.pay.method.POST.calls`, `.errors` and `.rate` (calls a second), and where times were taken `.p50`, `.p95`, `.p99`
/// and `.max`, in milliseconds, as long as there was a call.
public enum GraphiteLines {
  static let quantiles: [(name: String, share: Double)] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)]

  public static func text(of report: MetricReport, over interval: MetricInterval) -> String {
    let time = interval.end / 1_000_000_000
    var text = ""
    for (path, series) in report.series(spelled: { report.name.path($0) }) {
      func line(_ name: String, _ value: String) { text += "\(path).\(name) \(value) \(time)\n" }
      line("calls", "\(series.calls)")
      line("errors", "\(series.errors)")
      if interval.seconds > 0 {
        line("rate", "\((Double(series.calls) / interval.seconds * 1000).rounded() / 1000)")
      }
      guard report.kind == .time, let longest = series.histogram.max else { continue }
      for (quantile, value) in zip(quantiles, series.histogram.quantiles(quantiles.map(\.share))) {
        line(quantile.name, DecimalText.milliseconds(value))
      }
      line("max", DecimalText.milliseconds(longest))
    }
    return text
  }
}
