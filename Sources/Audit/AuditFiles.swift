import Glibc

func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

/// The segments of a log: files of a directory, each named after the number of its first entry.
struct AuditFiles {
  let directory: String

  static let prefix = "audit-"
  static let suffix = ".jsonl"

  /// Releases: what the log began with before, signed, a line each.
  var releases: String { directory + "/released" }

  /// In the order of their numbers.
  func segments() throws(AuditError) -> [(first: UInt64, path: String)] {
    guard let handle = opendir(directory) else { throw .file(path: directory, errno: errno) }
    defer { closedir(handle) }
    var found: [(UInt64, String)] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix),
        let first = UInt64(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
      else { continue }
      found.append((first, directory + "/" + name))
    }
    return found.sorted { $0.0 < $1.0 }
  }

  /// Twenty digits: the names sort as the numbers do.
  func path(ofSegmentFrom number: UInt64) -> String {
    let digits = String(number)
    return directory + "/" + Self.prefix + String(repeating: "0", count: 20 - digits.count) + digits + Self.suffix
  }

  /// Reads a file line by line, without the line ends; the last call says whether the line had an end.
  static func readLines(
    _ path: String, _ take: (_ line: ArraySlice<UInt8>, _ offset: Int, _ isWhole: Bool) -> Bool
  ) throws(AuditError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(descriptor) }
    var pending: [UInt8] = []
    var offset = 0
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, errno: errno) }
      if count == 0 { break }
      var start = 0
      while let end = block[start..<count].firstIndex(of: 0x0a) {
        let line = pending.isEmpty ? block[start..<end] : (pending + block[start..<end])[...]
        guard take(line, offset, true) else { return }
        offset += line.count + 1
        pending.removeAll(keepingCapacity: true)
        start = end + 1
      }
      pending += block[start..<count]
      // A file without line ends is none of ours, and is not kept in memory.
      if pending.count > AuditRecord.lengthLimit {
        _ = take(pending[...], offset, true)
        return
      }
    }
    if !pending.isEmpty { _ = take(pending[...], offset, false) }
  }
}
