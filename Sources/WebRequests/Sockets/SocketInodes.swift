import Glibc

/// The sockets that a process has open.
enum SocketInodes {
  /// Descriptors that are looked at: the kernel's own default limit is 1024, servers raise it to 65,536 and more.
  private static let limit = 1 << 20

  /// Their inodes, from the links of `/proc/PID/fd`, which read `socket:[4711]`.
  static func of(pid: Int32) -> Set<UInt32> {
    let folder = "/proc/\(pid)/fd"
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: Set<UInt32> = []
    var count = 0
    while let entry = readdir(directory), count < limit {
      count += 1
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let inode = inode(ofLink: folder + "/" + name) { found.insert(inode) }
    }
    return found
  }

  private static func inode(ofLink path: String) -> UInt32? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let length = readlink(path, start, buffer.count)
      guard length > 0, length < buffer.count else { return nil }
      return inode(named: String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
  }

  /// `socket:[4711]`.
  static func inode(named name: String) -> UInt32? {
    guard name.hasPrefix("socket:["), name.hasSuffix("]") else { return nil }
    return UInt32(name.dropFirst("socket:[".count).dropLast())
  }
}
