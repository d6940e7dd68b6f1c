/// `/proc/PID/fd`: what the descriptors of a process refer to.
public struct OpenFiles: Sendable {
  public struct File: Hashable, Sendable {
    public let descriptor: Int32
    public let target: Target
  }

  /// What is behind a descriptor.
  public enum Target: Hashable, Sendable, CustomStringConvertible {
    /// A file, directory or device, as the path that the reader sees.
    case path(String)
    /// A file without a name any more.
    case deleted(String)
    case socket(inode: UInt64)
    case pipe(inode: UInt64)
    /// Memory with the name given to `memfd_create`.
    case memory(String)
    /// A thing of the kernel's: `eventpoll`, `eventfd`, `timerfd`, `io_uring`.
    case anonymous(String)

    public var description: String {
      switch self {
      case .path(let path): path
      case .deleted(let path): path + " (deleted)"
      case .socket(let inode): "socket:[\(inode)]"
      case .pipe(let inode): "pipe:[\(inode)]"
      case .memory(let name): "memfd:" + name
      case .anonymous(let name): "anon_inode:" + name
      }
    }
  }

  public let files: [File]
  /// False where there are more than are shown.
  public let isComplete: Bool

  /// - Parameter limit: descriptors looked at, at most.
  public init(pid: Int32, limit: Int = 65_536) throws(ProcessError) {
    let descriptors = try ProcDirectory.numbers(in: "/proc/\(pid)/fd", pid: pid, limit: limit)
    files = descriptors.compactMap { descriptor in
      // One that was closed meanwhile is not open.
      (try? Self.target(of: descriptor, pid: pid)).map { File(descriptor: descriptor, target: $0) }
    }
    isComplete = descriptors.count < limit
  }

  /// What one descriptor refers to.
  public static func target(of descriptor: Int32, pid: Int32) throws(ProcessError) -> Target {
    Target(link: try ProcDescriptor.link("/proc/\(pid)/fd/\(descriptor)", pid: pid))
  }

  public subscript(descriptor: Int32) -> Target? { files.first { $0.descriptor == descriptor }?.target }
}

extension OpenFiles.Target {
  /// Reads the text of the link: `socket:[123]`, `anon_inode:[eventpoll]`, `/memfd:name (deleted)`, or a path.
  init(link: String) {
    func inode(_ prefix: String) -> UInt64? {
      guard link.hasPrefix(prefix), link.hasSuffix("]") else { return nil }
      return UInt64(link.dropFirst(prefix.count).dropLast())
    }
    let deleted = " (deleted)"
    if let inode = inode("socket:[") {
      self = .socket(inode: inode)
    } else if let inode = inode("pipe:[") {
      self = .pipe(inode: inode)
    } else if link.hasPrefix("anon_inode:") {
      let name = link.dropFirst(11)
      self = .anonymous(name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name))
    } else if link.hasPrefix("/memfd:") {
      let name = link.dropFirst(7)
      self = .memory(String(name.hasSuffix(deleted) ? name.dropLast(deleted.count) : name))
    } else if link.hasSuffix(deleted) {
      self = .deleted(String(link.dropLast(deleted.count)))
    } else {
      self = .path(link)
    }
  }
}
