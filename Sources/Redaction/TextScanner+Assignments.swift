/// Values that a name introduces: `password=x`, `"token": "x"`, `Authorization: Basic x`, `--password x`, `<pin>1</pin>`.
extension TextScanner {
  /// What lies between a name and its value.
  private struct Opening {
    var value: Int
    /// `Name: value` without quotes, as in headers, logs and YAML.
    var isHeader: Bool
    /// The quote that opened the text in which the name stands: `'Cookie: a=b'`.
    var outerQuote: UInt8?
  }

  mutating func assignment(_ word: Range<Int>) -> Find? {
    guard let opening = opening(after: word) else { return prose(word) }
    guard let verdict = names.verdict(bytes, name(of: word)), !isWorkingDirectory(word, opening.value) else {
      return nil
    }
    let start = opening.value
    guard var end = valueEnd(from: start, kind: verdict.kind, opening: opening) else { return nil }
    var begin = start
    if let quoted = quote(at: start) {
      begin = quoted.inside
      end = quotedEnd(from: quoted)
    }
    guard begin < end, !isNothing(begin..<end) else { return nil }
    if verdict.sparesNumbers, bytes[begin..<end].allSatisfy(\.isDigit) { return nil }
    return Find(range: begin..<end, kind: verdict.kind, isPartial: isCut && end == bytes.count)
  }

  /// `PWD` holds a path in every environment.
  private func isWorkingDirectory(_ word: Range<Int>, _ value: Int) -> Bool {
    guard bytes[word.upperBound - 1] == UInt8(ascii: "D"), word.count == 3 || word.count == 6 else { return false }
    guard matches("PWD", at: word.lowerBound) || matches("OLDPWD", at: word.lowerBound) else { return false }
    return byte(at: value) == UInt8(ascii: "/") || byte(at: value + 1) == UInt8(ascii: "/")
  }

  /// The whole name: `aws.secret.key`, `user[password]` reach to the left of their last word.
  private mutating func name(of word: Range<Int>) -> Range<Int> {
    var start = word.lowerBound
    while start > 0, word.lowerBound - start < 64 {
      let byte = bytes[start - 1]
      guard byte.isNameByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") else { break }
      start -= 1
    }
    steps += word.lowerBound - start
    return start..<word.upperBound
  }

  // MARK: - Between name and value

