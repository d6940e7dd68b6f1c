import Glibc
import RemoteProcess

/// The programs of this package, built next to the tests.
public enum BuiltProgram {
  /// The folder of the tests, which are a program themselves or loaded by one.
  public static func folder(of name: String) throws -> String {
    let own = [ProcessPaths(pid: getpid()).executable].compactMap { $0 } + CommandLine.arguments
    let folders = own.map {
      $0.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }
    guard let folder = folders.first(where: { access($0 + "/" + name, X_OK) == 0 }) else {
      throw TestSupportError.system(call: "find \(name)", errno: ENOENT)
    }
    return folder
  }

  public static func path(of name: String) throws -> String { try folder(of: name) + "/" + name }
}
