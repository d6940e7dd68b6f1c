/// Why the log cannot be written or read.
public enum AuditError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(path: String, errno: Int32)
  /// Another gateway has it.
  case inUse(path: String)
  /// The last segment does not hold what a log holds: nothing may be chained to it.
  case broken(path: String, line: Int)
  case notSafe(path: String, why: String)
  case unwritable(String)
  case badKey(path: String)

  public var description: String {
    switch self {
    case .file(let path, let code): "\(path): \(systemMessage(code))"
    case .inUse(let path): "\(path) is in use by another gateway"
    case .broken(let path, let line):
      "\(path) is damaged at line \(line): see ispyd --verify-audit; nothing is chained to it"
    case .notSafe(let path, let why): "\(path) is not safe to keep the audit in: \(why)"
    case .unwritable(let why): "the audit cannot be written: \(why)"
    case .badKey(let path): "\(path) holds no Ed25519 key"
    }
  }
}
