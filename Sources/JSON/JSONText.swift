/// Writes any `Encodable` as JSON (RFC 8259).
///
/// In place of Foundation's encoder, which doubles the size of the program and the memory that it takes to start. Keys
/// stand in the order in which they were encoded, which is the order of their declaration; those of dictionaries in that of
/// their names.
public struct JSONText: Sendable {
  /// Over several lines, for people to read as well; else one line.
  public var isPretty: Bool

  public init(isPretty: Bool = false) {
    self.isPretty = isPretty
  }

  /// - Throws: what the value's own `encode` throws.
  public func text(of value: some Encodable) throws -> String {
    let node = JSONNode()
    try node.encode(value, path: [])
    var writer = JSONWriter(isPretty: isPretty)
    writer.write(node, depth: 0)
    return writer.output
  }
}
