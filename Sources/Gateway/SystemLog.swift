import Catalog
import Glibc

/// Shows entries of the audit to syslog, which journald reads too.
enum SystemLog {
  @Sendable static func mirror(_ entry: AuditEntry) {
    var text = "ispyd audit \(entry.number) \(entry.kind.rawValue)"
    for (name, value) in [
      ("user", entry.name), ("command", entry.command), ("rule", entry.rule), ("reason", entry.reason),
      ("failure", entry.failure), ("note", entry.note), ("intent", entry.intent.map { String($0) }),
    ] {
      if let value { text += " \(name)=\"\(value.filter { $0 != "\"" && !$0.isNewline })\"" }
    }
    if let targets = entry.targets { text += " pids=" + targets.map { String($0.pid) }.joined(separator: ",") }
    // A text of ours is never a format.
    text.withCString { pointer in withVaList([pointer]) { vsyslog(LOG_AUTHPRIV | LOG_NOTICE, "%s", $0) } }
  }
}
