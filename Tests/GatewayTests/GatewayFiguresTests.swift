import Catalog
import Testing

@testable import Gateway

@Suite struct GatewayFiguresTests {
  @Test func theyAreWrittenAsPrometheusReadsThem() {
    let figures = GatewayFigures()
    for seconds in [0.0005, 0.003, 0.003, 99] { figures.count("dump", seconds: seconds) }
    figures.count("a \"quoted\\name\"\n", seconds: 1)
    for _ in 0..<3 { figures.count(refused: .notPermitted) }
    #expect(figures.connect(limit: 2))
    #expect(figures.connect(limit: 2))
    #expect(!figures.connect(limit: 2), "there are as many as may be")
    figures.disconnect(nil)
    let lines = figures.text(auditEntries: 7).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for line in [
      "# HELP ispyd_commands_seconds Commands that were carried out, by how long they took.",
      "# TYPE ispyd_commands_seconds histogram",
      "ispyd_commands_seconds_bucket{command=\"dump\",le=\"0.001\"} 1",
      "ispyd_commands_seconds_bucket{command=\"dump\",le=\"0.005\"} 3",
      "ispyd_commands_seconds_bucket{command=\"dump\",le=\"10.0\"} 3",
      "ispyd_commands_seconds_bucket{command=\"dump\",le=\"+Inf\"} 4",
      "ispyd_commands_seconds_count{command=\"dump\"} 4",
      "ispyd_commands_seconds_count{command=\"a \\\"quoted\\\\name\\\"\\n\"} 1",
      "ispyd_failures_total{cause=\"notPermitted\"} 3", "ispyd_connections 1", "ispyd_connections_total 2",
      "# TYPE ispyd_audit_entries gauge", "ispyd_audit_entries 7",
    ] { #expect(lines.contains(line), "\(line)") }
    // Each metric is described once, before its first line.
    let types = lines.filter { $0.hasPrefix("# TYPE") }
    #expect(types.count == 5 && Set(types).count == 5)
    #expect(lines.last?.isEmpty == true)
  }

  @Test func nobodyHasThePlacesOfEverybody() {
    let figures = GatewayFigures()
    #expect(figures.connect(7, limit: 1) && !figures.connect(7, limit: 1) && figures.connect(8, limit: 1))
    figures.disconnect(7)
    #expect(figures.connect(7, limit: 1))
  }
}
