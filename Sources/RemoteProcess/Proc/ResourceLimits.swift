/// `/proc/PID/limits`: what `getrlimit` says in the process.
public struct ResourceLimits: Sendable {
  public struct Limit: Hashable, Sendable {
    /// In the kernel's words: `Max open files`.
    public let name: String
    /// Nil for unlimited.
    public let soft: UInt64?
    public let hard: UInt64?
    /// `bytes`, `files`; empty where there is none.
    public let unit: String
  }

  public let limits: [Limit]

  public init(pid: Int32) throws(ProcessError) {
    self.init(try ProcDescriptor.contents(of: "/proc/\(pid)/limits", pid: pid))
  }

  /// ### Line
  ///     +------+------------+------------+------+
  ///     | name | soft limit | hard limit | unit |
  ///     | 26   | 21         | 21         | 10   |
  ///     +------+------------+------------+------+
  init(_ contents: [UInt8]) {
    limits = contents.split(separator: 0x0a).dropFirst().prefix(64).compactMap { line in
      let name = line.prefix(26)
      let rest = line.dropFirst(26).split(separator: 0x20, maxSplits: 3)
      guard rest.count >= 2 else { return nil }
      return Limit(
        name: Self.text(name), soft: Self.number(rest[0]), hard: Self.number(rest[1]),
        unit: rest.count > 2 ? Self.text(rest[2]) : "")
    }
  }

  public subscript(name: String) -> Limit? { limits.first { $0.name == name } }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let end = bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? bytes.startIndex
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    bytes.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      return scanner.decimal()
    }
  }
}
