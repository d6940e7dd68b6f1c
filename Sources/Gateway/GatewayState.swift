import Audit
import Glibc
import PolicyFile

/// The directory of all that a gateway keeps.
///
///     audit/          the log, its segments, what a crash tore off
///     audit.key       signs checkpoints
///     checkpoints     signed heads of the log, a line each
///     ispyd.sqlite    approvals and sessions
///     sessions/       recordings
final class GatewayState: Sendable {
  let path: String
  let key: AuditKey
  let anchor: String?

  init(_ configuration: GatewayConfiguration) throws {
    path = configuration.state
    anchor = configuration.anchor
    try Self.directory(path)
    try Self.directory(path + "/sessions")
    key = try AuditKey(path: path + "/audit.key")
  }

  var audit: String { path + "/audit" }
  var database: String { path + "/ispyd.sqlite" }
  var sessions: String { path + "/sessions" }
  var checkpoints: String { path + "/checkpoints" }

  private static func directory(_ path: String) throws(GatewayError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw .file(path: path, errno: errno) }
    var facts = stat()
    guard lstat(path, &facts) == 0 else { throw .file(path: path, errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw .notSafe(path: path, why: "it is no directory") }
    guard facts.st_uid == geteuid() else { throw .notSafe(path: path, why: "it belongs to user \(facts.st_uid)") }
    guard facts.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else { throw .file(path: path, errno: errno) }
  }

  /// Signs the head and keeps it, here and where the configuration says.
  func checkpoint(_ head: AuditLog.Head) throws -> AuditCheckpoint {
    let checkpoint = try key.checkpoint(of: head)
    for file in [checkpoints] + (anchor.map { [$0] } ?? []) { try Self.append(checkpoint.line, to: file) }
    return checkpoint
  }

  /// Signs that the entries up to there are let go, and keeps that beside the log and where the configuration says. Heads
  /// before it are of no use any more.
  func release(_ last: AuditLog.Head) throws {
    let release = try key.checkpoint(of: last, isRelease: true)
    for file in [audit + "/released"] + (anchor.map { [$0] } ?? []) { try Self.append(release.line, to: file) }
    let kept = try AuditCheckpoint.read(checkpoints).checkpoints.filter { $0.number > last.number }
    let draft = checkpoints + ".draft"
    unlink(draft)
    try Self.append(kept.map(\.line).joined(), to: draft)
    guard rename(draft, checkpoints) == 0 else { throw GatewayError.file(path: checkpoints, errno: errno) }
  }

  private static func append(_ line: String, to path: String) throws(GatewayError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(descriptor) }
    let bytes = Array(line.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fdatasync(descriptor) == 0 else {
      throw .file(path: path, errno: errno)
    }
  }
}
