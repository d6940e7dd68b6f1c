/// `/proc/PID/maps`.
public enum ProcessMaps {
  /// 64 MiB are some 700 000 mappings; the kernel allows 65 530 unless told otherwise.
  private static let limit = 64 << 20

  /// The mappings in ascending order of address. While the target maps and unmaps, the kernel gives one page of lines at a
  /// time: each line is true, all together need not have been at one moment.
  public static func read(pid: Int32) throws(ProcessError) -> [MemoryMapping] {
    let path = "/proc/\(pid)/maps"
    let contents = try ProcDescriptor.contents(of: path, pid: pid, limit: limit)
    guard let mappings = parse(contents) else { throw .malformed(path: path) }
    return mappings
  }

  /// Nil where a line is not as the kernel writes them.
  static func parse(_ contents: [UInt8]) -> [MemoryMapping]? {
    contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      var mappings: [MemoryMapping] = []
      mappings.reserveCapacity(bytes.count / 80)
      // Mappings of one file follow each other: their path is made once.
      var path = Path(bytes: 0..<0, text: "", isDeleted: false)
      while !scanner.isAtEnd {
        guard let mapping = line(&scanner, &path) else { return nil }
        mappings.append(mapping)
      }
      return mappings
    }
  }

  private struct Path {
    var bytes: Range<Int>
    var text: String
    var isDeleted: Bool
  }

  private static func line(_ scanner: inout ByteScanner, _ path: inout Path) -> MemoryMapping? {
    guard let start = scanner.hexadecimal(), scanner.skip(0x2d), let end = scanner.hexadecimal(), start <= end,
      scanner.skip(0x20)
    else { return nil }
    var permissions: MemoryMapping.Permissions = []
    guard let read = scanner.byte(), let write = scanner.byte(), let execute = scanner.byte(),
      let share = scanner.byte()
    else { return nil }
    if read == 0x72 { permissions.insert(.read) }
    if write == 0x77 { permissions.insert(.write) }
    if execute == 0x78 { permissions.insert(.execute) }
    if share == 0x73 { permissions.insert(.shared) }
    guard scanner.skip(0x20), let offset = scanner.hexadecimal(), scanner.skip(0x20),
      let major = scanner.hexadecimal(), scanner.skip(0x3a), let minor = scanner.hexadecimal(), scanner.skip(0x20),
      let inode = scanner.decimal()
    else { return nil }
    scanner.skipSpaces()
    let bytes = scanner.restOfLine()
    if !equal(scanner[bytes], scanner[path.bytes]) { path = decode(scanner[bytes], at: bytes) }
    return MemoryMapping(
      start: RemoteAddress(start), end: RemoteAddress(end), permissions: permissions, offset: offset,
      device: .init(major: UInt32(truncatingIfNeeded: major), minor: UInt32(truncatingIfNeeded: minor)), inode: inode,
      path: path.text, isDeleted: path.isDeleted)
  }

  private static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    left.count == right.count && left.elementsEqual(right)
  }

  /// The kernel writes a line feed of a path as `\012`, and ` (deleted)` behind that of a file without a name.
  private static func decode(_ bytes: UnsafeRawBufferPointer, at range: Range<Int>) -> Path {
    let deleted = " (deleted)".utf8
    let isDeleted = bytes.count > deleted.count && bytes.suffix(deleted.count).elementsEqual(deleted)
    let name = isDeleted ? bytes.dropLast(deleted.count) : bytes[...]
    guard name.contains(0x5c) else {
      return Path(bytes: range, text: String(decoding: name, as: UTF8.self), isDeleted: isDeleted)
    }
    var plain: [UInt8] = []
    var rest = name
    while let byte = rest.popFirst() {
      if byte == 0x5c, rest.prefix(3).elementsEqual("012".utf8) {
        rest = rest.dropFirst(3)
        plain.append(0x0a)
      } else {
        plain.append(byte)
      }
    }
    return Path(bytes: range, text: String(decoding: plain, as: UTF8.self), isDeleted: isDeleted)
  }
}
