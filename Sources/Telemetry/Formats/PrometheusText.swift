/// Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), version 0.0.4: what was counted since
/// counting began.
///
/// For `checkout.pay` these are the counters `checkout_pay_calls_total` and `checkout_pay_errors_total` and, where times were
/// taken, the histogram `checkout_pay_seconds`.
public enum PrometheusText {
  public static func text(of report: MetricReport) -> String {
    let name = report.name.prometheus
    let all = report.series { labels in
      MetricName.prometheus(labels).map { label($0.name, $0.value) }.joined(separator: ",")
    }
    var text = ""
    func family(_ suffix: String, _ type: String, _ help: String) {
      text += "# HELP \(name)\(suffix) \(help)\n# TYPE \(name)\(suffix) \(type)\n"
    }
    func line(_ suffix: String, _ labels: String, _ value: String) {
      text += name + suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(value)\n"
    }
    family("_calls_total", "counter", "Calls, counted by a probe of ispy.")
    for (labels, series) in all { line("_calls_total", labels, "\(series.calls)") }
    family("_errors_total", "counter", "Calls that ended with an exception, counted by a probe of ispy.")
    for (labels, series) in all { line("_errors_total", labels, "\(series.errors)") }
    guard report.kind == .time else { return text }
    family("_seconds", "histogram", "How long calls took, measured by a probe of ispy.")
    for (labels, series) in all {
      let first = labels.isEmpty ? "" : labels + ","
      for (bound, count) in zip(LatencyHistogram.bounds, series.histogram.countsWithinBounds) {
        line("_seconds_bucket", first + label("le", DecimalText.seconds(bound)), "\(count)")
      }
      let count = series.histogram.count
      line("_seconds_bucket", first + label("le", "+Inf"), "\(count)")
      line("_seconds_sum", labels, DecimalText.seconds(series.sumNanoseconds))
      line("_seconds_count", labels, "\(count)")
    }
    return text
  }

  /// `method="POST"`, with what the format wants escaped in a value.
  public static func label(_ name: String, _ value: String) -> String {
    var text = name + "=\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
