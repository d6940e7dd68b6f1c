/// Keys and tokens that are known by how they look: prefixes, JWTs, bearer tokens, strings without order.
extension TextScanner {
  /// A key with a known prefix that begins here.
  @inline(__always)
  mutating func key(at start: Int) -> Find? {
    let isBegun = start + 1 < bytes.count && keyShapes.hasShapes(first: bytes[start], second: bytes[start + 1])
    return isBegun ? shapedKey(at: start) : nil
  }

  private mutating func shapedKey(at start: Int) -> Find? {
    for shape in keyShapes.shapes(first: bytes[start], second: bytes[start + 1])
    where keyShapes.begins(shape, bytes, at: start) {
      let body = start + shape.prefix.count
      var end = body
      while end < bytes.count, shape.alphabet.contains(bytes[end]) { end += 1 }
      steps += end - start
      let isPartial = isCut && end == bytes.count
      // A full stop that ends the sentence is not part of the key.
      while !isPartial, end > body, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
      guard end - body >= shape.least || (isPartial && end > body) else { continue }
      guard shape.kind != .key || shape.alphabet != .upper || isPartial || end - body <= 20 else { continue }
      return Find(range: start..<end, kind: shape.kind, isPartial: isPartial)
    }
    return nil
  }

  /// `Bearer x`, `Basic dXNlcjpw`: what stands after the scheme of an `Authorization` header.
  @inline(__always)
  mutating func scheme(_ word: Range<Int>, before next: UInt8) -> Find? {
    guard next == 0x20, word.count >= 4, word.count <= 9 else { return nil }
    let first = bytes[word.lowerBound] | 0x20
    return first == UInt8(ascii: "b") || first == UInt8(ascii: "n") ? schemeSecret(word) : nil
  }

  private mutating func schemeSecret(_ word: Range<Int>) -> Find? {
    let start = word.upperBound + 1
    let isBasic: Bool
    switch bytes[word.lowerBound].lowered {
    case UInt8(ascii: "b"):
      isBasic = word.count == 5 && matchesAnyCase("basic", at: word.lowerBound)
      guard isBasic || (word.count == 6 && matchesAnyCase("bearer", at: word.lowerBound)) else { return nil }
    case UInt8(ascii: "n"):
      guard
        (word.count == 9 && matchesAnyCase("negotiate", at: word.lowerBound))
          || (word.count == 4 && matchesAnyCase("ntlm", at: word.lowerBound))
      else { return nil }
      isBasic = false
    default: return nil
    }
    var end = start
    while end < bytes.count, bytes[end].isBase64 || "-._~=".utf8.contains(bytes[end]) { end += 1 }
    steps += end - start
    let isPartial = isCut && end == bytes.count
    while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard end > start else { return nil }
    let run = bytes[start..<end]
    let isSecret =
      isBasic ? isCredentialBase64(start..<end) : run.count >= 20 || (run.count >= 6 && run.contains { $0.isDigit })
    guard isSecret || isPartial else { return nil }
    return Find(range: start..<end, kind: .authorization, isPartial: isPartial)
  }

  /// Whether base64 text says `user:password`.
  private mutating func isCredentialBase64(_ range: Range<Int>) -> Bool {
    guard range.count >= 4 else { return false }
    steps += range.count
    var group: UInt32 = 0
    var digits = 0
    for index in range {
      let byte = bytes[index]
      let value: UInt8
      if byte.isUpper {
        value = byte - 0x41
      } else if byte.isLower {
        value = byte - 0x61 + 26
      } else if byte.isDigit {
        value = byte - 0x30 + 52
      } else if byte == UInt8(ascii: "=") {
        break
      } else {
        value = byte == UInt8(ascii: "+") || byte == .dash ? 62 : 63
      }
      group = group << 6 | UInt32(value)
      digits += 1
      if digits % 4 != 1, UInt8(truncatingIfNeeded: group >> UInt32(6 - 2 * ((digits - 1) % 4))) == UInt8(ascii: ":") {
        return true
      }
    }
    return false
  }

  /// A token of a Telegram bot: its number, a colon and 35 characters (https://core.telegram.org/bots/api#authorizing-your-bot).
  @inline(__always)
  mutating func botToken(_ word: Range<Int>, before next: UInt8) -> Find? {
    next == UInt8(ascii: ":") && byte(at: word.upperBound + 1) == UInt8(ascii: "A") ? numberedToken(word) : nil
  }

  private mutating func numberedToken(_ word: Range<Int>) -> Find? {
    let start = matches("bot", at: word.lowerBound) ? word.lowerBound + 3 : word.lowerBound
    guard (8...10).contains(word.upperBound - start), bytes[start..<word.upperBound].allSatisfy(\.isDigit) else {
      return nil
    }
    let end = index(from: word.upperBound + 1) { !$0.isBase64URL }
    let isPartial = isCut && end == bytes.count
    guard end - word.upperBound == 36 || isPartial else { return nil }
    return Find(range: start..<end, kind: .token, isPartial: isPartial)
  }

  /// A run of 32 bytes or more of base64 in which capitals, small letters and digits alternate without order. Hex digests,
  /// UUIDs, paths and identifiers are not: they are what a reader needs.
  @inline(__always)
  mutating func random(_ word: Range<Int>, before next: UInt8) -> Find? {
    // A word and such a run differ by two bytes, `+` and `/`: the run is the word, or goes on with one of these.
    let goesOn = next == UInt8(ascii: "/") || next == UInt8(ascii: "+")
    return goesOn || word.count >= Self.leastRandom ? random(at: word.lowerBound) : nil
  }

