import Catalog
import Glibc

/// The last file of a log, opened to go on where it ends.
struct AuditSegment {
  let segment: Open
  let head: AuditLog.Head
  /// Where a half written line was set aside.
  let torn: String?

  /// A file that is being written.
  struct Open {
    let descriptor: Int32
    let path: String
    private(set) var length: Int

    /// All of it, on the disk; or nothing.
    mutating func write(_ text: String) throws(AuditError) {
      var text = text
      let code = text.withUTF8 { bytes -> Int32 in
        var done = 0
        while done < bytes.count {
          let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(length + done))
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { return count == 0 ? ENOSPC : errno }
          done += count
        }
        return fdatasync(descriptor) == 0 ? 0 : errno
      }
      guard code == 0 else {
        // What is there of it was promised to nobody.
        _ = ftruncate(descriptor, off_t(length))
        throw .unwritable("\(path): \(systemMessage(code))")
      }
      length += text.utf8.count
    }

    /// Begins the file that follows, and closes this one.
    func next(_ files: AuditFiles, from number: UInt64) throws(AuditError) -> Open {
      let next = try Open(creating: files.path(ofSegmentFrom: number), in: files.directory)
      close(descriptor)
      return next
    }

    init(creating path: String, in directory: String) throws(AuditError) {
      // An empty one may be left of a try that failed.
      descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
      self.path = path
      length = 0
      guard ftruncate(descriptor, 0) == 0 else { throw .file(path: path, errno: errno) }
      // Its name too must outlive a crash.
      let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if folder >= 0 {
        fsync(folder)
        close(folder)
      }
    }

    init(_ path: String, length: Int) throws(AuditError) {
      descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
      self.path = path
      self.length = length
      guard ftruncate(descriptor, off_t(length)) == 0 else { throw .file(path: path, errno: errno) }
    }
  }

  init(_ files: AuditFiles) throws(AuditError) {
    var segments = try files.segments()
    // A segment that was begun and never written to says nothing.
    var empty: String?
    if let last = segments.last, segments.count > 1, Self.size(last.path) == 0 { empty = segments.removeLast().path }
    guard let last = segments.last else {
      head = AuditLog.Head(number: 0, hash: AuditRecord.root)
      torn = nil
      segment = try Open(creating: files.path(ofSegmentFrom: 1), in: files.directory)
      return
    }
    if let empty { unlink(empty) }
    var found: AuditRecord?
    var length = 0
    var damage: Int?
    var lines = 0
    var rest: [UInt8] = []
    try AuditFiles.readLines(last.path) { line, offset, isWhole in
      lines += 1
      guard isWhole else {
        rest = Array(line)
        return false
      }
      guard let record = AuditRecord(line: line), found == nil || record.previous == found?.hash,
        record.entry.number == found.map({ $0.entry.number + 1 }) ?? last.first
      else {
        damage = lines
        return false
      }
      found = record
      length = offset + line.count + 1
      return true
    }
    if let damage { throw .broken(path: last.path, line: damage) }
    torn = rest.isEmpty ? nil : try Self.setAside(rest, files, after: found?.entry.number ?? last.first - 1)
    guard let found else {
      guard last.first == 1 else { throw .broken(path: last.path, line: 1) }
      head = AuditLog.Head(number: 0, hash: AuditRecord.root)
      segment = try Open(last.path, length: 0)
      return
    }
    head = AuditLog.Head(number: found.entry.number, hash: found.hash)
    segment = try Open(last.path, length: length)
  }

  private static func size(_ path: String) -> Int {
    var facts = stat()
    return lstat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }

  /// Nothing that was written is thrown away: who looks into a crash may want it.
  private static func setAside(_ bytes: [UInt8], _ files: AuditFiles, after number: UInt64) throws(AuditError) -> String
  {
    let path = files.directory + "/torn-after-\(number)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw .file(path: path, errno: errno)
    }
    return path
  }
}
