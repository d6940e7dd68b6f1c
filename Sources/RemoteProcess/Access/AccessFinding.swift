/// A cause that was found, what it was seen by, and what would help.
public struct AccessFinding: Hashable, Sendable {
  public let cause: AccessCause
  /// What was found where: `process 4711 runs as web (uid 1000), this one as app (uid 1001) without CAP_SYS_PTRACE`.
  public let evidence: String
  /// What to do, the simplest first, each to be copied as it stands; alternatives, not steps.
  public let fixes: [String]
}
