/// Values that stand beside a name without an operator: `--password x`, `("token", "x")`, `wrong password 'x'`.
extension TextScanner {
  // MARK: - Pairs

  /// The second of a pair of quoted texts whose first is a secret's name, or the `value` beside such a `name`.
  mutating func pair(_ word: Range<Int>) -> Find? {
    guard let mark = byte(at: word.upperBound), mark.isQuote || mark == .backslash else { return nil }
    var index = word.upperBound
    while index - word.upperBound < 8, byte(at: index) == .backslash { index += 1 }
    guard byte(at: index)?.isQuote == true else { return nil }
    index += 1
    let isComma = byte(at: index) == UInt8(ascii: ",")
    if isComma { index += 1 }
    let gap = index
    while index - gap < 8, byte(at: index)?.isBlank == true { index += 1 }
    if isFormName(word, before: index) {
      guard let verdict = verdict(of: word), let range = formPart(from: index) else { return nil }
      return find(range, verdict.kind)
    }
    guard isComma || index > gap else { return nil }
    if let opening = valueOpening(at: index) {
      guard let verdict = verdict(of: word), let range = value(opening, word: word, kind: verdict.kind) else {
        return nil
      }
      return find(range, verdict.kind)
    }
    guard isComma, let quote = quote(at: index), let verdict = verdict(of: word) else { return nil }
    let isOption = byte(at: word.lowerBound - 1) == .dash
    let end = quotedEnd(quote)
    guard isOption || isPairOfTwo(word, end: end, quote), end > quote.inside, !isNothing(quote.inside..<end) else {
      return nil
    }
    return find(quote.inside..<end, verdict.kind)
  }

  /// `("name", "value")` and nothing else in the brackets.
  private func isPairOfTwo(_ word: Range<Int>, end: Int, _ quote: Quote) -> Bool {
    var before = word.lowerBound - 1
    while before > 0, bytes[before].isQuote || bytes[before] == .backslash || [0x62, 0x75].contains(bytes[before]) {
      before -= 1
    }
    guard before >= 0, bytes[before] == UInt8(ascii: "(") || bytes[before] == UInt8(ascii: "[") else { return false }
    let after = byte(at: end + quote.backslashes + 1)
    return after == nil || after == UInt8(ascii: ")") || after == UInt8(ascii: "]")
  }

