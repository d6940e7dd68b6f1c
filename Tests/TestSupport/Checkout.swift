import Glibc

/// The working copy that these tests were built from, and what the set-up scripts put into it.
public enum Checkout {
  /// The folder that holds Package.swift.
  public static let root: String = {
    // Two folders up from Tests/TestSupport/Checkout.swift.
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// The Python programs that tests look at.
  public static let targets = root + "/Tests/Targets"

  /// Where Scripts/setup keeps Debian roots, virtual environments and tools; git ignores it.
  public static let cache = root + "/.cache"

  /// The names in a folder, sorted; none where there is no such folder.
  public static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
