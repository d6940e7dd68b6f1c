import Foundation
import Telemetry
import Testing

@Suite struct PrometheusTextTests {
  @Test func countersStandWithTheirLabels() throws {
    #expect(
      PrometheusText.text(of: try Samples.report(.count)) == """
        # HELP checkout_pay_calls_total Calls, counted by a probe of ispy.
        # TYPE checkout_pay_calls_total counter
        checkout_pay_calls_total{method="card"} 10
        checkout_pay_calls_total{method="invoice"} 2
        # HELP checkout_pay_errors_total Calls that ended with an exception, counted by a probe of ispy.
        # TYPE checkout_pay_errors_total counter
        checkout_pay_errors_total{method="card"} 1
        checkout_pay_errors_total{method="invoice"} 0

        """)
  }

  @Test func timesAreAHistogramInSeconds() throws {
    let text = PrometheusText.text(of: try Samples.report())
    let lines = text.split(separator: "\n").drop { !$0.hasSuffix("checkout_pay_seconds histogram") }
    #expect(lines.dropFirst().first == #"checkout_pay_seconds_bucket{method="card",le="0.000065535"} 0"#)
    let card = lines.filter { $0.contains("\"card\"") }
    #expect(card.count == LatencyHistogram.bounds.count + 3)
    // 10 ms lie between 2^23 and 3 * 2^22 nanoseconds, 500 ms between 3 * 2^27 and 2^29.
    for line in [
      #"_bucket{method="card",le="0.008388607"} 0"#, #"_bucket{method="card",le="0.012582911"} 9"#,
      #"_bucket{method="card",le="0.402653183"} 9"#, #"_bucket{method="card",le="0.536870911"} 10"#,
      #"_bucket{method="card",le="+Inf"} 10"#, #"_sum{method="card"} 0.59"#, #"_count{method="card"} 10"#,
    ] {
      #expect(card.contains("checkout_pay_seconds" + line), "\(line)")
    }
  }

  @Test func whatTheFormatKeepsForItselfIsSpelledOtherwise() throws {
    let lines = PrometheusText.text(of: try Samples.hostileReport()).split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("shop_v2_checkout_pay_calls_total") } == [
        "shop_v2_checkout_pay_calls_total 5",
        #"shop_v2_checkout_pay_calls_total{_9="..",_=""} 3"#,
        #"shop_v2_checkout_pay_calls_total{_name="é {x}=*;|@:#",le_="a\"b\\c d"} 1"#,
        "shop_v2_checkout_pay_calls_total{long=\"\(String(repeating: "x", count: 100))\"} 4",
        #"shop_v2_checkout_pay_calls_total{user_id="2",user_id_="1"} 2"#,
      ])
    #expect(PrometheusText.label("a", "x\n\\\"y") == #"a="x\n\\\"y""#)
  }

  private static let parser = """
    import json, sys
    from prometheus_client.parser import text_string_to_metric_families
    print(json.dumps([
        [family.name, family.type, [[s.name, s.labels, s.value] for s in family.samples]]
        for family in text_string_to_metric_families(open(sys.argv[1]).read())]))
    """

  @Test func prometheusOwnParserReadsTimes() throws {
    let text = PrometheusText.text(of: try Samples.report())
    guard let answer = try Monitoring.answer(Self.parser, about: text, for: "text for Prometheus") else { return }
    let families = try #require(answer as? [[Any]])
    #expect(families.map { $0[0] as? String } == ["checkout_pay_calls", "checkout_pay_errors", "checkout_pay_seconds"])
    #expect(families.map { $0[1] as? String } == ["counter", "counter", "histogram"])
    let samples = try #require(families[2][2] as? [[Any]]).map { sample in
      (name: sample[0] as? String, labels: sample[1] as? [String: String] ?? [:], value: sample[2] as? Double)
    }
    let card = samples.filter { $0.labels["method"] == "card" }
    let bounds = card.compactMap { $0.labels["le"] }.compactMap(Double.init)
    #expect(bounds == bounds.sorted() && bounds.last == .infinity && bounds.count == LatencyHistogram.bounds.count + 1)
    #expect(card.first { $0.name == "checkout_pay_seconds_sum" }?.value == 0.59)
    #expect(card.first { $0.name == "checkout_pay_seconds_count" }?.value == 10)
    #expect(card.first { $0.labels["le"] == "0.012582911" }?.value == 9)
  }

  @Test func prometheusOwnParserReadsHostileLabels() throws {
    let text = PrometheusText.text(of: try Samples.hostileReport())
    guard let answer = try Monitoring.answer(Self.parser, about: text, for: "text for Prometheus") else { return }
    let families = try #require(answer as? [[Any]])
    let samples = try #require(families[0][2] as? [[Any]])
    #expect(samples.map { $0[2] as? Double } == [5, 3, 1, 4, 2])
    #expect(samples[2][1] as? [String: String] == ["_name": "é {x}=*;|@:#", "le_": "a\"b\\c d"])
  }
}
