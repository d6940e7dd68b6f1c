import Catalog
import Glibc
import Synchronization
import Telemetry

/// Where what a probe counts is sent on to: from here, so that neither the process nor a gateway connects to anything.
final class MetricOutput: Sendable {
  private let name: MetricName
  private let destination: MetricDestination
  private let state: Mutex<State>

  private struct State {
    let sender: MetricSender
    var problem: String?
    var sentAt = 0
  }

  /// Nil where nothing is to be sent.
  init?(_ arguments: Arguments) throws(CommandError) {
    guard let text = arguments["to"] else {
      guard arguments["metric"] == nil else {
        throw CommandError(.usage, "--metric is for what is sent on", hint: "name where to with --to")
      }
      return nil
    }
    do throws(MetricError) {
      destination = try MetricDestination(text)
      name = try MetricName(arguments["metric"] ?? Self.name(of: arguments["location"] ?? "probe"))
    } catch {
      throw CommandError(.usage, "\(error)", hint: "see: ispy help probe time")
    }
    state = Mutex(State(sender: MetricSender(to: destination, countingSince: Self.now(), service: "ispy")))
  }

  /// `shop.checkout:Cart.pay` is `shop.checkout.Cart.pay`.
  private static func name(of location: String) -> String {
    let parts = location.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
    let name = parts.joined(separator: ".")
    return name.first?.isLetter == true ? name : "probe." + name
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Sends what a result counts. Says why it did not arrive, where that is not what was said last.
  func send(_ result: ProbeResult) -> CommandError? {
    guard let all = result.series, result.preview == nil else { return nil }
    let names = result.labels ?? []
    let series = all.map { one in
      let labels = (one.label ?? []).enumerated().map { index, value in
        MetricLabel(index < names.count ? names[index] : "label\(index + 1)", value)
      }
      return MeasuredSeries(
        labels: labels, calls: one.calls, errors: one.errors, sumNanoseconds: one.nanoseconds,
        histogram: LatencyHistogram(one))
    }
    let report = MetricReport(name: name, kind: result.kind == .time ? .time : .count, series: series)
    return state.withLock { state in
      // Two reports of one second would be one to Graphite.
      while Self.now() - state.sentAt < 1_000_000_000 { usleep(50_000) }
      state.sentAt = Self.now()
      do throws(MetricError) {
        try state.sender.send(report, at: Self.now())
        state.problem = nil
        return nil
      } catch {
        let problem = "what was counted did not reach its destination: \(error)"
        guard state.problem != problem else { return nil }
        state.problem = problem
        return CommandError(.unavailable, problem, hint: "it is sent again at the next interval")
      }
    }
  }
}
