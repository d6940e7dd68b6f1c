/// StatsD's lines (https://github.com/statsd/statsd/blob/master/docs/metric_types.md), of what was counted in one interval.
///
/// `checkout.pay.method.POST.calls:12|c` and `.errors`, counters, and where times were taken `.p50`, `.p95`, `.p99` and `.max`,
/// gauges in milliseconds, and `.time`, timings.
///
/// Of the calls of an interval at most 20 are timings: those that stand in the middle of each twentieth, from the shortest to the
/// longest, with the sample rate that makes the server count all of them. So its own quantiles come out near, at the cost of 20
/// lines, where a line for each call would be a flood. The gauges are as exact as the histogram.
public enum StatsDLines {
  /// Bytes of a datagram that no network on the way need take apart, as StatsD's own page has it.
  static let datagramLimit = 1432
  static let timingLimit = 20

  public static func lines(of report: MetricReport) -> [String] {
    var lines: [String] = []
    for (path, series) in report.series(spelled: { report.name.path($0) }) {
      lines.append("\(path).calls:\(series.calls)|c")
      lines.append("\(path).errors:\(series.errors)|c")
      guard report.kind == .time, let longest = series.histogram.max else { continue }
      let quantiles = GraphiteLines.quantiles
      for (quantile, value) in zip(quantiles, series.histogram.quantiles(quantiles.map(\.share))) {
        lines.append("\(path).\(quantile.name):\(DecimalText.milliseconds(value))|g")
      }
      lines.append("\(path).max:\(DecimalText.milliseconds(longest))|g")
      lines += timings(path, series.histogram)
    }
    return lines
  }

  private static func timings(_ path: String, _ histogram: LatencyHistogram) -> [String] {
    let total = histogram.count
    let count = min(total, timingLimit)
    let shares = (0..<count).map { (Double($0) + 0.5) / Double(count) }
    // In billionths, at least one.
    let rate = max(1, Int((Double(count) / Double(total) * 1e9).rounded()))
    let suffix = count == total ? "|ms" : "|ms|@" + DecimalText.text(rate, places: 9)
    return histogram.quantiles(shares).map { "\(path).time:\(DecimalText.milliseconds($0))\(suffix)" }
  }

  /// Lines in as few datagrams as they fit into, in their order. One that is longer than a datagram goes alone.
  static func datagrams(_ lines: [String]) -> [String] {
    var datagrams: [String] = []
    for line in lines {
      if let last = datagrams.last, last.utf8.count + 1 + line.utf8.count <= datagramLimit {
        datagrams[datagrams.count - 1] += "\n" + line
      } else {
        datagrams.append(line)
      }
    }
    return datagrams
  }
}
