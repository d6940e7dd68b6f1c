import Testing

@testable import Telemetry

/// Graphite's and StatsD's lines.
@Suite struct LineFormatTests {
  private static let interval = MetricInterval(from: 1_699_999_990_000_000_000, to: 1_700_000_000_600_000_000)

  @Test func graphiteGetsTheInterval() throws {
    #expect(
      GraphiteLines.text(of: try Samples.report(.count), over: Self.interval) == """
        checkout.pay.method.card.calls 10 1700000000
        checkout.pay.method.card.errors 1 1700000000
        checkout.pay.method.card.rate 0.943 1700000000
        checkout.pay.method.invoice.calls 2 1700000000
        checkout.pay.method.invoice.errors 0 1700000000
        checkout.pay.method.invoice.rate 0.189 1700000000

        """)
  }

  @Test func graphiteGetsTimesInMilliseconds() throws {
    let text = GraphiteLines.text(of: try Samples.report(), over: Self.interval)
    // 10 ms are between 9961472 and 10223615 nanoseconds, 500 ms up to 503316479.
    let card = text.split(separator: "\n").filter { $0.contains(".card.") }.dropFirst(3)
    #expect(
      card == [
        "checkout.pay.method.card.p50 10.092543 1700000000", "checkout.pay.method.card.p95 499.122175 1700000000",
        "checkout.pay.method.card.p99 499.122175 1700000000", "checkout.pay.method.card.max 503.316479 1700000000",
      ])
  }

  @Test func withoutACallThereIsNoTime() throws {
    let report = MetricReport(name: try Samples.name(), kind: .time, series: [MeasuredSeries()])
    #expect(
      GraphiteLines.text(of: report, over: MetricInterval(from: 9, to: 5)) == """
        checkout.pay.calls 0 0
        checkout.pay.errors 0 0

        """)
    #expect(StatsDLines.lines(of: report) == ["checkout.pay.calls:0|c", "checkout.pay.errors:0|c"])
  }

  @Test func pathsHaveNothingThatMeansSomethingToOthers() throws {
    let report = try Samples.hostileReport()
    let paths = GraphiteLines.text(of: report, over: Self.interval).split(separator: "\n").compactMap { line in
      line.contains(".calls ") ? String(line.prefix { $0 != " " }) : nil
    }
    #expect(
      paths == [
        "shop-v2_checkout.pay.calls", "shop-v2_checkout.pay.9.__._._.calls",
        "shop-v2_checkout.pay.__name.___x________.le.a_b_c_d.calls",
        "shop-v2_checkout.pay.long.\(String(repeating: "x", count: 100)).calls",
        "shop-v2_checkout.pay.user-id.2.user_id.1.calls",
      ])
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_-.")
    for line in StatsDLines.lines(of: report) {
      let path = line.prefix { $0 != ":" }
      #expect(path.allSatisfy(allowed.contains) && !path.contains(".."))
    }
  }

  @Test func whatAPathCannotTellApartIsAdded() throws {
    let report = MetricReport(
      name: try Samples.name(), kind: .count,
      series: ["a.b", "a_b", "a b"].map { MeasuredSeries(labels: [MetricLabel("k", $0)], calls: 2, errors: 1) })
    #expect(StatsDLines.lines(of: report) == ["checkout.pay.k.a_b.calls:6|c", "checkout.pay.k.a_b.errors:3|c"])
  }

  @Test func statsDGetsCountersGaugesAndTimings() throws {
    let lines = StatsDLines.lines(of: try Samples.report()).filter { $0.contains(".card.") }
    #expect(
      lines == [
        "checkout.pay.method.card.calls:10|c", "checkout.pay.method.card.errors:1|c",
        "checkout.pay.method.card.p50:10.092543|g", "checkout.pay.method.card.p95:499.122175|g",
        "checkout.pay.method.card.p99:499.122175|g", "checkout.pay.method.card.max:503.316479|g",
      ] + Array(repeating: "checkout.pay.method.card.time:10.092543|ms", count: 9)
        + ["checkout.pay.method.card.time:499.122175|ms"])
  }

  @Test func ofManyCallsTwentyAreTimings() throws {
    let report = MetricReport(
      name: try Samples.name(), kind: .time,
      series: [MeasuredSeries(calls: 3000, histogram: Samples.histogram([(1, 1500), (100, 1500)]))])
    let timings = StatsDLines.lines(of: report).filter { $0.contains("|ms") }
    #expect(timings.count == 20 && timings.allSatisfy { $0.hasSuffix("|ms|@0.006666667") })
    #expect(timings.filter { $0.contains("time:1.007615|") }.count == 10, "\(timings)")
    let many = MetricReport(
      name: try Samples.name(), kind: .time, series: [MeasuredSeries(histogram: LatencyHistogram(buckets: [5: .max]))])
    #expect(StatsDLines.lines(of: many).last == "checkout.pay.time:0.000005|ms|@0.000000001")
  }

  @Test func datagramsAreFilledAndNotOverfilled() {
    let lines = (0..<100).map { "metric.number\($0):\($0)|c" } + [String(repeating: "x", count: 3000), "last:1|c"]
    let datagrams = StatsDLines.datagrams(lines)
    #expect(datagrams.flatMap { $0.split(separator: "\n").map(String.init) } == lines)
    #expect(datagrams.filter { $0.utf8.count > StatsDLines.datagramLimit } == [lines[100]])
    #expect(datagrams.count == 4)
  }

  @Test func decimalsAreExact() {
    #expect(DecimalText.seconds(0) == "0" && DecimalText.seconds(1) == "0.000000001")
    #expect(DecimalText.seconds(1_500_000_000) == "1.5" && DecimalText.seconds(20_000_000_000) == "20")
    #expect(DecimalText.milliseconds(.max) == "9223372036854.775807")
  }
}
