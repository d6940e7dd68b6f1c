import Glibc

/// Why something was not measured under that name, or did not reach the monitoring.
public enum MetricError: Error, Equatable, Sendable {
  /// No name for a metric.
  case name(String, String)
  /// No place to send to.
  case destination(String, String)
  /// The kernel's refusal.
  case unreachable(destination: String, errno: Int32)
  /// It took longer than it may.
  case late(destination: String)
  /// It came there, and was not wanted: it is not sent again.
  case rejected(destination: String, String)
  /// It came there, and can be sent again.
  case busy(destination: String, String)
  /// What stands where the file is to be.
  case occupied(path: String, String)
  case file(path: String, errno: Int32)
}

extension MetricError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .name(let text, let why): "\(text.prefix(80)) is no name for a metric: \(why)"
    case .destination(let text, let why): "cannot send to \(text.prefix(200)): \(why)"
    case .unreachable(let destination, let errno): "cannot send to \(destination): \(Self.words(errno))"
    case .late(let destination): "cannot send to \(destination): it took too long"
    case .rejected(let destination, let what), .busy(let destination, let what):
      "\(destination) did not take it: \(what)"
    case .occupied(let path, let what): "cannot write \(path): \(what)"
    case .file(let path, let errno): "cannot write \(path): \(Self.words(errno))"
    }
  }

  private static func words(_ errno: Int32) -> String { String(cString: strerror(errno)) }
}
