/// An SQL statement as it may be shown: what it does, without the values that are written in it.
///
/// Numbers, texts and comments go. What stands in double quotes is kept where only a name can stand: some databases take it
/// for a text elsewhere. Where dialects disagree on the end of a text, all that comes after its beginning goes.
public struct StatementMask {
  private let bytes: [UInt8]
  private let doubleQuotesText: Bool
  private var place = 0
  private var shown: [UInt8] = []
  private var isOver = false
  private var words = NameContext()

  /// Bytes of what is shown.
  static let limit = 500

  /// The statement without its values.
  ///
  /// - Parameters:
  ///   - isCut: There is more of it than this text.
  ///   - doubleQuotesText: `"…"` is a text, as MySQL has it.
  public static func masked(_ text: String, isCut: Bool = false, doubleQuotesText: Bool = false) -> String {
    var mask = StatementMask(text, doubleQuotesText: doubleQuotesText)
    mask.run()
    return mask.result(isCut: isCut)
  }

  /// Whether a text begins as statements do.
  public static func isStatement(_ text: String) -> Bool {
    var mask = StatementMask(text, doubleQuotesText: false)
    while let byte = mask.current, byte == UInt8(ascii: "(") || mask.isBlank || mask.isComment {
      if mask.isComment { mask.skipComment() } else { mask.place += 1 }
    }
    return verbs.contains(mask.takeWord().uppercased())
  }

  private static let verbs: Set<String> = [
    "ALTER", "ANALYZE", "BEGIN", "CALL", "COMMIT", "COPY", "CREATE", "DECLARE", "DELETE", "DO", "DROP", "EXEC",
    "EXECUTE",
    "EXPLAIN", "FETCH", "GRANT", "INSERT", "LISTEN", "LOCK", "MERGE", "NOTIFY", "PRAGMA", "REFRESH", "RELEASE",
    "REPLACE",
    "REVOKE", "ROLLBACK", "SAVEPOINT", "SELECT", "SET", "SHOW", "START", "TRUNCATE", "UPDATE", "UPSERT", "USE",
    "VACUUM",
    "VALUES", "WITH",
  ]

  private init(_ text: String, doubleQuotesText: Bool) {
    bytes = Array(text.utf8)
    self.doubleQuotesText = doubleQuotesText
  }

  private func result(isCut: Bool) -> String {
    var end = shown
    while end.last == UInt8(ascii: " ") { end.removeLast() }
    guard isOver || isCut || end.count > Self.limit else { return String(decoding: end, as: UTF8.self) }
    var text = String(decoding: end.prefix(Self.limit), as: UTF8.self)
    // A character that was cut in two.
    while text.last == "\u{fffd}" { text.removeLast() }
    return text + (text.hasSuffix(" ") ? "..." : " ...")
  }

  // MARK: - Bytes

  private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func byte(_ offset: Int) -> UInt8? {
    bytes.indices.contains(place + offset) ? bytes[place + offset] : nil
  }

  private func has(_ text: String, at offset: Int = 0) -> Bool {
    text.utf8.enumerated().allSatisfy { byte(offset + $0.offset) == $0.element }
  }

