import Glibc

/// A directory of `/proc` whose entries are numbers: processes, threads, descriptors.
enum ProcDirectory {
  /// The entries that are numbers, ascending, at most `limit` of them.
  static func numbers(in path: String, pid: Int32, limit: Int = 1 << 20) throws(ProcessError) -> [Int32] {
    guard let directory = opendir(path) else { throw ProcessError(errno: errno, path: path, pid: pid) }
    defer { closedir(directory) }
    var numbers: [Int32] = []
    errno = 0
    while numbers.count < limit, let entry = readdir(directory) {
      let number = withUnsafeBytes(of: &entry.pointee.d_name) { name in
        var scanner = ByteScanner(UnsafeRawBufferPointer(name))
        let number = scanner.decimal()
        return scanner.next == 0 ? number.flatMap { Int32(exactly: $0) } : nil
      }
      if let number { numbers.append(number) }
    }
    if errno != 0, numbers.isEmpty { throw ProcessError(errno: errno, path: path, pid: pid) }
    return numbers.sorted()
  }
}
