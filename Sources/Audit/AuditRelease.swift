import Catalog
import Glibc

/// The oldest file of a log, which may be let go once the entry that it ends with has been signed (`AuditCheckpoint`).
///
/// What is left is proven from that entry on: its first line holds the hash of the last one that went. Nothing goes that is
/// not whole, and never the file that is being written, nor the one before it while that is empty.
public struct AuditRelease: Equatable, Sendable {
  public let path: String
  public let first: UInt64
  public let last: AuditLog.Head

  /// Nil where nothing is to go.
  ///
  /// - Parameters:
  ///   - bytes: of all files together that may be kept.
  ///   - seconds: since a file was written to last; nil for as long as there is room.
  ///   - time: seconds since 1970.
  public init?(
    of directory: String, bytes: Int, seconds: Double?, time: Double = AuditLog.now()
  ) throws(AuditError) {
    let segments = try AuditFiles(directory: directory).segments()
    guard segments.count > 1 else { return nil }
    let facts = try segments.map { (segment) throws(AuditError) in try Self.facts(segment.path) }
    let isOld = seconds.map { Double(facts[0].st_mtim.tv_sec) + $0 <= time } ?? false
    guard isOld || facts.reduce(0, { $0 + Int($1.st_size) }) > bytes, facts[1].st_size > 0 else { return nil }
    var next: AuditRecord?
    try AuditFiles.readLines(segments[1].path) { line, _, _ in
      next = AuditRecord(line: line)
      return false
    }
    guard let next, next.entry.number == segments[1].first else { throw .broken(path: segments[1].path, line: 1) }
    path = segments[0].path
    first = segments[0].first
    last = AuditLog.Head(number: next.entry.number - 1, hash: next.previous)
    if let line = try AuditReader.firstDamage(of: path, from: first, endingWith: last) {
      throw .broken(path: path, line: line)
    }
  }

  private static func facts(_ path: String) throws(AuditError) -> stat {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { throw .file(path: path, errno: errno) }
    return facts
  }

  /// Removes the file; what it ends with must have been signed, and kept, before.
  public func remove() throws(AuditError) {
    guard unlink(path) == 0 else { throw .file(path: path, errno: errno) }
  }
}
