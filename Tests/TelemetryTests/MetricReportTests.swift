import JSON
import Telemetry
import Testing

@Suite struct MetricReportTests {
  private func series(_ label: String, _ calls: Int, _ buckets: [Int: Int] = [:]) -> MeasuredSeries {
    MeasuredSeries(
      labels: [MetricLabel("kind", label)], calls: calls, errors: calls / 2, sumNanoseconds: calls * 100,
      histogram: LatencyHistogram(buckets: buckets))
  }

  private func report(_ series: [MeasuredSeries]) throws -> MetricReport {
    MetricReport(name: try Samples.name(), kind: .time, series: series)
  }

  @Test func seriesWithTheSameLabelsAreAdded() throws {
    let both = try report([series("b", 3, [5: 1]), series("a", 1), series("b", 4, [5: 2, 6: 1])])
    #expect(both.series.map { $0.labels.map(\.value) } == [["a"], ["b"]])
    #expect(both.series[1].calls == 7 && both.series[1].errors == 3)
    #expect(both.series[1].sumNanoseconds == 700)
    #expect(both.series[1].histogram.buckets == [5: 3, 6: 1])
  }

  @Test func theOrderOfLabelsIsNoDifference() {
    let one = [MetricLabel("a", "1"), MetricLabel("b", "2")]
    #expect(MeasuredSeries(labels: one).labels == MeasuredSeries(labels: one.reversed()).labels)
    #expect(MeasuredSeries(labels: [MetricLabel("a", "1"), MetricLabel("a", "2")]).labels == [MetricLabel("a", "1")])
    let many = (0..<50).map { MetricLabel("\($0)", "x") }
    #expect(MeasuredSeries(labels: many).labels.count == MeasuredSeries.labelLimit)
  }

  @Test func whatCameSinceIsTheDifference() throws {
    let before = try report([series("a", 2, [5: 2]), series("gone", 9)])
    let after = try report([series("a", 6, [5: 3, 7: 1]), series("new", 1)])
    #expect(after.since(before) == (try report([series("a", 4, [5: 1, 7: 1]), series("new", 1)])))
    #expect(after.since(nil) == after)
    #expect(after.since(after).series.map(\.calls) == [0, 0])
  }

  @Test func whereACountFellItBeganAnew() throws {
    let fewer = try report([series("a", 3, [5: 3])])
    #expect(fewer.since(try report([series("a", 9, [5: 9])])) == fewer)
    // The calls rose, and yet they are others: so a bucket says.
    #expect(fewer.since(try report([series("a", 2, [6: 2])])) == fewer)
  }

  @Test func labelsAreBoundedAndOnOneLine() {
    let label = MetricLabel(
      String(repeating: "n", count: 300), "a\nb\u{1b}[31m\u{202e}" + String(repeating: "é", count: 300))
    #expect(label.name.unicodeScalars.count == 100 && label.value.unicodeScalars.count == 100)
    #expect(label.value.hasPrefix("a b [31m é"))
    #expect(MetricLabel("", "").name == "_")
  }

  @Test func aSeriesIsReadBackAndBoundedAgain() throws {
    let one = try Samples.report().series[0]
    let text = try JSONText().text(of: one)
    #expect(try JSONReader().decode(MeasuredSeries.self, from: text.utf8) == one)
    let hostile = """
      {"labels":[{"name":"a","value":"x\\ny"}],"calls":-5,"errors":-1,"sumNanoseconds":-9223372036854775808,"histogram":{}}
      """
    let read = try JSONReader().decode(MeasuredSeries.self, from: hostile.utf8)
    #expect(read == MeasuredSeries(labels: [MetricLabel("a", "x y")]))
  }

  // MARK: - Totals

  @Test func totalsNeverFall() throws {
    var totals = MetricTotals(name: try Samples.name(), kind: .time)
    totals.take([series("a", 10)], of: "1")
    totals.take([series("a", 4)], of: "2")
    #expect(totals.report.series.map(\.calls) == [14])
    totals.take([series("a", 12)], of: "1")
    #expect(totals.report.series.map(\.calls) == [16])
    // It ends, and another comes that is called the same.
    totals.forget("1")
    #expect(totals.report.series.map(\.calls) == [16])
    totals.take([series("a", 20)], of: "1")
    #expect(totals.report.series.map(\.calls) == [36])
    totals.take([series("a", 1)], of: "2")
    #expect(totals.report.series.map(\.calls) == [37])
  }

  @Test func tooManyLabelsAreCountedTogether() throws {
    var totals = MetricTotals(name: try Samples.name(), kind: .count)
    for round in 1...2 {
      totals.take((0..<1500).map { MeasuredSeries(labels: [MetricLabel("id", "\($0)")], calls: round) }, of: "1")
    }
    let all = totals.report.series
    #expect(all.count == MetricTotals.seriesLimit + 1)
    #expect(all.map(\.calls).reduce(0, +) == 3000)
    let rest = try #require(all.first { $0.labels == [MetricLabel("otel.metric.overflow", "true")] })
    #expect(rest.calls == 1000)
  }
}
