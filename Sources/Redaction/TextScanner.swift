/// Finds the secrets in a text, in one walk over its bytes and one over its digits.
///
/// It is written by hand, without regular expressions: a look ahead is bounded by a constant or consumes what it looked
/// at, so the work is linear in the length whatever the text holds (`steps` counts it, tests hold it down). Bytes need
/// not be UTF-8. Where a text is cut off, its end is judged severely: half a secret is one.
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
  /// Up to where runs were judged for order already, and up to where it is known that no `@` stands.
  var randomSeen = 0
  var atSeen = 0

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
    let count = bytes.count
    var index = 0
    while index < count {
      let byte = bytes[index]
      if byte.isAlphanumeric || byte == .underscore {
        index = scanWord(at: index)
        continue
      }
      switch byte {
      case UInt8(ascii: ":") where matches("://", at: index): index = scanAuthority(at: index + 3)
      case .dash where matches("-----BEGIN ", at: index): index = scanPEM(at: index)
      case UInt8(ascii: "$"): index = scanCrypt(at: index)
      case UInt8(ascii: "@") where withholdsEmail: index = scanEmail(at: index)
      case UInt8(ascii: "%"), .backslash: index += max(1, decoded(at: index).width)
      default: index += 1
      }
      steps += 1
    }
  }

  /// Judges one word of name bytes and what it introduces; returns where the walk goes on.
  private mutating func scanWord(at start: Int) -> Int {
    var end = start
    var isPartStart = true
    while end < bytes.count, bytes[end].isNameByte {
      let byte = bytes[end]
      let isJoint = byte == .dash || byte == .underscore
      if isPartStart, !isJoint {
        if let found = key(at: end) {
          finds.append(found)
          return found.range.upperBound
        }
      }
      isPartStart = isJoint
      end += 1
    }
    steps += end - start
    let word = start..<end
    if let found = scheme(word) ?? iban(word) ?? botToken(word) ?? random(at: start) ?? passwordHash(word) {
      finds.append(found)
      return found.range.upperBound
    }
    if let found = assignment(word) {
      finds.append(found)
      return found.range.upperBound
    }
    return end
  }

  // MARK: - Bytes

  func byte(at index: Int) -> UInt8? { index >= 0 && index < bytes.count ? bytes[index] : nil }

  func matches(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      for offset in wanted.indices where bytes[index + offset] != wanted[offset] { return false }
      return true
    }
  }

  /// As `matches`, where the wanted text is in lower case.
  func matchesAnyCase(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      for offset in wanted.indices where bytes[index + offset].lowered != wanted[offset] { return false }
      return true
    }
  }

  /// The byte that stands at an index, looking through `%3D`, `\u003d`, `\x3d` and `\"`. Width 0 at the end.
  func decoded(at index: Int) -> (byte: UInt8, width: Int) {
    guard let first = byte(at: index) else { return (0, 0) }
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
