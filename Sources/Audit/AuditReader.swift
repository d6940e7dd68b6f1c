public import Catalog
import Glibc

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
      try Self.readLines(segment.path) { line in
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
      try Self.readLines(segment.path) { line in
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

  /// A file that was let go after it was listed has no lines.
  private static func readLines(_ path: String, _ take: (ArraySlice<UInt8>) -> Bool) throws(AuditError) {
    do throws(AuditError) { try AuditFiles.readLines(path) { line, _, _ in take(line) } } catch .file(_, ENOENT) {}
  }

  // MARK: - Proving

  /// Checks every byte of the log, and that it holds what the checkpoints say.
  ///
  /// A log whose oldest files were let go is proven from the release on that says so.
  ///
  /// - Parameters:
  ///   - checkpoints: that are genuine, releases among them; those that lie beside the log are added.
  ///   - trusted: the key that must have signed the releases beside the log; nil takes their own word for it.
  public func verify(
    _ checkpoints: [AuditCheckpoint] = [], trusted: String? = nil
  ) throws(AuditError) -> AuditVerdictResult {
    // Files may be let go meanwhile; then it is another log, and is looked at anew.
    for _ in 0..<10 {
      do throws(AuditError) { return try verifyOnce(checkpoints, trusted) } catch .file(_, ENOENT) { continue }
    }
    return try verifyOnce(checkpoints, trusted)
  }

  private func verifyOnce(
    _ checkpoints: [AuditCheckpoint], _ trusted: String?
  ) throws(AuditError) -> AuditVerdictResult {
    var verdict = AuditVerdictResult()
    let segments = try files.segments()
    var chain = Chain(next: 1, previous: AuditRecord.root)
    var problems: [AuditVerdictResult.Problem] = []
    if let first = segments.first, first.first > 1 {
      let releases = (checkpoints + (try ownReleases(trusted))).filter { $0.isRelease == true }
      if let release = releases.first(where: { $0.number == first.first - 1 }) {
        verdict.releasedNumber = release.number
        verdict.releasedTime = release.time
        chain = Chain(next: first.first, previous: release.hash)
      }
    }
    let released = verdict.releasedNumber ?? 0
    // What was let go can be held against nothing any more.
    var awaited = Dictionary(grouping: checkpoints.filter { $0.number > released }, by: \.number)
    for segment in segments {
      if segment.first != chain.next {
        let what =
          chain.next == 1
          ? "the log begins with entry \(segment.first), and nothing that is signed says that those before were let go"
          : "the file begins with entry \(segment.first); \(chain.next) was to follow"
        problems.append(.init(file: segment.path, line: 0, number: chain.next, what: what))
      }
      try chain.follow(segment.path, problems: &problems) { record in
        verdict.entries += 1
        for checkpoint in awaited.removeValue(forKey: record.entry.number) ?? [] where checkpoint.hash != record.hash {
          return "the checkpoint of entry \(record.entry.number) has another hash"
        }
        return nil
      }
    }
    for number in awaited.keys.sorted() {
      problems.append(
        .init(
          file: segments.last?.path ?? files.directory, line: 0, number: number,
          what: "a checkpoint says that there was an entry \(number), and it is missing"))
    }
    verdict.problems = Array(problems.prefix(Chain.problemLimit))
    verdict.checkpoints = checkpoints.count
    verdict.head = chain.previous.isEmpty ? AuditRecord.root : chain.previous
    verdict.headNumber = chain.next - 1
    return verdict
  }

  private func ownReleases(_ trusted: String?) throws(AuditError) -> [AuditCheckpoint] {
    do throws(AuditError) {
      return try AuditCheckpoint.read(files.releases).checkpoints.filter { $0.isGenuine(trusted: trusted) }
    } catch .file(_, ENOENT) { return [] }
  }

  /// The line at which a file of the log is not what it was; nil where it is whole, and ends as it should.
  static func firstDamage(
    of path: String, from first: UInt64, endingWith last: AuditLog.Head
  ) throws(AuditError) -> Int? {
    var chain = Chain(next: first, previous: "")
    var problems: [AuditVerdictResult.Problem] = []
    try chain.follow(path, problems: &problems) { _ in nil }
    if let problem = problems.first { return problem.line }
    return chain.next == last.number + 1 && chain.previous == last.hash ? nil : Int(chain.next - first)
  }

  /// Goes along entries that are each chained to the one before.
  private struct Chain {
    /// The number of the entry that is to come.
    var next: UInt64
    /// The hash of the one before it; empty where that is not known.
    var previous: String

    /// Problems that are named; after so many the log is beyond doubt.
    static let problemLimit = 100

    /// - Parameter check: what else is wrong with an entry.
    mutating func follow(
      _ path: String, problems: inout [AuditVerdictResult.Problem], _ check: (AuditRecord) -> String?
    ) throws(AuditError) {
      var line = 0
      func note(_ number: UInt64, _ what: String) {
        problems.append(.init(file: path, line: line, number: number, what: what))
      }
      try AuditFiles.readLines(path) { bytes, _, isWhole in
        line += 1
        guard let record = AuditRecord(line: bytes) else {
          note(next, isWhole ? "the entry was changed: its hash is not that of its bytes" : "the line has no end")
          // The next line can only be held against itself.
          next += 1
          previous = ""
          return problems.count < Self.problemLimit
        }
        let number = record.entry.number
        if number != next {
          note(
            next,
            number > next
              ? "entries \(next) to \(number - 1) are missing" : "entry \(number) stands where \(next) belongs")
        } else if !previous.isEmpty, record.previous != previous {
          note(number, "it is not chained to the entry before it, which is another than it was")
        }
        if let what = check(record) { note(number, what) }
        next = number + 1
        previous = record.hash
        return problems.count < Self.problemLimit
      }
    }
  }
}
