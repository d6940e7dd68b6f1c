import Glibc

/// Why the gateway does not start.
public enum GatewayError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(path: String, errno: Int32)
  case notSafe(path: String, why: String)
  case alreadyRunning(path: String)
  case noGroup(String)
  case configuration(path: String, problems: [String])

  public var description: String {
    switch self {
    case .file(let path, let code): "\(path): \(String(cString: strerror(code)))"
    case .notSafe(let path, let why): "\(path) is not safe: \(why)"
    case .alreadyRunning(let path): "a gateway listens at \(path) already"
    case .noGroup(let name): "there is no group \(name)"
    case .configuration(let path, let problems): problems.map { "\(path):\($0)" }.joined(separator: "\n")
    }
  }
}
