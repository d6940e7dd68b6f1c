/// Finds the secrets in a text, in one walk over its bytes and one over its digits.
///
/// It is fast by asking seldom: one look into a table says of each byte whether anything begins with it, and a word is
/// looked into only where its length and the byte behind it allow a secret, which nearly all words do not.
///
/// It is written by hand, without regular expressions: a look ahead is bounded by a constant, consumes what it looked at
/// or remembers it, so the work is linear in the length whatever the text holds (`steps` counts it, tests hold it down).
/// Bytes need not be UTF-8. Where a text is cut off, its end is judged severely: half a secret is one.
struct TextScanner {
  /// A secret in the text.
  struct Find: Equatable {
    var range: Range<Int>
    var kind: SecretKind
    /// Cut off by the end of the text, so that it has no number.
    var isPartial = false
  }

  let bytes: [UInt8]
  /// The text goes on in the target.
  let isCut: Bool
  let withholdsEmail: Bool
  var names: SecretNames
  var finds: [Find] = []
  /// Bytes looked at.
  var steps = 0
  /// Up to where runs were judged for order already, and up to where it is known that no `@` and no `$` stands.
  var randomSeen = 0
  var atSeen = 0
  var dollarSeen = 0
  /// The end of the word whose parts were last looked at, none of which is a key.
  var keysSeen = 0
  /// Bytes of sentences that were looked at and held no secret, and whether they are so many that the text must have been
  /// made to be looked at again and again.
  var fruitless = 0
  var lostPatience: Bool { fruitless > 4 * bytes.count }
  let keyShapes = KeyShape.table

  init(_ bytes: [UInt8], isCut: Bool, names: SecretNames, withholdsEmail: Bool = false) {
    self.bytes = bytes
    self.isCut = isCut
    self.names = names
    self.withholdsEmail = withholdsEmail
  }

  /// The secrets in the order of the text, none overlapping another.
  mutating func scan() -> [Find] {
    scanWords()
    let inWords = finds
    finds = []
    scanNumbers()
    return Self.merge(inWords, finds)
  }

  // MARK: - Walk

  private mutating func scanWords() {
    var index = next(of: [.wordStart, .mark], from: 0)
    while index < bytes.count {
      index = bytes[index].isAny(of: .wordStart) ? scanWord(at: index) : scanMark(at: index)
      index = next(of: [.wordStart, .mark], from: index)
    }
    steps += bytes.count
  }

  /// Judges what begins with a byte of no word; returns where the walk goes on.
  @inline(__always)
  private mutating func scanMark(at index: Int) -> Int {
    switch bytes[index] {
    case UInt8(ascii: ":") where matches("://", at: index): scanAuthority(at: index + 3)
    case .dash where matches("-----BEGIN ", at: index): scanPEM(at: index)
    case UInt8(ascii: "$"): scanCrypt(at: index)
    case UInt8(ascii: "@") where withholdsEmail: scanEmail(at: index)
    case UInt8(ascii: "%"), .backslash: index + max(1, decoded(at: index).width)
    default: index + 1
    }
  }

  /// Judges one word of name bytes and what it introduces; returns where the walk goes on.
  private mutating func scanWord(at start: Int) -> Int {
    if start >= keysSeen, let found = keyInWord(at: start) { return take(found) }
    let end = keysSeen
    let word = start..<end
    // By this byte alone nearly all words are done with. 0 where the text ends: nothing waits for such a byte.
    let next = byte(at: end) ?? 0
    if let found = scheme(word, before: next) { return take(found) }
    if let found = iban(word) { return take(found) }
    if let found = botToken(word, before: next) { return take(found) }
    if let found = random(word, before: next) { return take(found) }
    if let found = passwordHash(word, before: next) { return take(found) }
    if let found = assignment(word, before: next) { return take(found) }
    return end
  }

