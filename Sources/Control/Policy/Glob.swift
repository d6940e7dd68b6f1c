/// A pattern over a whole text: `*` is any run of characters, `?` any one; all else is itself.
///
/// Matching takes at most the length of the text times the number of `*`, whatever the pattern.
public struct Glob: Equatable, Sendable {
  public let text: String
  private let pattern: [UInt8]
  /// Without `*` and `?`.
  let isLiteral: Bool

  public init(_ text: String) {
    self.text = text
    pattern = Array(text.utf8)
    isLiteral = !pattern.contains(where: { $0 == Self.any || $0 == Self.one })
  }

  private static let any = UInt8(ascii: "*")
  private static let one = UInt8(ascii: "?")

  public var matchesEverything: Bool { pattern == [Self.any] }

  public func matches(_ text: String) -> Bool {
    if isLiteral { return text == self.text }
    var text = text
    return text.withUTF8 { bytes in
      // On a mismatch behind a `*` only the last `*` need take more: what came before it was matched as early as possible.
      var (position, index) = (0, 0)
      var retry: (position: Int, index: Int)?
      while position < bytes.count {
        if index < pattern.count, pattern[index] == Self.any {
          retry = (position, index)
          index += 1
        } else if index < pattern.count, pattern[index] == Self.one {
          // One character, not one byte of it.
          position += 1
          while position < bytes.count, bytes[position] & 0xc0 == 0x80 { position += 1 }
          index += 1
        } else if index < pattern.count, pattern[index] == bytes[position] {
          position += 1
          index += 1
        } else if let last = retry {
          retry = (last.position + 1, last.index)
          position = last.position + 1
          index = last.index + 1
        } else {
          return false
        }
      }
      while index < pattern.count, pattern[index] == Self.any { index += 1 }
      return index == pattern.count
    }
  }
}
