/// `/proc/PID/cgroup`: the control groups of a process.
///
/// Root decides where a process is, down to a group that was handed to somebody: below `user@1000.service` that user makes
/// groups of any name, and so does root of a container below the container's.
public struct ControlGroups: Sendable {
  /// Paths, of every hierarchy.
  public let paths: [String]

  public init(pid: Int32) {
    self.init((try? ProcDescriptor.contents(of: "/proc/\(pid)/cgroup", pid: pid)) ?? [])
  }

  /// A line is `0::/system.slice/shop.service`.
  init(_ contents: [UInt8]) {
    paths = contents.split(separator: 0x0a).prefix(64).compactMap { line in
      let fields = line.split(separator: 0x3a, maxSplits: 2, omittingEmptySubsequences: false)
      return fields.count == 3 ? String(decoding: fields[2], as: UTF8.self) : nil
    }
  }

  /// The unit of the host's systemd that it belongs to: the outermost service or scope, since what lies below one is named by
  /// whom it was handed to.
  public var unit: String? {
    for path in paths {
      let unit = path.split(separator: "/").first { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }
      if let unit { return String(unit) }
    }
    return nil
  }
}
