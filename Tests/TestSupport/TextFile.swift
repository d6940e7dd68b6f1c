import Glibc

/// A small file, read and written whole.
public enum TextFile {
  public static func read(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  public static func bytes(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw TestSupportError.system(call: "open \(path)", errno: errno) }
    defer { _ = close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      guard count >= 0 else { throw TestSupportError.system(call: "read \(path)", errno: errno) }
      if count == 0 { return content }
      content += buffer[..<count]
    }
  }

  /// Makes the file's own folder where it is missing.
  public static func write(_ text: String, to path: String) throws {
    if let slash = path.lastIndex(of: "/") { _ = mkdir(String(path[..<slash]), 0o755) }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw TestSupportError.system(call: "open \(path)", errno: errno) }
    defer { _ = close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw TestSupportError.system(call: "write \(path)", errno: errno)
    }
  }
}
