public import Catalog
/// Reads the log, and proves it.
public struct AuditReader: Sendable {
  private let files: AuditFiles

  public init(directory: String) { files = AuditFiles(directory: directory) }

  // MARK: - Reading

  /// Entries from a number on that are wanted, at most so many; lines that are damaged are passed over (`verify` names them).
  public func entries(
    from first: UInt64 = 1, limit: Int, where isWanted: (AuditEntry) -> Bool
  ) throws(AuditError) -> [AuditEntry] {
    var found: [AuditEntry] = []
    let segments = try files.segments()
    for (index, segment) in segments.enumerated() where found.count < limit {
      // The whole segment lies before what is asked for.
      if index + 1 < segments.count, segments[index + 1].first <= first { continue }
      try AuditFiles.readLines(segment.path) { line, _, _ in
        guard let entry = AuditRecord(line: line)?.entry, entry.number >= first, isWanted(entry) else { return true }
        found.append(entry)
        return found.count < limit
      }
    }
    return found
  }

  /// The last entries that are wanted, the oldest of them first.
  public func last(_ count: Int, where isWanted: (AuditEntry) -> Bool) throws(AuditError) -> [AuditEntry] {
    var found: [AuditEntry] = []
    for segment in try files.segments().reversed() where found.count < count {
      var part: [AuditEntry] = []
      try AuditFiles.readLines(segment.path) { line, _, _ in
        if let entry = AuditRecord(line: line)?.entry, isWanted(entry) {
          part.append(entry)
          // Only the end is wanted: what comes before is let go as it goes by.
          if part.count >= 2 * count { part.removeFirst(part.count - count) }
        }
        return true
      }
      found = part.suffix(count - found.count) + found
    }
    return found
  }

  // MARK: - Proving

  /// Problems that are named; after so many the log is beyond doubt.
  private static let problemLimit = 100

  /// Checks every byte of the log, and that it holds what the checkpoints say.
  public func verify(_ checkpoints: [AuditCheckpoint] = []) throws(AuditError) -> AuditVerdictResult {
    var verdict = AuditVerdictResult()
    var next: UInt64 = 1
    var previous = AuditRecord.root
    var awaited = Dictionary(grouping: checkpoints, by: \.number)
    func note(_ file: String, _ line: Int, _ number: UInt64, _ what: String) {
      if verdict.problems.count < Self.problemLimit {
        verdict.problems.append(.init(file: file, line: line, number: number, what: what))
      }
    }
    let segments = try files.segments()
    for segment in segments {
      var line = 0
      if segment.first != next {
        note(segment.path, 0, next, "the file begins with entry \(segment.first); \(next) was to follow")
      }
      try AuditFiles.readLines(segment.path) { bytes, _, isWhole in
        line += 1
        guard let record = AuditRecord(line: bytes) else {
          note(
            segment.path, line, next,
            isWhole ? "the entry was changed: its hash is not that of its bytes" : "the line has no end")
          // The next line can only be held against itself.
          next += 1
          previous = ""
          return verdict.problems.count < Self.problemLimit
        }
        let number = record.entry.number
        if number != next {
          note(
            segment.path, line, next,
            number > next
              ? "entries \(next) to \(number - 1) are missing" : "entry \(number) stands where \(next) belongs")
        } else if !previous.isEmpty, record.previous != previous {
          note(segment.path, line, number, "it is not chained to the entry before it, which is another than it was")
        }
        for checkpoint in awaited.removeValue(forKey: number) ?? [] where checkpoint.hash != record.hash {
          note(segment.path, line, number, "the checkpoint of entry \(number) has another hash")
        }
        verdict.entries += 1
        verdict.checkpoints = checkpoints.count
        next = number + 1
        previous = record.hash
        return verdict.problems.count < Self.problemLimit
      }
    }
    for number in awaited.keys.sorted() {
      note(
        segments.last?.path ?? files.directory, 0, number,
        "a checkpoint says that there was an entry \(number), and it is missing")
    }
    verdict.checkpoints = checkpoints.count
    verdict.head = previous.isEmpty ? AuditRecord.root : previous
    verdict.headNumber = next - 1
    return verdict
  }
}
