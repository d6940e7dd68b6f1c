import Catalog
import Synchronization

/// Figures of the gateway itself, in Prometheus' text format
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
final class GatewayFigures: Sendable {
  private let state = Mutex(State())

  private struct State {
    var commands: [String: Histogram] = [:]
    var refused: [String: Int] = [:]
    var connections = 0
    var allConnections = 0
    var connectionsOfUsers: [UInt32: Int] = [:]
  }

  private struct Histogram {
    static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]
    var buckets = [Int](repeating: 0, count: bounds.count)
    var count = 0
    var sum = 0.0

    mutating func add(_ seconds: Double) {
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { buckets[index] += 1 }
      count += 1
      sum += seconds
    }
  }

  func count(_ command: String, seconds: Double) {
    state.withLock { $0.commands[command, default: Histogram()].add(seconds) }
  }

  func count(refused cause: CommandError.Cause) {
    state.withLock { $0.refused["\(cause)", default: 0] += 1 }
  }

  /// Counts one more client; false where there are as many as may be.
  func connect(limit: Int) -> Bool {
    state.withLock { state in
      guard state.connections < limit else { return false }
      state.connections += 1
      state.allConnections += 1
      return true
    }
  }

  /// The same of one user.
  func connect(_ user: UInt32, limit: Int) -> Bool {
    state.withLock { state in
      guard state.connectionsOfUsers[user] ?? 0 < limit else { return false }
      state.connectionsOfUsers[user, default: 0] += 1
      return true
    }
  }

  /// - Parameter user: nil where it was gone before it was known whose it was.
  func disconnect(_ user: UInt32?) {
    state.withLock { state in
      state.connections -= 1
      guard let user, let count = state.connectionsOfUsers[user] else { return }
      state.connectionsOfUsers[user] = count > 1 ? count - 1 : nil
    }
  }

  func text(auditEntries: UInt64) -> String {
    let state = state.withLock { $0 }
    var text = """
      # HELP ispyd_commands_seconds Commands that were carried out, by how long they took.
      # TYPE ispyd_commands_seconds histogram

      """
    for (command, histogram) in state.commands.sorted(by: { $0.key < $1.key }) {
      let label = "command=\"\(command)\""
      for (bound, count) in zip(Histogram.bounds, histogram.buckets) {
        text += "ispyd_commands_seconds_bucket{\(label),le=\"\(bound)\"} \(count)\n"
      }
      text += "ispyd_commands_seconds_bucket{\(label),le=\"+Inf\"} \(histogram.count)\n"
      text += "ispyd_commands_seconds_sum{\(label)} \(histogram.sum)\n"
      text += "ispyd_commands_seconds_count{\(label)} \(histogram.count)\n"
    }
    text += "# HELP ispyd_failures_total Commands that were refused or failed, by cause.\n"
    text += "# TYPE ispyd_failures_total counter\n"
    for (cause, count) in state.refused.sorted(by: { $0.key < $1.key }) {
      text += "ispyd_failures_total{cause=\"\(cause)\"} \(count)\n"
    }
    text += """
      # HELP ispyd_connections Clients that are connected.
      # TYPE ispyd_connections gauge
      ispyd_connections \(state.connections)
      # HELP ispyd_connections_total Clients that have connected.
      # TYPE ispyd_connections_total counter
      ispyd_connections_total \(state.allConnections)
      # HELP ispyd_audit_entries_total Entries of the audit.
      # TYPE ispyd_audit_entries_total counter
      ispyd_audit_entries_total \(auditEntries)

      """
    return text
  }
}
