import Glibc

/// Paths that go on from what is written: from the program itself, so that each shell offers the same.
enum PathCompletion {
  /// More than anybody reads.
  private static let limit = 500

  /// Directories end in a slash; what begins with a dot is offered only where that is written.
  static func paths(from last: String) -> [String] {
    let slash = last.lastIndex(of: "/")
    let folder = slash.map { String(last[...$0]) } ?? ""
    let start = slash.map { String(last[last.index(after: $0)...]) } ?? last
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory), paths.count < limit {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard name.hasPrefix(start), name != ".", name != "..", !name.hasPrefix(".") || start.hasPrefix(".") else {
        continue
      }
      var status = stat()
      let isFolder = stat(folder + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      paths.append(folder + name + (isFolder ? "/" : ""))
    }
    return paths.sorted()
  }
}
