/// Which entries of the audit are wanted: all that is said must hold.
public struct AuditQuery: Equatable, Sendable {
  public var user: String?
  public var command: String?
  public var pid: Int32?
  public var kind: AuditEntry.Kind?
  /// Seconds since 1970.
  public var since: Double?
  /// The last ones, so many.
  public var limit = 100

  public init() {}

  public func matches(_ entry: AuditEntry) -> Bool {
    (user == nil || entry.name == user || entry.user.map { String($0) } == user)
      && (command == nil || entry.command == command) && (kind == nil || entry.kind == kind)
      && (pid == nil || entry.targets?.contains { $0.pid == pid } == true) && since.map { entry.time >= $0 } ?? true
  }
}
