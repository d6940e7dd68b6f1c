/// Card, social security and bank account numbers, which carry their own proof.
extension TextScanner {
  mutating func scanNumbers() {
    var index = next(of: [.digit, .escape], from: 0)
    while index < bytes.count {
      if bytes[index].isDigit {
        let run = index..<end(of: .digit, from: index)
        index = run.upperBound
        if mayBeNumber(run), let found = card(at: run.lowerBound) ?? socialSecurity(run) {
          finds.append(found)
          index = found.range.upperBound
        }
      } else {
        // The digits of an escape are not those of a number: `%224111...`.
        index += max(1, decoded(at: index).width)
      }
      index = next(of: [.digit, .escape], from: index)
    }
    steps += bytes.count
  }

  /// Whether one of the numbers may begin with these digits: nearly all in a text are too few, and alone.
  @inline(__always)
  private func mayBeNumber(_ run: Range<Int>) -> Bool {
    // The first group of a card number in groups, or the area of a social security number, has three.
    guard run.count >= 3 else { return false }
    if run.count >= CardDigits.least { return true }
    let next = run.upperBound
    if next + 1 >= bytes.count { return isCut }
    return isSeparator(bytes[next]) && bytes[next + 1].isDigit
  }

  /// What may stand between the groups of a card number.
  private func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == .dash || byte == UInt8(ascii: ".") }

  /// 13 to 19 digits, whole or in groups, of a known issuer and with a right check digit (ISO/IEC 7812).
  private mutating func card(at start: Int) -> Find? {
    // A fraction is no card number, and neither is a longer number's end.
    if start >= 2, bytes[start - 1] == UInt8(ascii: "."), bytes[start - 2].isDigit { return nil }
    var digits = CardDigits()
    var separator: UInt8?
    var index = start
    var best: Int?
    var groupStart = start
    scan: while index < bytes.count {
      let byte = bytes[index]
      if byte.isDigit {
        guard digits.append(byte) else { break scan }
        index += 1
        continue
      }
      if digits.isCard { best = index }
      guard isSeparator(byte), separator ?? byte == byte, index - groupStart >= 3,
        self.byte(at: index + 1)?.isDigit == true
      else {
        break scan
      }
      separator = byte
      index += 1
      groupStart = index
    }
    steps += index - start
    if digits.isTooLong, separator == nil { return nil }
    if !digits.isTooLong, digits.isCard, index == bytes.count || !bytes[index].isDigit, bytes[index - 1].isDigit {
      best = index
    }
    if let best { return Find(range: start..<best, kind: .card) }
    let isAtEnd = index == bytes.count || (index + 1 == bytes.count && !bytes[index].isLetter)
    if isCut, isAtEnd, digits.count >= 7, digits.count < 19, digits.hasIssuer {
      return Find(range: start..<bytes.count, kind: .card, isPartial: true)
    }
    return nil
  }

  /// `123-45-6789`, where the parts are ones that are issued.
  private mutating func socialSecurity(_ area: Range<Int>) -> Find? {
    guard area.count == 3 else { return nil }
    let start = area.lowerBound
    if start > 0, bytes[start - 1].isNameByte || bytes[start - 1] == UInt8(ascii: ".") { return nil }
    var index = start
    var number = 0
    var numbers: [Int] = []
    steps += 12
    for width in [3, 2, 4] {
      number = 0
      for _ in 0..<width {
        guard let byte = self.byte(at: index) else {
          guard isCut, numbers.count == 2 || numbers.count == 1 else { return nil }
          return Find(range: start..<index, kind: .ssn, isPartial: true)
        }
        guard byte.isDigit else { return nil }
        number = number * 10 + Int(byte & 15)
        index += 1
      }
      numbers.append(number)
      guard width != 4 else { break }
      guard let dash = byte(at: index) else {
        guard isCut, numbers.count == 2 else { return nil }
        return Find(range: start..<index, kind: .ssn, isPartial: true)
      }
      guard dash == .dash else { return nil }
      index += 1
    }
    if let next = byte(at: index), next.isNameByte { return nil }
    guard numbers[0] != 0, numbers[0] != 666, numbers[0] < 900, numbers[1] != 0, numbers[2] != 0 else { return nil }
    return Find(range: start..<index, kind: .ssn)
  }

  /// Country, check digits and account, whole or in groups of four, with the right length and remainder (ISO 13616).
  @inline(__always)
  mutating func iban(_ word: Range<Int>) -> Find? {
    let start = word.lowerBound
    guard word.count >= 4, bytes[start + 2].isDigit, bytes[start + 3].isDigit else { return nil }
    return account(at: start)
  }

  private mutating func account(at start: Int) -> Find? {
    guard bytes[start].isLetter, bytes[start + 1].isLetter else { return nil }
    guard let length = BankCountry.length(bytes[start].lowered, bytes[start + 1].lowered) else { return nil }
    var index = start
    var taken = 0
    var remainder = 0
    var head = 0
    while taken < length, index < bytes.count {
      let byte = bytes[index]
      if byte == 0x20 || byte == .dash {
        guard taken.isMultiple(of: 4), taken > 0, bytes[index - 1] != byte else { break }
        index += 1
        continue
      }
      guard byte.isAlphanumeric else { break }
      let value = byte.isDigit ? Int(byte & 15) : Int(byte.lowered) - 0x61 + 10
      if taken < 4 {
        head = head * (byte.isDigit ? 10 : 100) + value
      } else {
        remainder = (remainder * (byte.isDigit ? 10 : 100) + value) % 97
      }
      taken += 1
      index += 1
    }
    steps += index - start
    if isCut, index == bytes.count, taken >= 8, taken < length {
      return Find(range: start..<index, kind: .iban, isPartial: true)
    }
    guard taken == length, byte(at: index)?.isAlphanumeric != true else { return nil }
    guard (remainder * 1_000_000 + head) % 97 == 1 else { return nil }
    return Find(range: start..<index, kind: .iban)
  }
}