  /// `value=`, `"value": ` after a name: the other half of `{"name": "password", "value": "x"}`.
  private mutating func valueOpening(at start: Int) -> Opening? {
    var index = start
    while index - start < 8, let byte = byte(at: index), byte.isQuote || byte == .backslash { index += 1 }
    guard matchesAnyCase("value", at: index) else { return nil }
    index += 5
    let end = index
    var isOperator = false
    while index - end < 12, let byte = byte(at: index) {
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") {
        isOperator = true
      } else if !byte.isBlank, isOperator || !(byte.isQuote || byte == .backslash) {
        break
      }
      index += 1
    }
    steps += index - start
    return isOperator ? Opening(value: index) : nil
  }

  /// `name="password"` in the head of a part of a multipart form.
  private func isFormName(_ word: Range<Int>, before start: Int) -> Bool {
    guard matchesAnyCase("name=", at: word.lowerBound - 6), let next = byte(at: start) else { return false }
    return next == 0x0D || next == 0x0A || next == .backslash || next == UInt8(ascii: ";")
  }

  /// The content of a part of a multipart form, from within its head to the next boundary.
  private mutating func formPart(from start: Int) -> Range<Int>? {
    var index = start
    var lineFeeds = 0
    let limit = min(start + 512, bytes.count)
    while index < limit, lineFeeds < 2 {
      let (byte, width) = decoded(at: index)
      index += width
      if byte == 0x0A {
        lineFeeds += 1
      } else if byte != 0x0D {
        lineFeeds = 0
        index = next(of: [.lineEnd, .escape], from: index, before: limit)
      }
    }
    let content = index
    steps += content - start
    guard lineFeeds == 2 else { return nil }
    while index < bytes.count {
      let (byte, width) = decoded(at: index)
      if byte == 0x0D || byte == 0x0A {
        var next = index + width
        if byte == 0x0D { next += decoded(at: next).width }
        if matches("--", at: next) { break }
      }
      index += width
    }
    steps += index - content
    return index > content ? content..<min(index, bytes.count) : nil
  }

  // MARK: - Sentences

  /// `--password x`, `wrong password 'x'`, `token abc123 has expired`, `the password is x1`: what a word with a blank behind
  /// it introduces.
  @inline(__always)
  mutating func prose(_ word: Range<Int>) -> Find? { isProseWord(word) ? sentence(word) : nil }

  private mutating func sentence(_ word: Range<Int>) -> Find? {
    var start = afterBlanks(word.upperBound)
    let isOption = byte(at: word.lowerBound - 1) == .dash
    if !isOption {
      for verb: StaticString in ["is ", "was ", "to "] where matchesAnyCase(verb, at: start) {
        start = afterBlanks(start + verb.utf8CodeUnitCount)
        break
      }
    }
    guard let first = byte(at: start), !first.isSpace, isOption || !isPlainWord(at: start) else { return nil }
    guard let verdict = matchesAnyCase("identified by", at: word.lowerBound - 11) ? Self.password : verdict(of: word)
    else {
      return nil
    }
    if let quote = quote(at: start) {
      let end = quotedEnd(quote, inLine: true)
      return end > quote.inside && !isNothing(quote.inside..<end) ? find(quote.inside..<end, verdict.kind) : nil
    }
    if isOption, first == .dash { return nil }
    let end = plainEnd(from: start, Opening(value: start))
    guard start < end, !isNothing(start..<end) else { return nil }
    let isPartial = isCut && end == bytes.count
    guard isOption || isPartial || looksSecret(start..<end, kind: verdict.kind) else {
      fruitless += end - start
      // Brackets that nobody closes reach to the end of the text, each of them. A text with so many is no honest one, and
      // what is left of it is not shown.
      return lostPatience ? Find(range: start..<bytes.count, kind: .unscanned, isPartial: true) : nil
    }
    return find(start..<end, verdict.kind)
  }

  private static let password = SecretNames.Verdict(kind: .password, sparesNumbers: false)

  private func afterBlanks(_ start: Int) -> Int {
    var index = start
    while index - start < 8, byte(at: index)?.isBlank == true { index += 1 }
    return index
  }

  /// The words that introduce secrets in sentences; all others are passed over at the cost of one comparison.
  private func isProseWord(_ word: Range<Int>) -> Bool {
    func ends(_ suffix: StaticString) -> Bool {
      word.count >= suffix.utf8CodeUnitCount && matchesAnyCase(suffix, at: word.upperBound - suffix.utf8CodeUnitCount)
    }
    switch bytes[word.upperBound - 1].lowered {
    case UInt8(ascii: "d"): return ends("word") || ends("passwd") || ends("pwd") || ends("card")
    case UInt8(ascii: "n"): return ends("token") || ends("pin") || ends("ssn")
    case UInt8(ascii: "t"): return ends("secret") || ends("passwort")
    case UInt8(ascii: "y"): return ends("key") || (word.count == 2 && ends("by"))
    case UInt8(ascii: "v"): return ends("cvv")
    case UInt8(ascii: "c"): return ends("cvc")
    case UInt8(ascii: "p"): return ends("otp")
    case UInt8(ascii: "e"): return ends("code") || ends("phrase") || ends("cookie")
    case UInt8(ascii: "r"): return ends("number")
    case UInt8(ascii: "h"): return ends("auth")
    default: return false
    }
  }

  /// Whether a word of letters stands here with a space behind it: for no kind does that look like a secret (`looksSecret`).
  private func isPlainWord(at start: Int) -> Bool {
    var index = start
    while index < bytes.count, index - start < Self.longWord, bytes[index].isLetter { index += 1 }
    return index > start && index - start < Self.longWord && byte(at: index)?.isSpace == true
  }

  /// So many bytes in a row are no word of a language.
  private static var longWord: Int { 24 }

  /// In a sentence only what is no word of the language, and no other assignment, is taken for a secret.
  private mutating func looksSecret(_ range: Range<Int>, kind: SecretKind) -> Bool {
    if isAssignment(at: range.lowerBound, UInt8(ascii: ",")) { return false }
    steps += range.count
    let digits = bytes[range].count { $0.isDigit }
    switch kind {
    case .pin, .cvv, .otp, .ssn: return digits >= 3
    case .card: return digits >= 8
    default: break
    }
    if digits > 0 { return range.count >= 6 && digits < range.count || digits >= 8 }
    let marks = bytes[range].dropLast().count { !$0.isAlphanumeric && $0 != .dash && $0 != .underscore && $0 < 0x80 }
    return range.count >= 6 && marks > 0 || range.count >= Self.longWord
  }
}
