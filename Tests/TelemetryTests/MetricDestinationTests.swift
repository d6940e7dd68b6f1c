import Telemetry
import Testing

@Suite struct MetricDestinationTests {
  @Test(arguments: [
    ("graphite://127.0.0.1:2003", "graphite://127.0.0.1:2003"),
    ("graphite://[::1]:2003", "graphite://[::1]:2003"),
    ("statsd://localhost:8125", "statsd://localhost:8125"),
    ("otlp://10.0.0.7:4318", "otlp://10.0.0.7:4318/v1/metrics"),
    ("otlp://10.0.0.7:4318/", "otlp://10.0.0.7:4318/v1/metrics"),
    ("otlp://[2001:db8::7]:80/otlp/v1/metrics", "otlp://[2001:db8::7]:80/otlp/v1/metrics"),
    ("prometheus:/var/lib/node_exporter/pay.prom", "prometheus:/var/lib/node_exporter/pay.prom"),
  ])
  func placesAreRead(text: String, whole: String) throws {
    let destination = try MetricDestination(text)
    #expect(destination.description == whole)
    #expect(try MetricDestination(whole) == destination)
  }

  @Test(arguments: [
    ("", "it is one of graphite://"), ("graphite", "it is one of"), ("graphite:", "it is one of"),
    ("graphite:127.0.0.1:2003", "it is one of"), ("influx://127.0.0.1:1", "it is one of"),
    ("graphite://127.0.0.1", "there is no port"), ("graphite://127.0.0.1:0", "there is no port"),
    ("graphite://127.0.0.1:65536", "there is no port"), ("graphite://127.0.0.1:-1", "there is no port"),
    ("graphite://127.0.0.1:2003/x", "nothing stands behind its port"),
    ("graphite://::1:2003", "stands in brackets"), ("graphite://[127.0.0.1]:2003", "is an address or localhost"),
    ("statsd://metrics.example:8125", "does not look names up"), ("statsd://:8125", "is an address or localhost"),
    ("statsd://a@127.0.0.1:8125", "is an address or localhost"), ("statsd://[]:8125", "is an address or localhost"),
    ("otlp://127.0.0.1:4318/a b", "characters that none has"),
    ("otlp://127.0.0.1:4318/a\r\nX: y", "characters that none has"),
    ("https://127.0.0.1:4318/v1/metrics", "which passes it on"), ("otlps://127.0.0.1:4318", "has no TLS"),
    ("prometheus:pay.prom", "begins with /"), ("prometheus:/tmp/pay.txt", "end in .prom"),
    ("prometheus:/tmp/.prom", "end in .prom"), ("prometheus:", "it is one of"),
  ])
  func theRefusalSaysWhatIsWrong(text: String, why: String) {
    let error = #expect(throws: MetricError.self) { try MetricDestination(text) }
    #expect(error?.description.hasPrefix("cannot send to \(text): ") == true)
    #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
  }
}