  private var isBlank: Bool { current.map { $0 <= 0x20 } ?? false }
  private var isComment: Bool { has("--") || has("/*") }

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 &- UInt8(ascii: "0") < 10 } ?? false }

  /// Of a name, further on than its first letter.
  private static func isOfWord(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  // MARK: - The whole

  private mutating func run() {
    while let byte = current, !isOver, shown.count <= Self.limit {
      switch byte {
      case _ where isBlank:
        place += 1
        space()
      case _ where isComment:
        skipComment()
        space()
      case UInt8(ascii: "'"): takeText()
      case UInt8(ascii: "\""), UInt8(ascii: "`"): takeQuoted(byte)
      case UInt8(ascii: "$"): takeDollar()
      case UInt8(ascii: "?"):
        place += 1
        while Self.isDigit(current) { place += 1 }
        value()
      case UInt8(ascii: ":"), UInt8(ascii: "@"): takePlaceholder()
      // `#>` and `#-` are operators of PostgreSQL; elsewhere what follows is a comment, or what comes after it.
      case UInt8(ascii: "#") where self.byte(1) != UInt8(ascii: ">") && self.byte(1) != UInt8(ascii: "-"): isOver = true
      case _ where Self.isDigit(byte) || (byte == UInt8(ascii: ".") && Self.isDigit(self.byte(1))): takeNumber()
      case _ where Self.isOfWord(byte): takeName()
      default: takeMark(byte)
      }
    }
  }

  private mutating func space() {
    if let last = shown.last, last != UInt8(ascii: " ") { shown.append(UInt8(ascii: " ")) }
  }

  /// Something that is not shown. Of a long list the beginning will do.
  private mutating func value() {
    words.isName = false
    if ends(with: "?, ..., ") {
      shown.removeLast(2)
    } else if ends(with: "?, ?, ") {
      shown.removeLast(3)
      shown += "...".utf8
    } else {
      shown.append(UInt8(ascii: "?"))
    }
  }

  private func ends(with text: String) -> Bool { shown.suffix(text.utf8.count).elementsEqual(text.utf8) }

  // MARK: - What goes

  private mutating func skipComment() {
    guard has("/*") else {
      while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
      return
    }
    // Nested as PostgreSQL has them; where they are not, more goes than need be.
    var depth = 0
    repeat {
      if has("/*") {
        depth += 1
        place += 2
      } else if has("*/") {
        depth -= 1
        place += 2
      } else {
        place += 1
      }
    } while depth > 0 && place < bytes.count
  }

  /// `'…'`.
  private mutating func takeText() {
    let isTriple = has("'''")
    value()
    // BigQuery's texts within three quotes; elsewhere one that begins with a quote.
    if isTriple { isOver = true } else { _ = quoted(by: UInt8(ascii: "'")) }
  }

  /// What stands in quotes, which it passes. A quote behind a backslash ends a text for some and not for others.
  private mutating func quoted(by quote: UInt8) -> [UInt8] {
    var content: [UInt8] = []
    var backslashes = 0
    place += 1
    while let byte = current {
      place += 1
      if byte == quote {
        guard backslashes.isMultiple(of: 2) else { break }
        guard current == quote else { return content }
        place += 1
      }
      content.append(byte)
      backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
    }
    isOver = true
    return content
  }

  private mutating func takeNumber() {
    while let byte = current {
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      let isExponent =
        isSign && self.byte(-1).map { $0 | 0x20 == UInt8(ascii: "e") } == true && Self.isDigit(self.byte(1))
      guard Self.isOfWord(byte) || byte == UInt8(ascii: ".") || isExponent else { break }
      place += 1
    }
    value()
  }

  // MARK: - What may stay

  private mutating func takeQuoted(_ quote: UInt8) {
    let isText = quote == UInt8(ascii: "\"") && doubleQuotesText
    let content = quoted(by: quote)
    let isBeforeDot = current == UInt8(ascii: ".")
    let mayBeName = quote == UInt8(ascii: "`") || (!isText && (words.isName || isBeforeDot))
    guard mayBeName, !isOver, Self.isPlainName(content) else { return value() }
    shown += [quote] + content + [quote]
  }

  private static func isPlainName(_ name: [UInt8]) -> Bool {
    guard let first = name.first, !isDigit(first), name.count <= 63 else { return false }
    return name.allSatisfy { isOfWord($0) } && name.split { !isDigit($0) }.allSatisfy { $0.count < 7 }
  }

  /// `$1`, or PostgreSQL's `$tag$…$tag$`.
  private mutating func takeDollar() {
    var end = place + 1
    while end < bytes.count, Self.isOfWord(bytes[end]), bytes[end] != UInt8(ascii: "$") { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !Self.isDigit(byte(1)) else { return takePlaceholder() }
    let tag = bytes[place...end]
    place = end + 1
    value()
    while place < bytes.count, !bytes[place...].starts(with: tag) { place += 1 }
    isOver = place >= bytes.count
    place += tag.count
  }

  /// `:name`, `:1`, `$1`, `@p1`; and `::`, `:=`, `@>`.
  private mutating func takePlaceholder() {
    let mark = bytes[place]
    place += 1
    shown.append(mark)
    let digits = bytes[place...].prefix { Self.isDigit($0) }
    if (1...4).contains(digits.count), !Self.isOfWord(byte(digits.count)) {
      shown += digits
      place += digits.count
      words.isName = false
    } else if current == mark {
      shown.append(mark)
      place += 1
    }
  }

  private mutating func takeWord() -> String {
    let start = place
    while Self.isOfWord(current) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func takeName() {
    let word = takeWord()
    shown += word.utf8
    let name = word.uppercased()
    words.take(name)
    // Oracle's q'[…]' ends with a bracket.
    if current == UInt8(ascii: "'"), name == "Q" || name == "NQ" { isOver = true }
  }

  private mutating func takeMark(_ byte: UInt8) {
    place += 1
    words.take(mark: byte)
    guard byte == UInt8(ascii: ",") else { return shown.append(byte) }
    if shown.last == UInt8(ascii: " ") { shown.removeLast() }
    shown += ", ".utf8
  }
}
