/// How long a request has been running, in seconds, and how well that is known.
public enum RequestDuration: Equatable, Sendable {
  /// The server keeps the time it began.
  case exact(Double)
  /// It was seen that long ago, or something of it is that old: it runs at least so long.
  case atLeast(Double)
  /// Nothing in the process says when it began.
  case unknown

  /// The seconds, exact or not.
  public var seconds: Double? {
    switch self {
    case .exact(let seconds), .atLeast(let seconds): seconds
    case .unknown: nil
    }
  }
}
