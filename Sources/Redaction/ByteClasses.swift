extension String {
  /// Whether all of it is ASCII, so that equal texts have equal bytes.
  var isASCII: Bool {
    var text = self
    return text.withUTF8 { bytes in bytes.reduce(0 as UInt8) { $0 | $1 } < 0x80 }
  }
}

/// The classes of ASCII that the scanners know. Bytes above 127 are letters of other languages.
extension UInt8 {
  var isDigit: Bool { self &- 0x30 < 10 }
  var isUpper: Bool { self &- 0x41 < 26 }
  var isLower: Bool { self &- 0x61 < 26 }
  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
  var isAlphanumeric: Bool { isAny(of: .alphanumeric) }
  var isHex: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
  /// A byte of a name: `api_key`, `X-Api-Key`.
  var isNameByte: Bool { isAny(of: [.alphanumeric, .joint]) }
  var isBase64: Bool { isAlphanumeric || self == 0x2B || self == 0x2F }
  var isBase64URL: Bool { isNameByte }
  var isSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
  var lowered: UInt8 { isUpper ? self | 0x20 : self }
  var hexValue: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  static let underscore = UInt8(ascii: "_")
  static let dash = UInt8(ascii: "-")
  static let backslash = UInt8(ascii: "\\")
}