  /// A key that is one of the parts of a word: `id-AKIA…`. Without one, `keysSeen` is where the word ends.
  @inline(__always)
  private mutating func keyInWord(at start: Int) -> Find? {
    var end = start
    repeat {
      end = self.end(of: .joint, from: end)
      if let found = key(at: end) { return found }
      end = self.end(of: .alphanumeric, from: end)
    } while end < bytes.count && bytes[end].isAny(of: .joint)
    keysSeen = end
    return nil
  }

  private mutating func take(_ found: Find) -> Int {
    finds.append(found)
    return found.range.upperBound
  }

  // MARK: - Bytes

  /// Where the bytes of these classes that stand here end.
  @inline(__always)
  func end(of classes: ByteClass, from start: Int) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var index = start
      while index < bytes.count, bytes[index].isAny(of: classes) { index += 1 }
      return index
    }
  }

  /// Where the next byte of these classes stands; the limit, or the end of the text, where none does before.
  @inline(__always)
  func next(of classes: ByteClass, from start: Int, before limit: Int = .max) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      let limit = min(limit, bytes.count)
      var index = start
      while index < limit, !bytes[index].isAny(of: classes) { index += 1 }
      return index
    }
  }

  @inline(__always)
  func byte(at index: Int) -> UInt8? { index >= 0 && index < bytes.count ? bytes[index] : nil }

  func matches(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// As `matches`, where the wanted text is in lower case.
  func matchesAnyCase(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset].lowered != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// The byte that stands at an index, looking through `%3D`, `\u003d`, `\x3d` and `\"`. Width 0 at the end.
  @inline(__always)
  func decoded(at index: Int) -> (byte: UInt8, width: Int) {
    guard let first = byte(at: index) else { return (0, 0) }
    return first.isAny(of: .escape) ? decodedEscape(first, at: index) : (first, 1)
  }

  private func decodedEscape(_ first: UInt8, at index: Int) -> (byte: UInt8, width: Int) {
    func hex(_ start: Int, _ width: Int) -> UInt8? {
      guard let high = byte(at: start + width - 2)?.hexValue, let low = byte(at: start + width - 1)?.hexValue else {
        return nil
      }
      if width == 4, byte(at: start) != 0x30 || byte(at: start + 1) != 0x30 { return nil }
      return high << 4 | low
    }
    if first == UInt8(ascii: "%") {
      if let value = hex(index + 1, 2) { return (value, 3) }
    } else if first == .backslash, let second = byte(at: index + 1) {
      switch second {
      case UInt8(ascii: "x"): if let value = hex(index + 2, 2) { return (value, 4) }
      case UInt8(ascii: "u"): if let value = hex(index + 2, 4) { return (value, 6) }
      case UInt8(ascii: "n"): return (0x0A, 2)
      case UInt8(ascii: "r"): return (0x0D, 2)
      case UInt8(ascii: "t"): return (0x09, 2)
      case 0x22, 0x27, 0x2F, .backslash: return (second, 2)
      default: break
      }
    }
    return (first, 1)
  }

  // MARK: - Merging

  /// Two lists in order become one; what overlaps becomes one secret of the kind that begins first.
  private static func merge(_ left: [Find], _ right: [Find]) -> [Find] {
    guard !right.isEmpty else { return left }
    var merged: [Find] = []
    merged.reserveCapacity(left.count + right.count)
    var (l, r) = (0, 0)
    while l < left.count || r < right.count {
      let takesLeft = r == right.count || (l < left.count && left[l].range.lowerBound <= right[r].range.lowerBound)
      let find = takesLeft ? left[l] : right[r]
      if takesLeft { l += 1 } else { r += 1 }
      guard let last = merged.last, last.range.upperBound > find.range.lowerBound else {
        merged.append(find)
        continue
      }
      let end = max(last.range.upperBound, find.range.upperBound)
      merged[merged.count - 1].isPartial = last.isPartial || find.range.upperBound > last.range.upperBound
      merged[merged.count - 1].range = last.range.lowerBound..<end
    }
    return merged
  }
}
