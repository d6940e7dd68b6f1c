import Foundation
import Synchronization
import Telemetry
import TestSupport
import Testing

/// What happens to a report on its way, with ends of the test's own.
@Suite struct MetricSenderTests {
  private static let start = 1_700_000_000_000_000_000
  private static func time(_ seconds: Int) -> Int { start + seconds * 1_000_000_000 }

  private func sender(_ destination: String, patience: Duration = .seconds(60)) throws -> MetricSender {
    MetricSender(to: try MetricDestination(destination), countingSince: Self.start, patience: patience)
  }

  private func report(_ calls: Int) throws -> MetricReport {
    MetricReport(name: try Samples.name(), kind: .count, series: [MeasuredSeries(calls: calls)])
  }

  private func lines(_ calls: Int, rate: Double, at seconds: Int) -> String {
    let time = 1_700_000_000 + seconds
    return "checkout.pay.calls \(calls) \(time)\ncheckout.pay.errors 0 \(time)\ncheckout.pay.rate \(rate) \(time)\n"
  }

  /// Sends, while the other end is on a thread of its own.
  private func sending<Answer: Sendable>(
    _ sender: MetricSender, _ report: MetricReport, at seconds: Int, to other: @escaping @Sendable () throws -> Answer
  ) throws -> (answer: Answer, error: MetricError?) {
    let end = OtherEnd(other)
    var failure: MetricError?
    do throws(MetricError) {
      try sender.send(report, at: Self.time(seconds))
    } catch {
      failure = error
    }
    return (try end.answer(), failure)
  }

  // MARK: - Graphite

  @Test func graphiteGetsEachIntervalOnAConnectionOfItsOwn() throws {
    let carbon = try LoopbackListener()
    let sender = try sender("graphite://127.0.0.1:\(carbon.port)")
    for (calls, seconds, wanted) in [
      (20, 10, lines(20, rate: 2.0, at: 10)), (25, 20, lines(5, rate: 0.5, at: 20)),
      (25, 30, lines(0, rate: 0.0, at: 30)),
    ] {
      let (received, error) = try sending(sender, try report(calls), at: seconds) {
        let connection = try carbon.accept()
        defer { connection.end() }
        return try connection.receive()
      }
      #expect(received == wanted && error == nil)
    }
    #expect(sender.delivered == 3 && sender.undelivered == 0)
  }

  @Test func whatDidNotArriveIsInTheNextInterval() throws {
    let port = try Loopback.quietPort()
    let sender = try sender("graphite://127.0.0.1:\(port)")
    let refused = MetricError.unreachable(destination: "graphite://127.0.0.1:\(port)", errno: ECONNREFUSED)
    #expect(throws: refused) { try sender.send(try report(20), at: Self.time(10)) }
    #expect("\(refused)" == "cannot send to graphite://127.0.0.1:\(port): Connection refused")
    #expect(sender.delivered == 0 && sender.undelivered == 1)

    let listener = try LoopbackListener(port: port)
    let (received, error) = try sending(sender, try report(30), at: 20) {
      let connection = try listener.accept()
      defer { connection.end() }
      return try connection.receive()
    }
    #expect(received == lines(30, rate: 1.5, at: 20))
    #expect(error == nil && sender.delivered == 1)
  }

  @Test func anEndThatNeverReadsIsWaitedForNoLongerThanAllowed() throws {
    let carbon = try LoopbackListener()
    // More than the kernel keeps for one that does not read.
    let many = MetricReport(
      name: try Samples.name(), kind: .count,
      series: (0..<30_000).map { number in
        MeasuredSeries(labels: [MetricLabel(String(repeating: "n", count: 90), "\(number)")], calls: 1)
      })
    let name = "graphite://127.0.0.1:\(carbon.port)"
    let sender = try sender(name, patience: .milliseconds(200))
    #expect(throws: MetricError.late(destination: name)) { try sender.send(many, at: Self.time(10)) }
    #expect(sender.undelivered == 1)
  }

  @Test func anEndThatReadsAndDoesNotHangUpHasIt() throws {
    let carbon = try LoopbackListener()
    let sender = try sender("graphite://127.0.0.1:\(carbon.port)", patience: .milliseconds(200))
    try sender.send(try report(20), at: Self.time(10))
    #expect(sender.delivered == 1)
    let connection = try carbon.accept()
    #expect(try connection.receive() == lines(20, rate: 2.0, at: 10))
  }

  // MARK: - StatsD

  @Test func statsDGetsDatagrams() throws {
    let server = try DatagramReceiver()
    let sender = try sender("statsd://127.0.0.1:\(server.port)")
    try sender.send(try report(20), at: Self.time(10))
    #expect(server.received() == ["checkout.pay.calls:20|c\ncheckout.pay.errors:0|c"])
    try sender.send(try report(23), at: Self.time(20))
    #expect(server.received() == ["checkout.pay.calls:3|c\ncheckout.pay.errors:0|c"])
    let times = try Samples.report()
    let other = try self.sender("statsd://localhost:\(server.port)")
    try other.send(times, at: Self.time(10))
    let datagrams = server.received()
    #expect(datagrams.allSatisfy { $0.utf8.count <= 1432 })
    #expect(datagrams.flatMap { $0.split(separator: "\n").map(String.init) } == StatsDLines.lines(of: times))
  }

