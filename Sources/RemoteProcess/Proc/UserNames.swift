/// The names of users, from the reader's own `/etc/passwd`: the static executable has no name service, and users of a
/// container have no name outside of it.
public struct UserNames: Sendable {
  private var names: [UInt32: String] = [:]

  public init(path: String = "/etc/passwd") {
    if let contents = try? ProcDescriptor.contents(of: path, pid: 0, limit: 4 << 20) { take(contents) }
  }

  init(contents: [UInt8]) { take(contents) }

  /// A line is `name:password:uid:gid:...`; the first of a uid counts.
  private mutating func take(_ contents: [UInt8]) {
    contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      while !scanner.isAtEnd {
        let line = scanner[scanner.restOfLine()]
        var fields = ByteScanner(line)
        let name = fields.until(0x3a)
        _ = fields.until(0x3a)
        guard !name.isEmpty, let uid = fields.decimal().flatMap({ UInt32(exactly: $0) }), names[uid] == nil else {
          continue
        }
        names[uid] = fields.string(name)
      }
    }
  }

  /// Nil where the user has no name here.
  public subscript(uid: UInt32) -> String? { names[uid] }

  /// The name, or the number.
  public func name(of uid: UInt32) -> String { names[uid] ?? String(uid) }
}
