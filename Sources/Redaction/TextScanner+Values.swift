/// Where values end: at their quote, their line, their bracket, or at what cannot belong to them any more.
///
/// In doubt a value is longer: what is withheld too much does no harm.
extension TextScanner {
  mutating func index(from start: Int, where isEnd: (UInt8) -> Bool) -> Int {
    var index = start
    while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
    steps += index - start
    return index
  }

  /// The end of the line; of a list of names and values the next name.
  mutating func lineEnd(from start: Int, _ opening: Opening, isList: Bool) -> Int {
    var index = start
    while index < bytes.count {
      let (byte, width) = decoded(at: index)
      if byte == 0x0A || byte == 0x0D || (opening.closing != nil && bytes[index] == opening.closing) { break }
      if isList, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";"), isAssignment(at: index + width, byte) { break }
      index += width
    }
    steps += index - start
    return min(index, bytes.count)
  }

  /// The end of a value without quotes. Brackets in it are closed; a comma ends it only where something new begins.
  mutating func plainEnd(from start: Int, _ opening: Opening) -> Int {
    var index = start
    var depth = 0
    defer { steps += index - start }
    while index < bytes.count {
      let raw = bytes[index]
      let (byte, width) = decoded(at: index)
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth > 0 {
          depth -= 1
          if depth == 0, isBreak(at: index + width) { return index + width }
        } else if isBreak(at: index + width) {
          return index
        }
      case 0x22, 0x27:
        guard depth > 0 else { return index }
        let end = quotedEnd(Quote(inside: index + width, mark: byte, backslashes: width - 1, width: 1))
        index = min(end + width, bytes.count)
        continue
      case UInt8(ascii: "&") where depth == 0 && raw == byte: return index
      case UInt8(ascii: "#") where opening.isQuery && raw == byte: return index
      case UInt8(ascii: "<") where depth == 0, UInt8(ascii: ">") where depth == 0: return index
      case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"):
        if depth == 0, isBreak(at: index + width) || isAssignment(at: index + width, byte) { return index }
      default:
        if depth == 0, byte.isSpace, raw == byte || raw == .backslash { return index }
        if depth == 0, raw == opening.closing { return index }
      }
      index += width
    }
    return index
  }

  /// Nothing of a value can follow here.
  private func isBreak(at index: Int) -> Bool {
    let (byte, width) = decoded(at: index)
    if width == 0 || byte.isSpace || byte.isQuote { return true }
    switch byte {
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "&"):
      return true
    default: return false
    }
  }

  /// A name and an operator follow. After a semicolon the name may have spaces: `;User Id=`.
  mutating func isAssignment(at start: Int, _ separator: UInt8) -> Bool {
    var index = start
    while index < bytes.count, bytes[index].isBlank, index - start < 4 { index += 1 }
    let name = index
    while index < bytes.count, index - name < 40 {
      let byte = bytes[index]
      guard byte.isNameByte || byte == UInt8(ascii: ".") || (byte == 0x20 && separator == UInt8(ascii: ";")) else {
        break
      }
      index += 1
    }
    steps += index - start
    guard index > name, let byte = byte(at: index) else { return false }
    return byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":")
  }

  // MARK: - Quotes

  /// A quote that was opened.
  struct Quote {
    /// Where its content begins.
    var inside: Int
    var mark: UInt8
    /// The backslashes in front of it: 0, 1, 3, 7 by how often the text was quoted.
    var backslashes: Int
    /// How the mark is written: 1 as itself, 3 as `%22`, 6 as `\u0022`.
    var width: Int
  }

  /// An opening quote at this place, also with a prefix of Python: `b'`.
  func quote(at start: Int) -> Quote? {
    var index = start
    while index - start < 2, let byte = byte(at: index), [0x62, 0x72, 0x75, 0x66].contains(byte | 0x20) { index += 1 }
    if index > start, byte(at: index)?.isQuote != true { index = start }
    let first = index
    while index - first < 32, byte(at: index) == .backslash { index += 1 }
    if let byte = byte(at: index), byte.isQuote {
      return Quote(inside: index + 1, mark: byte, backslashes: index - first, width: 1)
    }
    let (byte, width) = decoded(at: first)
    return width > 2 && byte.isQuote ? Quote(inside: first + width, mark: byte, backslashes: 0, width: width) : nil
  }

  /// Where the content of a quote ends; at the end of the text, or line, where it is not closed.
  mutating func quotedEnd(_ quote: Quote, inLine: Bool = false) -> Int {
    var index = quote.inside
    defer { steps += index - quote.inside }
    guard quote.width == 1 else {
      while index < bytes.count {
        let (byte, width) = decoded(at: index)
        if byte == quote.mark, width == quote.width { return index }
        if inLine, byte == 0x0A { return index }
        index += max(1, width)
      }
      return index
    }
    var backslashes = 0
    while index < bytes.count {
      let byte = bytes[index]
      // Each level of quoting doubles the backslashes: one more pair of them stands for one in the content.
      if byte == quote.mark, backslashes % (2 * quote.backslashes + 2) == quote.backslashes {
        return index - quote.backslashes
      }
      if inLine, byte == 0x0A { return index }
      backslashes = byte == .backslash ? backslashes + 1 : 0
      index += 1
    }
    return index
  }
}
