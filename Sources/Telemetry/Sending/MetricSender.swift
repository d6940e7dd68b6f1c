import Glibc

/// Sends one metric to one place, report after report.
///
/// Each report has a connection of its own, so that a monitoring that was started anew, or is another behind the same address,
/// needs no care. It takes no longer than it may, whatever the other end does. What could not be sent is in the next
/// report: the interval of that then begins where the last one ended that arrived. So nothing is lost while the sender
/// lives; where a connection broke after all was sent but before it was confirmed, something may be there twice.
///
/// Not Sendable: it belongs to the thread that sends.
public final class MetricSender {
  public let destination: MetricDestination
  /// Reports that arrived, as far as can be known: a datagram is said to have arrived unless the kernel says otherwise.
  public private(set) var delivered = 0
  /// Reports that did not.
  public private(set) var undelivered = 0
  private let service: String?
  private let patience: Duration
  private var lastSent: MetricReport?
  private var lastTime: Int

  /// - Parameters:
  ///   - time: when counting began, in nanoseconds since 1970.
  ///   - service: what OpenTelemetry is told as `service.name`.
  ///   - patience: how long one report may take to be sent.
  public init(
    to destination: MetricDestination, countingSince time: Int, service: String? = nil, patience: Duration = .seconds(2)
  ) {
    self.destination = destination
    self.service = service
    self.patience = patience
    lastTime = time
  }

  /// Sends what was counted since the last report that was sent, or, to Prometheus, all that was counted.
  ///
  /// - Parameter time: when the report was made, in nanoseconds since 1970.
  public func send(_ report: MetricReport, at time: Int) throws(MetricError) {
    do throws(MetricError) {
      try deliver(report, over: MetricInterval(from: lastTime, to: time))
      delivered += 1
    } catch {
      undelivered += 1
      // What was not wanted is not wanted later either, together with more.
      if case .rejected = error { advance(to: report, time) }
      throw error
    }
    advance(to: report, time)
  }

  private func advance(to report: MetricReport, _ time: Int) {
    lastSent = report
    lastTime = time
  }

  private func deliver(_ report: MetricReport, over interval: MetricInterval) throws(MetricError) {
    let end = ContinuousClock.now + patience
    let name = destination.description
    switch destination {
    case .graphite(let endpoint):
      let socket = try MetricSocket.connected(SOCK_STREAM, to: endpoint, of: name, until: end)
      try socket.send(GraphiteLines.text(of: report.since(lastSent), over: interval))
      socket.finish()
      try Self.confirm(socket)
    case .statsd(let endpoint):
      let socket = try MetricSocket.connected(SOCK_DGRAM, to: endpoint, of: name, until: end)
      for datagram in StatsDLines.datagrams(StatsDLines.lines(of: report.since(lastSent))) {
        try socket.send(datagram)
      }
      try socket.check()
    case .otlp(let endpoint, let path):
      let message = OTLPMessage(report.since(lastSent), over: interval, service: service)
      guard let text = try? message.text() else { preconditionFailure("texts and numbers can be encoded") }
      try OTLPExchange.post(text, to: endpoint, path: path, of: name, until: end)
    case .prometheus(let path):
      try MetricFile.write(PrometheusText.text(of: report), metric: report.name, to: path)
    }
  }

  /// Carbon says nothing, but it hangs up once it has read all there was. One that does neither until the time is over has it
  /// in its kernel at least.
  private static func confirm(_ socket: MetricSocket) throws(MetricError) {
    do throws(MetricError) {
      while !(try socket.receive()).isEmpty {}
    } catch {
      guard case .late = error else { throw error }
    }
  }
}
