/// What was pressed.
public enum Key: Equatable, Sendable {
  case text(Character)
  /// With the control key: `a` to `z`, `_`.
  case control(Character)
  /// With Alt, or after Escape.
  case alt(Character)
  case enter, tab, backspace, altBackspace, delete
  case left, right, up, down, home, end, wordLeft, wordRight
  case pageUp, pageDown, insert, backTab
  /// Escape by itself.
  case escape
  /// F1 to F12.
  case function(Int)
  /// Text that was pasted as a whole (bracketed paste), newlines and all.
  case paste(String)
  /// A sequence that means nothing here.
  case unknown
}

/// Makes keys of the bytes that a terminal sends, however these are cut into pieces.
public struct KeyDecoder: Sendable {
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?

  /// A pasted text of more bytes than this is cut.
  static let pasteLimit = 1 << 20
  private static let pasteEnd = Array("\u{1b}[201~".utf8)

  public init() {}

  /// Whether bytes of a key wait for others: a lone Escape, half a character.
  public var isInside: Bool { !pending.isEmpty || pasted != nil }

  /// The keys that are complete now.
  public mutating func keys(_ bytes: some Sequence<UInt8>) -> [Key] {
    var keys: [Key] = []
    for byte in bytes {
      if pasted != nil {
        if let key = paste(byte) { keys.append(key) }
        continue
      }
      if pending.first.map({ $0 >= 0x80 }) == true, byte & 0xC0 != 0x80 {
        // It cannot go on the character that was begun.
        pending = []
        keys.append(.text("\u{FFFD}"))
      }
      pending.append(byte)
      if let key = key() {
        pending = []
        keys.append(key)
      }
    }
    return keys
  }

  /// Nothing more came: what waits is what it is.
  public mutating func flush() -> Key? {
    guard pasted == nil, !pending.isEmpty else { return nil }
    defer { pending = [] }
    return pending == [0x1B] ? .escape : .unknown
  }

  // MARK: - One key

  /// Nil while it is not complete; a paste begins and gives nothing either.
  private mutating func key() -> Key? {
    guard let first = pending.first else { return nil }
    if first == 0x1B { return escape() }
    if first < 0x20 || first == 0x7F { return Self.control(first) }
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard pending.count >= length else { return nil }
    return String(decoding: pending, as: UTF8.self).first.map { .text($0) } ?? .unknown
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0A, 0x0D: .enter
    case 0x09: .tab
    case 0x08, 0x7F: .backspace
    case 0x1F: .control("_")
    case 1...26: .control(Character(Unicode.Scalar(byte + 0x60)))
    default: .unknown
    }
  }

  private mutating func escape() -> Key? {
    guard pending.count > 1 else { return nil }
    switch pending[1] {
    case UInt8(ascii: "["): return sequence()
    case UInt8(ascii: "O"):
      guard pending.count > 2 else { return nil }
      return Self.named(pending[2], isModified: false)
    case 0x7F, 0x08: return .altBackspace
    case 0x1B: return .escape
    case let byte where byte >= 0x20: return .alt(Character(Unicode.Scalar(byte)))
    default: return .unknown
    }
  }

  /// `ESC [ parameters final` (ECMA-48): parameters are 0x30 to 0x3F, a final byte is 0x40 to 0x7E.
  private mutating func sequence() -> Key? {
    guard let final = pending.dropFirst(2).first(where: { !(0x20...0x3F).contains($0) }) else {
      return pending.count > 32 ? .unknown : nil
    }
    // The console of Linux: `ESC [ [ A` to `E` are F1 to F5.
    if final == UInt8(ascii: "["), pending.count <= 4 {
      guard pending.count == 4 else { return nil }
      let number = Int(pending[3]) - 0x40
      return (1...5).contains(number) ? .function(number) : .unknown
    }
    let parameters = String(decoding: pending[2..<pending.count - 1], as: UTF8.self)
    // `1;5C`: the second is the modifier, 3 Alt and 5 Control.
    let isModified = [";3", ";5"].contains { parameters.hasSuffix($0) }
    guard final == UInt8(ascii: "~") else { return Self.named(final, isModified: isModified) }
    switch parameters {
    case "1", "7": return .home
    case "2": return .insert
    case "3": return .delete
    case "4", "8": return .end
    case "5": return .pageUp
    case "6": return .pageDown
    case "200":
      pending = []
      pasted = []
      return nil
    default:
      // xterm, ctlseqs: 16 and 22 are left out.
      let numbers = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]
      return Int(parameters).flatMap { numbers.firstIndex(of: $0) }.map { .function($0 + 1) } ?? .unknown
    }
  }

  private static func named(_ final: UInt8, isModified: Bool) -> Key {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): isModified ? .wordRight : .right
    case UInt8(ascii: "D"): isModified ? .wordLeft : .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "P"): .function(1)
    case UInt8(ascii: "Q"): .function(2)
    case UInt8(ascii: "R"): .function(3)
    case UInt8(ascii: "S"): .function(4)
    case UInt8(ascii: "Z"): .backTab
    default: .unknown
    }
  }

  private mutating func paste(_ byte: UInt8) -> Key? {
    pasted?.append(byte)
    guard let bytes = pasted, bytes.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] else {
      if let count = pasted?.count, count > Self.pasteLimit { pasted?.removeFirst(count - Self.pasteLimit) }
      return nil
    }
    pasted = nil
    return .paste(String(decoding: bytes.dropLast(Self.pasteEnd.count), as: UTF8.self))
  }
}
