import TestSupport
import Testing

@testable import Telemetry

/// What comes from other hosts and from people, changed at random: nothing traps.
@Suite struct HostileTextTests {
  @Test func answersOfACollector() {
    var generator = SeededGenerator(seed: 31)
    let seeds = [
      "HTTP/1.1 200 OK\r\nContent-Length: 55\r\n\r\n{\"partialSuccess\":{\"rejectedDataPoints\":\"3\",\"errorMessage\":\"old\"}}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"partialSuccess\":{\"\r\n"
        + "19;x=y\r\nrejectedDataPoints\":\"3\"}}\r\n0\r\n\r\n",
      "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"code\":14,\"message\":\"no\"}",
    ].map { Array($0.utf8) }
    var rejected = 0
    for round in 0..<6000 {
      do throws(MetricError) {
        try OTLPExchange.judge(generator.mutated(seeds[round % seeds.count]), of: "otlp://127.0.0.1:1/")
      } catch {
        rejected += 1
        #expect(!error.description.contains { $0.isNewline }, "\(error)")
      }
    }
    #expect(rejected > 1000)
  }

  @Test func destinationsAndNames() {
    var generator = SeededGenerator(seed: 32)
    let seeds = [
      "graphite://127.0.0.1:2003", "statsd://[::1]:8125", "otlp://localhost:4318/v1/metrics", "prometheus:/tmp/a.prom",
    ].map { Array($0.utf8) }
    for round in 0..<6000 {
      let text = String(decoding: generator.mutated(seeds[round % seeds.count]), as: UTF8.self)
      if let destination = try? MetricDestination(text) {
        #expect((try? MetricDestination(destination.description)) == destination, "\(text)")
      }
      if let name = try? MetricName(text) { #expect(name.description == text) }
    }
  }
}