  @Test func whereNobodyListensForDatagramsTheKernelSaysSo() throws {
    let name = "statsd://127.0.0.1:\(try Loopback.quietPort())"
    let sender = try sender(name)
    #expect(throws: MetricError.unreachable(destination: name, errno: ECONNREFUSED)) {
      try sender.send(try report(1), at: Self.time(10))
    }
  }

  // MARK: - OpenTelemetry

  private func post(
    _ answer: String, hangUp: Bool = true
  ) throws -> (request: String, error: MetricError?, sender: MetricSender) {
    let collector = try LoopbackListener()
    let sender = try sender("otlp://127.0.0.1:\(collector.port)")
    let (request, error) = try sending(sender, try report(20), at: 10) {
      let connection = try collector.accept()
      let request = try connection.receive(until: "}]}]}]}")
      try connection.send(answer)
      // Else the sender is to hang up itself, by what the answer says.
      if !hangUp { _ = try connection.receive() }
      connection.end()
      return request
    }
    return (request.replacing(":\(collector.port)", with: ""), error, sender)
  }

  @Test func aCollectorGetsARequest() throws {
    let message = try OTLPMessage(
      try report(20), over: MetricInterval(from: Self.start, to: Self.time(10)), service: nil
    ).text()
    let head = """
      POST /v1/metrics HTTP/1.1\r
      Host: 127.0.0.1\r
      User-Agent: ispy\r
      Content-Type: application/json\r
      Content-Length: \(message.utf8.count)\r
      Connection: close\r
      \r

      """
    for (answer, hangUp) in [
      ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), ("HTTP/1.1 202 Accepted\r\n\r\n", true),
      ("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"partialSuccess\":{}}", true),
      ("HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{\"rejectedDataPoints\":\"0\",\"errorMessage\":\"careful\"}}", true),
    ] {
      let outcome = try post(answer, hangUp: hangUp)
      #expect(outcome.request == head + message)
      #expect(outcome.error == nil && outcome.sender.delivered == 1)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"no\\nsense\"}", "400 Bad Request, no sense", true),
    ("HTTP/1.1 404 Not Found\r\n\r\n404 page not found", "404 Not Found, without a reason", true),
    ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "503 Service Unavailable", false),
    ("HTTP/1.1 429 Too Many Requests\r\n\r\n", "429 Too Many Requests", false),
    (
      "HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{\"rejectedDataPoints\":\"3\",\"errorMessage\":\"old\"}}",
      "3 values, old", true
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"partialSuccess\":{\"\r\n"
        + "19;x=y\r\nrejectedDataPoints\":\"3\"}}\r\n0\r\n\r\n", "3 values, without a reason", true
    ),
    ("220 mail.example ESMTP\r\n\r\n", "what answers there does not speak HTTP", true),
    ("", "what answers there does not speak HTTP", true),
  ])
  func whatACollectorDoesNotTakeIsSaid(answer: String, why: String, isFinal: Bool) throws {
    let outcome = try post(answer)
    let name = outcome.sender.destination.description
    #expect(
      outcome.error == (isFinal ? .rejected(destination: name, why) : .busy(destination: name, why)))
    #expect(outcome.sender.undelivered == 1)
  }

  @Test(arguments: [("400 Bad Request", 5), ("503 Service Unavailable", 25)])
  func whatWasNotWantedIsNotSentAgain(status: String, then: Int) throws {
    let collector = try LoopbackListener()
    let sender = try sender("otlp://127.0.0.1:\(collector.port)")
    var requests: [String] = []
    for (calls, seconds, status) in [(20, 10, status), (25, 20, "200 OK")] {
      let exchange = try sending(sender, try report(calls), at: seconds) {
        let connection = try collector.accept()
        defer { connection.end() }
        let request = try connection.receive(until: "}]}]}]}")
        try connection.send("HTTP/1.1 \(status)\r\n\r\n")
        return request
      }
      requests.append(exchange.answer)
    }
    #expect(requests[1].contains(#""asInt":"\#(then)""#))
    #expect(sender.delivered == 1 && sender.undelivered == 1)
  }

  @Test func anEndThatNeverStopsTalkingIsNotHeardForever() throws {
    let collector = try LoopbackListener()
    let sender = try sender("otlp://127.0.0.1:\(collector.port)")
    let exchange = try sending(sender, try report(20), at: 10) {
      let connection = try collector.accept()
      _ = try connection.receive(until: "}]}]}]}")
      // Until the sender has had enough.
      while (try? connection.send(String(repeating: "x", count: 4096))) != nil {}
    }
    let name = sender.destination.description
    #expect(exchange.error == .rejected(destination: name, "what answers there does not speak HTTP"))
  }
}

/// What the other end of a connection does, on a thread of its own, and what it makes of it.
private final class OtherEnd<Answer: Sendable>: Sendable {
  private let outcome = Mutex<Result<Answer, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Answer) {
    Thread.detachNewThread { [self] in
      let result = Result { try body() }
      outcome.withLock { $0 = result }
    }
  }

  func answer() throws -> Answer { try eventually { outcome.withLock { $0 } }.get() }
}
