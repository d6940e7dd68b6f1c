import Glibc
import RemoteProcess

/// When data last came in on the TCP connections of a process, as the kernel counts it.
///
/// A server that notes no start of its requests leaves this: a request was on its connection when the last data came, so
/// it has run at least since then. The kernel is asked (sock_diag(7)), not the process.
public struct ConnectionAges: Sendable {
  /// Seconds since the last data, by the other end of the connection.
  public let seconds: [WebRequest.Client: Double]

  public init(seconds: [WebRequest.Client: Double]) { self.seconds = seconds }

  /// Asks the kernel. Empty where it does not answer, and for a process in another network namespace: its connections are
  /// not among those that the kernel lists here.
  public init(pid: Int32) {
    var inodes: Set<UInt64> = []
    for file in (try? OpenFiles(pid: pid))?.files ?? [] {
      if case .socket(let inode) = file.target { inodes.insert(inode) }
    }
    guard !inodes.isEmpty else {
      seconds = [:]
      return
    }
    var found: [WebRequest.Client: Double] = [:]
    for family in [AF_INET, AF_INET6] {
      SocketDiagnosis.connections(family: family) { connection in
        guard inodes.contains(UInt64(connection.inode)), let milliseconds = connection.sinceLastData else { return }
        let client = WebRequest.Client(address: connection.remoteAddress, port: Int(connection.remotePort))
        found[client] = Double(milliseconds) / 1000
      }
    }
    seconds = found
  }

  /// The request with what its connection adds, where nothing better is known.
  public func completing(_ request: WebRequest) -> WebRequest {
    guard request.duration == .unknown, let connection = request.connection, let age = seconds[connection] else {
      return request
    }
    var request = request
    request.duration = .atLeast(age)
    return request
  }
}
