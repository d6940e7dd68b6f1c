import Foundation
import Telemetry
import TestSupport
import Testing

/// The file for node_exporter.
@Suite struct MetricFileTests {
  private func send(_ report: MetricReport, to path: String) throws {
    let sender = MetricSender(to: try MetricDestination("prometheus:\(path)"), countingSince: 0)
    try sender.send(report, at: 1)
  }

  @Test func theFileIsWholeAndItsDraftGone() throws {
    try TemporaryDirectory.with { folder in
      let path = folder + "/pay.prom"
      for kind in [MetricReport.Kind.time, .count] {
        let report = try Samples.report(kind)
        try send(report, to: path)
        #expect(try TextFile.read(path) == "# Written by ispy: checkout.pay\n" + PrometheusText.text(of: report))
      }
      #expect(Checkout.names(in: folder) == ["pay.prom"])
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o644)
    }
  }

  @Test func itHoldsAllThatWasCounted() throws {
    try TemporaryDirectory.with { folder in
      let path = folder + "/pay.prom"
      let sender = MetricSender(to: try MetricDestination("prometheus:\(path)"), countingSince: 0)
      for calls in [3, 5] {
        try sender.send(
          MetricReport(name: try Samples.name(), kind: .count, series: [MeasuredSeries(calls: calls)]), at: calls)
        #expect(try TextFile.read(path).contains("checkout_pay_calls_total \(calls)\n"))
      }
    }
  }

  @Test func whatIsNotOursIsLeftAlone() throws {
    try TemporaryDirectory.with { folder in
      let report = try Samples.report()
      let path = folder + "/pay.prom"
      for text in ["", "up 1\n", "# Written by ispy: checkout.payment\n"] {
        try TextFile.write(text, to: path)
        #expect(throws: MetricError.occupied(path: path, "a file is there that is of another metric, or not of ispy")) {
          try send(report, to: path)
        }
        #expect(try TextFile.read(path) == text)
      }
      unlink(path)
      symlink(folder + "/elsewhere", path)
      #expect(throws: MetricError.occupied(path: path, "it is a symbolic link")) { try send(report, to: path) }
      unlink(path)
      mkdir(path, 0o755)
      #expect(throws: MetricError.occupied(path: path, "it is no file")) { try send(report, to: path) }
      rmdir(path)
      mkfifo(path, 0o600)
      #expect(throws: MetricError.occupied(path: path, "it is no file")) { try send(report, to: path) }
      #expect(Checkout.names(in: folder) == ["pay.prom"])
    }
  }

  @Test func aFolderThatIsNotThereIsSaid() throws {
    let error = #expect(throws: MetricError.self) { try send(try Samples.report(), to: "/no/such/pay.prom") }
    #expect(error?.description == "cannot write /no/such/pay.prom: No such file or directory")
  }
}
