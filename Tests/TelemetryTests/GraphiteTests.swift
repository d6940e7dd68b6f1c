import Foundation
import Telemetry
import TestSupport
import Testing

/// A report in a real Graphite: carbon takes it, whisper keeps it, and graphite-web says what there is.
@Suite struct GraphiteTests {
  @Test func graphiteShowsWhatWasMeasured() throws {
    guard let python = Monitoring.python(for: "Graphite") else { return }
    try TemporaryDirectory.with { folder in
      let graphite = try Graphite(python: python, in: folder)
      let now = time(nil)
      func nanoseconds(_ seconds: Int) -> Int { seconds * 1_000_000_000 }
      let sender = MetricSender(
        to: try MetricDestination("graphite://127.0.0.1:\(graphite.port)"), countingSince: nanoseconds(now - 20),
        patience: .seconds(60))
      let first = try Samples.report()
      try sender.send(first, at: nanoseconds(now - 10))
      let more = MeasuredSeries(
        labels: [MetricLabel("method", "card")], calls: 5, errors: 2, sumNanoseconds: 100 * Samples.milliseconds,
        histogram: Samples.histogram([(20, 5)]))
      try sender.send(
        MetricReport(name: first.name, kind: .time, series: first.series + [more]), at: nanoseconds(now))
      #expect(sender.delivered == 2)

      let wanted: [String: [Int: Double]] = [
        "card.calls": [now - 10: 10, now: 5], "card.errors": [now - 10: 1, now: 2],
        "card.rate": [now - 10: 1, now: 0.5], "card.p50": [now - 10: 10.092543, now: 20.185087],
        "card.p95": [now - 10: 499.122175, now: 20.185087], "card.p99": [now - 10: 499.122175, now: 20.185087],
        "card.max": [now - 10: 503.316479, now: 20.447231], "invoice.calls": [now - 10: 2, now: 0],
        "invoice.errors": [now - 10: 0, now: 0], "invoice.rate": [now - 10: 0.2, now: 0],
        "invoice.p50": [now - 10: 20.185087], "invoice.p95": [now - 10: 20.185087],
        "invoice.p99": [now - 10: 20.185087], "invoice.max": [now - 10: 20.447231],
      ]
      let found = try eventually {
        let found = try graphite.values(of: "checkout.pay.method.*.*")
        // Carbon writes one after the other.
        return found.values.map(\.count).reduce(0, +) == wanted.values.map(\.count).reduce(0, +) ? found : nil
      }
      #expect(found == Dictionary(uniqueKeysWithValues: wanted.map { ("checkout.pay.method." + $0.key, $0.value) }))
      // What graphite-web computes of it, as a dashboard does.
      let sum = try graphite.values(of: "sumSeries(checkout.pay.method.*.calls)")
      #expect(sum.values.first == [now - 10: 12, now: 5])
    }
  }
}

/// Carbon's daemon and graphite-web, with a storage of the test's own.
private struct Graphite {
  /// Where carbon takes lines.
  let port: UInt16
  private let pagePort: UInt16
  private let carbon: ChildProcess
  private let page: ChildProcess

  init(python: String, in folder: String) throws {
    port = try Loopback.quietPort()
    let queryPort = try Loopback.quietPort()
    pagePort = try Loopback.quietPort()
    try TextFile.write(
      """
      [cache]
      STORAGE_DIR = \(folder)/
      LOCAL_DATA_DIR = \(folder)/whisper/
      CONF_DIR = \(folder)/
      LOG_DIR = \(folder)/
      PID_DIR = \(folder)/
      LINE_RECEIVER_INTERFACE = 127.0.0.1
      LINE_RECEIVER_PORT = \(port)
      PICKLE_RECEIVER_PORT = 0
      CACHE_QUERY_INTERFACE = 127.0.0.1
      CACHE_QUERY_PORT = \(queryPort)
      MAX_CREATES_PER_MINUTE = inf
      CARBON_METRIC_INTERVAL = 0
      ENABLE_TAGS = False

      """, to: folder + "/carbon.conf")
    try TextFile.write("[all]\npattern = .*\nretentions = 1s:1h\n", to: folder + "/storage-schemas.conf")
    try TextFile.write(
      """
      SECRET_KEY = "of a test"
      ALLOWED_HOSTS = ["127.0.0.1"]
      STORAGE_DIR = LOG_DIR = "\(folder)"
      WHISPER_DIR = "\(folder)/whisper"
      STANDARD_DIRS = [WHISPER_DIR]
      DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "\(folder)/graphite.db"}}
      CARBONLINK_HOSTS = ["127.0.0.1:\(queryPort):a"]
      # A test asks again until it is there: no answer may be an old one.
      DEFAULT_CACHE_DURATION = FIND_CACHE_DURATION = 0

      """, to: folder + "/graphite_here.py")
    let environment = [
      "GRAPHITE_ROOT": folder, "GRAPHITE_STORAGE_DIR": folder, "GRAPHITE_SETTINGS_MODULE": "graphite_here",
      "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
      // carbon's messages, which the test has no use for, were made for an older protobuf.
      "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python",
    ]
    let programs = Monitoring.folder + "/bin/"
    carbon = try ChildProcess(
      [python, programs + "carbon-cache.py", "--config", folder + "/carbon.conf", "--nodaemon", "start"],
      environment: environment)
    page = try ChildProcess(
      [
        python, programs + "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:\(pagePort)",
        "graphite.wsgi:application",
      ], environment: environment)
    let port = port
    _ = try carbon.line(waitingFor: "listening") { $0.contains("CarbonReceiverFactory starting on \(port)") }
    _ = try page.line(waitingFor: "listening") { $0.contains("Listening at") }
  }

  /// What there is of the last minutes, by name and second.
  func values(of target: String) throws -> [String: [Int: Double]] {
    let connection = try LoopbackConnection(port: pagePort)
    try connection.send(
      "GET /render?target=\(target)&format=json&from=-5min&until=%2B1min&noCache=1 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    let answer = try connection.receive()
    let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
    try #require(answer.hasPrefix("HTTP/1.1 200 ") || answer.hasPrefix("HTTP/1.0 200 "), "\(answer)")
    let series = try #require(
      try JSONSerialization.jsonObject(with: Data(answer[body...].utf8)) as? [[String: Any]], "\(answer)")
    var values: [String: [Int: Double]] = [:]
    for one in series {
      let points = try #require(one["datapoints"] as? [[Any]])
      var found: [Int: Double] = [:]
      for point in points {
        if let value = point[0] as? Double, let second = point[1] as? Int { found[second] = value }
      }
      values[try #require(one["target"] as? String)] = found
    }
    return values
  }
}
