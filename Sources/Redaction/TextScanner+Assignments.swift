/// Values that a name introduces with an operator: `password=x`, `"token": "x"`, `Authorization: Basic x`, `<pin>1</pin>`.
extension TextScanner {
  /// What lies between a name and its value.
  struct Opening {
    var value: Int
    /// `Name: value` without quotes, as in headers, logs and YAML.
    var isHeader = false
    /// A parameter of a query: `?name=`, `&name=`.
    var isQuery = false
    /// What the value ends with, where the name stands in a text of its own: `'Cookie: a=b'`, `<pin>1</pin>`.
    var closing: UInt8?
  }

  /// The secret that a word introduces, if it is one's name.
  @inline(__always)
  mutating func assignment(_ word: Range<Int>, before next: UInt8) -> Find? {
    guard next.isAny(of: .introducer) else { return nil }
    // Behind most words stands a space and the next word: what they introduce, they do in a sentence.
    if next.isBlank, let second = byte(at: word.upperBound + 1), !second.isAny(of: .introducer) { return prose(word) }
    return introduced(by: word)
  }

  private mutating func introduced(by word: Range<Int>) -> Find? {
    guard let opening = opening(after: word) else {
      return byte(at: word.upperBound)?.isBlank == true ? prose(word) : pair(word)
    }
    guard opening.value < bytes.count else { return nil }
    guard let verdict = verdict(of: word) else { return opening.isQuery ? parameter(word, opening) : nil }
    guard !isWorkingDirectory(word, opening.value) else { return nil }
    guard let range = value(opening, word: word, kind: verdict.kind) else { return nil }
    let found = find(range, verdict.kind)
    return verdict.sparesNumbers && !found.isPartial && bytes[range].allSatisfy(\.isDigit) ? nil : found
  }

  func find(_ range: Range<Int>, _ kind: SecretKind) -> Find {
    Find(range: range, kind: kind, isPartial: isCut && range.upperBound == bytes.count)
  }

  // MARK: - Names

  /// What the name that ends with this word says: `aws.secret.key`, `user[password]`, `API key` begin before it.
  mutating func verdict(of word: Range<Int>) -> SecretNames.Verdict? {
    var start = word.lowerBound
    while start > 0, word.lowerBound - start < 64, isBeforeName(at: start - 1) { start -= 1 }
    steps += word.count + word.lowerBound - start
    if let verdict = names.verdict(bytes, start..<word.upperBound) { return verdict }
    guard isSecondWord(word) else { return nil }
    for _ in 0..<2 {
      guard start >= 2, bytes[start - 1] == 0x20, bytes[start - 2].isNameByte else { return nil }
      start -= 1
      while start > 0, word.lowerBound - start < 64, bytes[start - 1].isNameByte { start -= 1 }
      if let verdict = names.verdict(bytes, start..<word.upperBound) { return verdict }
    }
    return nil
  }

  private func isBeforeName(at index: Int) -> Bool {
    let byte = bytes[index]
    if byte.isNameByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") { return true }
    // The bytes of Latin, Greek and Cyrillic letters, but not those of typographic quotes.
    return (0xC3...0xDF).contains(byte)
      || (byte & 0xC0 == 0x80 && index > 0 && (0xC3...0xDF).contains(bytes[index - 1]))
  }

  /// A word that makes a secret's name only with the one before: `API key`, `verification code`.
  private func isSecondWord(_ word: Range<Int>) -> Bool {
    func matches(_ wanted: StaticString) -> Bool { matchesAnyCase(wanted, at: word.lowerBound) }
    guard bytes[word.lowerBound].isLetter else { return false }
    switch word.count {
    case 2: return matches("id") || matches("no")
    case 3: return matches("key")
    case 4: return matches("keys") || matches("code")
    case 5: return matches("codes")
    case 6: return matches("number") || matches("answer") || matches("phrase") || matches("string")
    default: return false
    }
  }

  /// `PWD` holds a path in every environment.
  private func isWorkingDirectory(_ word: Range<Int>, _ value: Int) -> Bool {
    guard
      word.count == 3 ? matches("PWD", at: word.lowerBound) : word.count == 6 && matches("OLDPWD", at: word.lowerBound)
    else { return false }
    return byte(at: value) == UInt8(ascii: "/") || byte(at: value + 1) == UInt8(ascii: "/")
  }

