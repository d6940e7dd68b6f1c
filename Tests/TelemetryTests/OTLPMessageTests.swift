import Foundation
import Telemetry
import TestSupport
import Testing

@Suite struct OTLPMessageTests {
  private static let interval = MetricInterval(from: 1_700_000_000_000_000_000, to: 1_700_000_010_000_000_000)

  private func message(_ report: MetricReport, service: String? = "shop") throws -> String {
    try OTLPMessage(report, over: Self.interval, service: service).text()
  }

  @Test func countsAreSumsOfTheInterval() throws {
    let report = MetricReport(
      name: try Samples.name(), kind: .count,
      series: [MeasuredSeries(labels: [MetricLabel("method", "card")], calls: 10, errors: 1)])
    let point =
      #""attributes":[{"key":"method","value":{"stringValue":"card"}}],"#
      + #""startTimeUnixNano":"1700000000000000000","timeUnixNano":"1700000010000000000","#
    #expect(
      try message(report) == #"{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","#
        + #""value":{"stringValue":"shop"}}]},"scopeMetrics":[{"scope":{"name":"ispy"},"metrics":["#
        + #"{"name":"checkout.pay.calls","description":"Calls, counted by a probe of ispy.","unit":"{call}","#
        + #""sum":{"dataPoints":[{\#(point)"asInt":"10"}],"aggregationTemporality":1,"isMonotonic":true}},"#
        + #"{"name":"checkout.pay.errors","description":"Calls that ended with an exception, counted by a probe of ispy.","#
        + #""unit":"{call}","sum":{"dataPoints":[{\#(point)"asInt":"1"}],"aggregationTemporality":1,"#
        + #""isMonotonic":true}}]}]}]}"#)
    #expect(try message(report, service: nil).hasPrefix(#"{"resourceMetrics":[{"resource":{"attributes":[]},"#))
  }

  @Test func openTelemetrysOwnMessagesAreMadeOfIt() throws {
    let code = """
      import json, sys
      from google.protobuf import json_format
      from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
      request = json_format.Parse(open(sys.argv[1]).read(), ExportMetricsServiceRequest())
      whole = request.resource_metrics[0]
      metrics = whole.scope_metrics[0].metrics
      calls, errors, times = [getattr(m, m.WhichOneof("data")) for m in metrics]
      label = lambda point: [[a.key, a.value.string_value] for a in point.attributes]
      print(json.dumps({
          "service": whole.resource.attributes[0].value.string_value,
          "metrics": [[m.name, m.unit, m.WhichOneof("data")] for m in metrics],
          "temporality": [one.aggregation_temporality for one in (calls, errors, times)],
          "monotonic": [calls.is_monotonic, errors.is_monotonic],
          "calls": [[label(p), p.as_int, p.start_time_unix_nano, p.time_unix_nano] for p in calls.data_points],
          "errors": [p.as_int for p in errors.data_points],
          "times": [[label(p), p.count, p.sum, list(p.bucket_counts), len(p.explicit_bounds), p.max]
                    for p in times.data_points],
      }))
      """
    let text = try message(try Samples.report())
    guard let answer = try Monitoring.answer(code, about: text, for: "messages for OpenTelemetry") else { return }
    let said = try #require(answer as? [String: Any])
    #expect(said["service"] as? String == "shop")
    #expect(
      said["metrics"] as? [[String]] == [
        ["checkout.pay.calls", "{call}", "sum"], ["checkout.pay.errors", "{call}", "sum"],
        ["checkout.pay.duration", "s", "histogram"],
      ])
    #expect(said["temporality"] as? [Int] == [1, 1, 1])
    #expect(said["monotonic"] as? [Bool] == [true, true])
    let calls = try #require(said["calls"] as? [[Any]])
    #expect(calls.map { $0[0] as? [[String]] } == [[["method", "card"]], [["method", "invoice"]]])
    #expect(calls.map { $0[1] as? Int } == [10, 2])
    #expect(calls[0][2] as? Int == Self.interval.start && calls[0][3] as? Int == Self.interval.end)
    #expect(said["errors"] as? [Int] == [1, 0])
    let card = try #require((said["times"] as? [[Any]])?.first)
    #expect(card[1] as? Int == 10 && card[2] as? Double == 0.59)
    let counts = try #require(card[3] as? [Int])
    // One more than there are bounds, each alone.
    #expect(counts.count == LatencyHistogram.bounds.count + 1 && card[4] as? Int == LatencyHistogram.bounds.count)
    #expect(counts.filter { $0 > 0 } == [9, 1])
    let longest = try #require(card[5] as? Double)
    #expect(longest >= 0.5 && longest < 0.516)
  }

  @Test func aServerOfHTTPTakesIt() throws {
    guard let python = Monitoring.python(for: "messages for OpenTelemetry") else { return }
    let code = """
      import http.server
      from google.protobuf import json_format
      from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as service
      class Collector(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def do_POST(self):
              body = self.rfile.read(int(self.headers["Content-Length"]))
              request = json_format.Parse(body, service.ExportMetricsServiceRequest())
              calls = request.resource_metrics[0].scope_metrics[0].metrics[0].sum.data_points
              print("got", self.path, self.headers["Content-Type"], [point.as_int for point in calls], flush=True)
              answer = json_format.MessageToJson(service.ExportMetricsServiceResponse()).encode()
              self.send_response(200)
              self.send_header("Content-Type", "application/json")
              self.send_header("Content-Length", str(len(answer)))
              self.end_headers()
              self.wfile.write(answer)
      server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
      print("port", server.server_port, flush=True)
      server.serve_forever()
      """
    let server = try ChildProcess([python, "-c", code])
    let line = try server.line(waitingFor: "port") { $0.hasPrefix("port ") }
    let destination = try MetricDestination("otlp://127.0.0.1:\(line.dropFirst("port ".count))")
    let sender = MetricSender(to: destination, countingSince: 0, patience: .seconds(60))
    for wanted in ["[10, 2]", "[0, 0]"] {
      try sender.send(try Samples.report(), at: 1)
      let got = try server.line(waitingFor: "request") { $0.hasPrefix("got ") }
      #expect(got == "got /v1/metrics application/json \(wanted)")
    }
    #expect(sender.delivered == 2)
  }

  @Test func hostileLabelsAreReadBackAsTheyAre() throws {
    let code = """
      import json, sys
      from google.protobuf import json_format
      from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
      request = json_format.Parse(open(sys.argv[1]).read(), ExportMetricsServiceRequest())
      points = request.resource_metrics[0].scope_metrics[0].metrics[0].sum.data_points
      print(json.dumps([[[a.key, a.value.string_value] for a in p.attributes] for p in points]))
      """
    let report = try Samples.hostileReport()
    guard let answer = try Monitoring.answer(code, about: try message(report), for: "messages for OpenTelemetry")
    else { return }
    #expect(answer as? [[[String]]] == report.series.map { $0.labels.map { [$0.name, $0.value] } })
  }
}
