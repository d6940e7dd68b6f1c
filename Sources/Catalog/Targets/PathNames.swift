extension String {
  /// What stands behind the last slash that something follows: `python3` of `/usr/bin/python3`. By bytes, since dividing a
  /// path into characters costs more than reading the process that it is of.
  var lastPathName: Substring {
    let slash = UInt8(ascii: "/")
    guard let last = utf8.lastIndex(where: { $0 != slash }) else { return "" }
    let name = utf8[...last]
    return Substring(name[(name.lastIndex(of: slash).map { name.index(after: $0) } ?? name.startIndex)...])
  }
}