  /// Parameters that are secrets in a query although their names say little: `?code=` of OAuth, `?key=`.
  private mutating func parameter(_ word: Range<Int>, _ opening: Opening) -> Find? {
    let isCode = word.count == 4 && matches("code", at: word.lowerBound)
    guard isCode || (word.count == 3 && matches("key", at: word.lowerBound)) else { return nil }
    var index = opening.value
    var digits = 0
    while index < bytes.count, index - opening.value < 64,
      bytes[index].isNameByte || ".~%+/".utf8.contains(bytes[index])
    {
      if bytes[index].isDigit { digits += 1 }
      index += 1
    }
    steps += index - opening.value
    let isPartial = isCut && index == bytes.count && index > opening.value
    guard isPartial || (index - opening.value >= 16 && digits > 0) else { return nil }
    return find(opening.value..<plainEnd(from: opening.value, opening), isCode ? .otp : .key)
  }

  // MARK: - Between name and value

  private mutating func opening(after word: Range<Int>) -> Opening? {
    var index = word.upperBound
    let before = byte(at: word.lowerBound - 1)
    if before == UInt8(ascii: "<"), byte(at: index) == UInt8(ascii: ">") {
      return Opening(value: index + 1, closing: UInt8(ascii: "<"))
    }
    var isQuoted = false
    var isColon = false
    var isEncoded = false
    var isOperator = false
    while index - word.upperBound < 24 {
      let (byte, width) = decoded(at: index)
      steps += 1
      guard width > 0 else { return nil }
      if isOperator {
        // The rest of `==`, `=>` and `: `, and the space of a form.
        let isRest = byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">")
        guard isRest || (byte == UInt8(ascii: "+") && isEncoded) else {
          let closing = isQuoted ? nil : before.flatMap { $0.isQuote ? $0 : nil }
          return Opening(
            value: index, isHeader: isColon && !isQuoted, isQuery: isQuery(before, isColon), closing: closing)
        }
      } else {
        switch byte {
        case 0x20, 0x09: break
        case 0x22, 0x27, UInt8(ascii: "]"), .backslash: isQuoted = isQuoted || byte != UInt8(ascii: "]")
        case UInt8(ascii: "="): isOperator = true
        case UInt8(ascii: ":"):
          if self.byte(at: index + width) == byte { return nil }
          isOperator = true
          isColon = true
          isEncoded = width == 3
        default: return nil
        }
      }
      index += width
    }
    return nil
  }

  private func isQuery(_ before: UInt8?, _ isColon: Bool) -> Bool {
    guard !isColon else { return false }
    return before == nil || before == UInt8(ascii: "?") || before == UInt8(ascii: "&")
  }

  // MARK: - Values

  /// The range of the value behind an opening; nil where nothing secret stands there.
  mutating func value(_ opening: Opening, word: Range<Int>, kind: SecretKind) -> Range<Int>? {
    let start = opening.value
    if let quote = quote(at: start) {
      let end = quotedEnd(quote)
      return end > quote.inside && !isNothing(quote.inside..<end) ? quote.inside..<end : nil
    }
    var end: Int
    if opening.closing == UInt8(ascii: "<") {
      end = index(from: start) { $0 == UInt8(ascii: "<") }
    } else if matches("<redacted:", at: start) {
      return nil
    } else if opening.isHeader, let isList = isLine(word, kind) {
      end = lineEnd(from: start, opening, isList: isList)
    } else {
      end = plainEnd(from: start, opening)
      if isScheme(start..<end), byte(at: end) == 0x20 { end = plainEnd(from: end + 1, opening) }
    }
    return end > start && !isNothing(start..<end) ? start..<end : nil
  }

  /// Whether a value goes on to the end of its line: those of headers, and of YAML. Nil where it does not, true where
  /// other names may follow in the line.
  private func isLine(_ word: Range<Int>, _ kind: SecretKind) -> Bool? {
    if kind == .authorization || kind == .cookie || bytes[word].contains(.dash) { return false }
    var index = word.lowerBound
    while index > 0, bytes[index - 1].isBlank, word.lowerBound - index < 64 { index -= 1 }
    return index == 0 || bytes[index - 1] == 0x0A ? true : nil
  }

  private func isScheme(_ range: Range<Int>) -> Bool {
    for scheme: StaticString in ["bearer", "basic", "token", "digest", "negotiate", "ntlm", "apikey"]
    where scheme.utf8CodeUnitCount == range.count && matchesAnyCase(scheme, at: range.lowerBound) {
      return true
    }
    return false
  }

  /// Words that say that there is no value: `None`, `null`, `***`, `%s`, `{}`, and what is redacted already.
  mutating func isNothing(_ range: Range<Int>) -> Bool {
    let start = range.lowerBound
    for word: StaticString in ["none", "null", "nil", "true", "false", "undefined", "%s", "{}", "?", "[redacted]"]
    where word.utf8CodeUnitCount == range.count && matchesAnyCase(word, at: start) {
      return true
    }
    steps += range.count
    if matches("<redacted:", at: start) {
      return bytes[range].firstIndex(of: UInt8(ascii: ">")) == range.upperBound - 1
    }
    return bytes[range].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