  private mutating func opening(after word: Range<Int>) -> Opening? {
    var index = word.upperBound
    var isQuoted = false
    let before = byte(at: word.lowerBound - 1)
    if before == UInt8(ascii: "<"), byte(at: index) == UInt8(ascii: ">") {
      return Opening(value: index + 1, isHeader: false, outerQuote: UInt8(ascii: "<"))
    }
    var isOperator = false
    var isColon = false
    while index - word.upperBound < 24 {
      let (byte, width) = decoded(at: index)
      steps += 1
      guard width > 0 else { return nil }
      if isOperator {
        // The rest of `==`, `=>` and `: `.
        guard byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") else {
          let outer = before.flatMap { $0.isQuote ? $0 : nil }
          return Opening(value: index, isHeader: isColon && !isQuoted, outerQuote: isQuoted ? nil : outer)
        }
      } else {
        switch byte {
        case 0x20, 0x09: break
        case 0x22, 0x27, UInt8(ascii: "]"), .backslash: isQuoted = true
        case UInt8(ascii: "="): isOperator = true
        case UInt8(ascii: ":"):
          if self.byte(at: index + width) == byte { return nil }
          isOperator = true
          isColon = true
        default: return nil
        }
      }
      index += width
    }
    return nil
  }

  /// Words that say that there is no value: `None`, `null`, `***`, `%s`, `{}`, and what is redacted already.
  private mutating func isNothing(_ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    for word: StaticString in ["none", "null", "nil", "true", "false", "undefined", "%s", "{}", "?", "[redacted]"]
    where word.utf8CodeUnitCount == range.count && matchesAnyCase(word, at: start) {
      return true
    }
    if matches("<redacted:", at: start), bytes[range].firstIndex(of: UInt8(ascii: ">")) == range.upperBound - 1 {
      return true
    }
    steps += range.count
    return bytes[range].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  // MARK: - Where values end

  private mutating func valueEnd(from start: Int, kind: SecretKind, opening: Opening) -> Int? {
    guard start < bytes.count else { return nil }
    if opening.outerQuote == UInt8(ascii: "<") { return firstIndex(from: start) { $0 == UInt8(ascii: "<") } }
    if matches("<redacted:", at: start) { return firstIndex(from: start) { $0 == UInt8(ascii: ">") } + 1 }
    let isLine = opening.isHeader && (kind == .authorization || kind == .cookie || matchesPhrase(kind))
    if isLine { return lineEnd(from: start, quote: opening.outerQuote) }
    return plainEnd(from: start, quote: opening.outerQuote)
  }

  private func matchesPhrase(_ kind: SecretKind) -> Bool { kind == .credential }

  private mutating func firstIndex(from start: Int, where isEnd: (UInt8) -> Bool) -> Int {
    var index = start
    while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
    steps += index - start
    return min(index, bytes.count)
  }

  private mutating func lineEnd(from start: Int, quote: UInt8?) -> Int {
    var index = start
    while index < bytes.count {
      let (byte, width) = decoded(at: index)
      if byte == 0x0A || byte == 0x0D || (quote != nil && bytes[index] == quote) { break }
      index += width
    }
    steps += index - start
    return index
  }

  /// The end of a value without quotes. Brackets in it are closed, a comma ends it only where something new begins.
  private mutating func plainEnd(from start: Int, quote: UInt8?) -> Int {
    var index = start
    var depth = 0
    while index < bytes.count {
      let raw = bytes[index]
      let (byte, width) = decoded(at: index)
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 {
          if isBreak(after: index + width) { return ended(start, index) }
        } else {
          depth -= 1
          if depth == 0, isBreak(after: index + width) { return ended(start, index + width) }
        }
      case 0x22, 0x27:
        if depth > 0 {
          index = quotedEnd(from: Quote(inside: index + width, mark: byte, width: width))
          continue
        }
        return ended(start, index)
      case UInt8(ascii: "&") where depth == 0 && raw == byte: return ended(start, index)
      case UInt8(ascii: "<"), UInt8(ascii: ">"): if depth == 0 { return ended(start, index) }
      case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"):
        if depth == 0, isBreak(after: index + width) || isAssignment(at: index + width) { return ended(start, index) }
      default:
        if byte.isSpace, depth == 0, raw == byte || raw == .backslash { return ended(start, index) }
        if let quote, depth == 0, raw == quote { return ended(start, index) }
      }
      index += width
    }
    return ended(start, index)
  }

  private mutating func ended(_ start: Int, _ end: Int) -> Int {
    steps += end - start
    return min(end, bytes.count)
  }

  /// Nothing of the value can follow here.
  private func isBreak(after index: Int) -> Bool {
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

  /// A name and an operator follow: `;User Id=`.
  private mutating func isAssignment(at start: Int) -> Bool {
    var index = start
    while index < bytes.count, index - start < 40,
      bytes[index].isNameByte || bytes[index] == UInt8(ascii: ".") || bytes[index] == 0x20
    {
      index += 1
    }
    steps += index - start
    guard index > start, let byte = byte(at: index) else { return false }
    return byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":")
  }

  // MARK: - Quotes

  private struct Quote {
    /// Where its content begins.
    var inside: Int
    var mark: UInt8
    /// How it is written: 1 plain, 2 after a backslash, 3 as `%22`.
    var width: Int
  }

  /// An opening quote, with a prefix of Python (`b'`) and any number of backslashes.
  private func quote(at start: Int) -> Quote? {
    var index = start
    while index - start < 2, let byte = byte(at: index), [0x62, 0x72, 0x75, 0x66].contains(byte | 0x20) { index += 1 }
    if index > start, let byte = byte(at: index), !byte.isQuote { index = start }
    var width = 1
    while width < 32, byte(at: index) == .backslash,
      byte(at: index + 1) == .backslash || byte(at: index + 1)?.isQuote == true
    {
      index += 1
      width += 1
    }
    if let byte = byte(at: index), byte.isQuote { return Quote(inside: index + 1, mark: byte, width: width) }
    let (byte, encoded) = decoded(at: index)
    if encoded > 1, byte.isQuote { return Quote(inside: index + encoded, mark: byte, width: encoded) }
    return nil
  }

  /// Where the content of a quote ends: at its mark with as many backslashes or fewer; at the end where there is none.
  private mutating func quotedEnd(from quote: Quote) -> Int {
    var index = quote.inside
    var backslashes = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .backslash {
        backslashes += 1
      } else {
        if byte == quote.mark, backslashes < quote.width {
          steps += index - quote.inside
          return index - backslashes
        }
        if byte == UInt8(ascii: "%"), quote.width == 3, decoded(at: index).byte == quote.mark { break }
        backslashes = 0
      }
      index += 1
    }
    steps += index - quote.inside
    return index
  }

  // MARK: - Without an operator

  /// `--password x`, and `bad password 'x'`, `token abc123` in messages.
  private mutating func prose(_ word: Range<Int>) -> Find? {
    guard let gap = byte(at: word.upperBound), gap.isBlank, isProseWord(bytes[word.upperBound - 1]) else { return nil }
    var start = word.upperBound
    while start - word.upperBound < 8, byte(at: start)?.isBlank == true { start += 1 }
    guard let first = byte(at: start), !first.isSpace, let verdict = names.verdict(bytes, name(of: word)) else {
      return nil
    }
    let isOption = byte(at: word.lowerBound - 1) == .dash
    if let quoted = quote(at: start) {
      let end = quotedEnd(from: quoted)
      guard quoted.inside < end, !isNothing(quoted.inside..<end) else { return nil }
      return Find(range: quoted.inside..<end, kind: verdict.kind, isPartial: isCut && end == bytes.count)
    }
    if isOption ? first == .dash : false { return nil }
    let end = plainEnd(from: start, quote: nil)
    guard start < end, !isNothing(start..<end) else { return nil }
    guard isOption || looksSecret(start..<end, kind: verdict.kind) else { return nil }
    return Find(range: start..<end, kind: verdict.kind, isPartial: isCut && end == bytes.count)
  }

  /// The last letters of the words that introduce secrets in sentences: password, token, secret, key, pin, ssn, cvv, otp.
  private func isProseWord(_ last: UInt8) -> Bool {
    switch last.lowered {
    case UInt8(ascii: "d"), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "y"), UInt8(ascii: "v"),
      UInt8(ascii: "p"),
      UInt8(ascii: "e"), UInt8(ascii: "s"):
      true
    default: false
    }
  }

  /// In a sentence only what is no word of the language is taken for a secret.
  private mutating func looksSecret(_ range: Range<Int>, kind: SecretKind) -> Bool {
    steps += range.count
    let digits = bytes[range].count { $0.isDigit }
    if kind == .pin || kind == .cvv || kind == .otp || kind == .ssn { return digits >= 3 }
    if digits > 0 { return range.count >= 6 && digits < range.count || digits >= 8 }
    let marks = bytes[range].dropLast().count { !$0.isAlphanumeric && $0 != .dash && $0 != .underscore && $0 < 0x80 }
    return range.count >= 6 && marks > 0 || range.count >= 24
  }
}
