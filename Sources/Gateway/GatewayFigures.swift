import Catalog
import CoreMetrics
import Synchronization

/// Figures of the gateway itself, and what it counts to bound its clients.
final class GatewayFigures: Sendable {
  private let metrics = PrometheusMetrics(help: [
    "ispyd_commands_seconds": "Commands that were carried out, by how long they took.",
    "ispyd_failures_total": "Commands that were refused or failed, by cause.",
    "ispyd_connections": "Clients that are connected.",
    "ispyd_connections_total": "Clients that have connected.",
    "ispyd_audit_entries": "The number of the last entry of the audit.",
  ])
  private let clients: Meter
  private let allClients: Counter
  private let entries: Meter
  private let connections = Mutex(Connections())

  private struct Connections {
    var count = 0
    var ofUsers: [UInt32: Int] = [:]
  }

  init() {
    clients = Meter(label: "ispyd_connections", factory: metrics)
    allClients = Counter(label: "ispyd_connections_total", factory: metrics)
    entries = Meter(label: "ispyd_audit_entries", factory: metrics)
  }

  func count(_ command: String, seconds: Double) {
    Timer(label: "ispyd_commands_seconds", dimensions: [("command", command)], factory: metrics)
      .recordNanoseconds(Int64(seconds * 1e9))
  }

  func count(refused cause: CommandError.Cause) {
    Counter(label: "ispyd_failures_total", dimensions: [("cause", "\(cause)")], factory: metrics).increment()
  }

  /// Counts one more client; false where there are as many as may be.
  func connect(limit: Int) -> Bool {
    connections.withLock { connections in
      guard connections.count < limit else { return false }
      connections.count += 1
      clients.set(connections.count)
      allClients.increment()
      return true
    }
  }

  /// The same of one user.
  func connect(_ user: UInt32, limit: Int) -> Bool {
    connections.withLock { connections in
      guard connections.ofUsers[user] ?? 0 < limit else { return false }
      connections.ofUsers[user, default: 0] += 1
      return true
    }
  }

  /// - Parameter user: nil where it was gone before it was known whose it was.
  func disconnect(_ user: UInt32?) {
    connections.withLock { connections in
      connections.count -= 1
      clients.set(connections.count)
      guard let user, let count = connections.ofUsers[user] else { return }
      connections.ofUsers[user] = count > 1 ? count - 1 : nil
    }
  }

  func text(auditEntries: UInt64) -> String {
    entries.set(auditEntries)
    return metrics.text()
  }
}