  /// The shortest such run, where the end of the text cuts it off.
  private static var leastRandom: Int { 20 }

  private mutating func random(at start: Int) -> Find? {
    guard start >= randomSeen, !matches("WebKitFormBoundary", at: start) else { return nil }
    var end = start
    var (upper, lower, digit, turns) = (0, 0, 0, 0)
    var last = 0
    while end < bytes.count {
      let byte = bytes[end]
      let now: Int
      if byte.isLower {
        lower += 1
        now = 1
      } else if byte.isUpper {
        upper += 1
        now = 2
      } else if byte.isDigit {
        digit += 1
        now = 3
      } else if byte.isBase64 || byte == .dash || byte == .underscore {
        now = 4
      } else {
        break
      }
      if now != last { turns += 1 }
      last = now
      end += 1
    }
    steps += end - start
    randomSeen = end
    let count = end - start
    let isPartial = isCut && end == bytes.count
    guard upper >= count / 8, lower >= count / 8 else { return nil }
    guard
      isPartial
        ? count >= Self.leastRandom && digit >= 1 && turns >= count / 3
        : count >= 32 && digit >= 2 && turns >= count * 2 / 5
    else { return nil }
    while end < bytes.count, bytes[end] == UInt8(ascii: "=") { end += 1 }
    return Find(range: start..<end, kind: .random, isPartial: isPartial)
  }

  /// `-----BEGIN RSA PRIVATE KEY-----` to its end. Certificates and public keys are shown.
  mutating func scanPEM(at start: Int) -> Int {
    let label = start + 11
    var end = label
    while end < bytes.count, end - label < 64, bytes[end] != .dash { end += 1 }
    steps += end - start
    var isPrivate = end == bytes.count && isCut
    var index = label
    while index + 7 <= end, !isPrivate {
      isPrivate = matches("PRIVATE", at: index)
      index += 1
    }
    guard isPrivate else { return end }
    var close = end
    while close < bytes.count, !(bytes[close] == .dash && matches("-----END ", at: close)) { close += 1 }
    let isOpen = close >= bytes.count
    if !isOpen {
      close += 9
      while close < bytes.count, bytes[close] != .dash { close += 1 }
      while close < bytes.count, bytes[close] == .dash { close += 1 }
    }
    steps += close - end
    finds.append(Find(range: start..<close, kind: .privateKey, isPartial: isOpen))
    return close
  }

  /// `$2b$12$...`, `$argon2id$...`, `$6$salt$...`: the crypt format.
  mutating func scanCrypt(at start: Int) -> Int {
    var end = start + 1
    while end < bytes.count, end - start < 10, bytes[end].isAlphanumeric { end += 1 }
    steps += end - start
    guard end > start + 1, byte(at: end) == UInt8(ascii: "$") else { return start + 1 }
    let known: Bool =
      switch end - start {
      case 2: [0x31, 0x35, 0x36, 0x37, 0x79].contains(bytes[start + 1])  // $1$ $5$ $6$ $7$ $y$
      case 3: bytes[start + 1] == 0x32 || matches("gy", at: start + 1)  // $2b$ $gy$
      default: matches("$argon2", at: start) || matches("$scrypt", at: start) || matches("$pbkdf2", at: start)
      }
    guard known else { return start + 1 }
    return takeHash(start, from: end, hasParameters: false) ?? start + 1
  }

  /// Django's and Werkzeug's form: `pbkdf2_sha256$600000$salt$hash`, `scrypt:32768:8:1$salt$hash`.
  @inline(__always)
  mutating func passwordHash(_ word: Range<Int>, before next: UInt8) -> Find? {
    guard next == UInt8(ascii: "$") || next == UInt8(ascii: ":") else { return nil }
    return word.count >= "bcrypt".utf8.count ? namedHash(word) : nil
  }

  private mutating func namedHash(_ word: Range<Int>) -> Find? {
    let start = word.lowerBound
    let known =
      matches("pbkdf2", at: start) || matches("scrypt", at: start) || matches("bcrypt", at: start)
      || matches("argon2", at: start)
    guard known else { return nil }
    let before = finds.count
    guard takeHash(start, from: word.upperBound, hasParameters: true) != nil, finds.count > before else { return nil }
    return finds.removeLast()
  }

  /// Parameters with colons stand before the first `$`; behind it a colon ends the field of a passwd file.
  private mutating func takeHash(_ start: Int, from middle: Int, hasParameters: Bool) -> Int? {
    let unseen = max(middle, dollarSeen)
    var end = unseen
    var parts = 0
    func belongs(_ byte: UInt8) -> Bool {
      byte.isBase64 || "$.=,_-".utf8.contains(byte) || (byte == 0x3A && hasParameters && parts == 0)
    }
    while end < bytes.count, end - start < 256, parts < 2, belongs(bytes[end]) {
      if bytes[end] == UInt8(ascii: "$") { parts += 1 }
      end += 1
    }
    steps += end - unseen
    if parts == 0 { dollarSeen = end }
    guard parts >= 2 || (isCut && end == bytes.count) else { return nil }
    end = index(from: end) { !belongs($0) }
    let isPartial = isCut && end == bytes.count
    guard end - start >= 24 || isPartial else { return nil }
    finds.append(Find(range: start..<end, kind: .hash, isPartial: isPartial))
    return end
  }
}
