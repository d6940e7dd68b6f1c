/// One word of a name in lower case, packed so that comparing it is one instruction: `db` and `password` of `dbPassword`.
struct NameWord: Hashable, Sendable {
  /// Its last 16 bytes, the last one lowest.
  private(set) var tail: UInt128 = 0
  /// Its first 16 bytes, the last of them lowest.
  private(set) var head: UInt128 = 0
  private(set) var count = 0

  init() {}

  init(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    tail = tail << 8 | UInt128(byte)
    if count < 16 { head = tail }
    count += 1
  }

  /// Without a last `s`; nil where there is none.
  var singular: NameWord? {
    guard count > 3, count <= 16, tail & 0xFF == UInt128(UInt8(ascii: "s")) else { return nil }
    var word = self
    word.tail >>= 8
    word.head = word.tail
    word.count -= 1
    return word
  }

  /// Its last letters, and its first ones: what a group of words has in common. All of it where it is shorter.
  var lastThree: NameWord { part(tail & 0xFF_FFFF) }
  var firstThree: NameWord { part(head >> UInt128(8 * max(min(count, 16) - 3, 0))) }

  private func part(_ bytes: UInt128) -> NameWord {
    var word = NameWord()
    word.tail = bytes
    word.head = bytes
    word.count = min(count, 3)
    return word
  }

  /// Suffixes and prefixes are at most 16 bytes long.
  func hasSuffix(_ suffix: NameWord) -> Bool {
    count >= suffix.count && tail & (UInt128.max >> UInt128(128 - 8 * min(suffix.count, 16))) == suffix.tail
  }

  func hasPrefix(_ prefix: NameWord) -> Bool {
    count >= prefix.count && head >> UInt128(8 * (min(count, 16) - min(prefix.count, 16))) == prefix.head
  }

  /// The words of a name: `db_password`, `dbPassword`, `DB-PASSWORD`, `db.password2` all are `db`, `password`.
  /// Digits only part words. Of very long names the last 160 bytes count.
  static func split(_ bytes: [UInt8], _ range: Range<Int>, into words: inout [NameWord]) {
    words.removeAll(keepingCapacity: true)
    var word = NameWord()
    let start = max(range.lowerBound, range.upperBound - 160)
    var index = start
    while index < range.upperBound {
      let byte = bytes[index]
      guard byte.isLetter || byte >= 0x80 else {
        if word.count > 0 { words.append(word) }
        word = NameWord()
        index += 1
        continue
      }
      if byte.isUpper, word.count > 0 {
        let followsLower = !bytes[index - 1].isUpper
        let endsAcronym = index + 1 < range.upperBound && bytes[index + 1].isLower
        if followsLower || endsAcronym {
          words.append(word)
          word = NameWord()
        }
      }
      word.append(byte.lowered)
      index += 1
    }
    if word.count > 0 { words.append(word) }
  }
}
