/// RFC 4648 base64 with padding: how bytes that are no text travel in JSON.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let pad = UInt8(ascii: "=")

  static func text(of bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
      var written = 0
      var index = 0
      while index < bytes.count {
        let left = min(3, bytes.count - index)
        var group = UInt32(bytes[index]) << 16
        if left > 1 { group |= UInt32(bytes[index + 1]) << 8 }
        if left > 2 { group |= UInt32(bytes[index + 2]) }
        output[written] = alphabet[Int(group >> 18)]
        output[written + 1] = alphabet[Int(group >> 12 & 63)]
        output[written + 2] = left > 1 ? alphabet[Int(group >> 6 & 63)] : pad
        output[written + 3] = left > 2 ? alphabet[Int(group & 63)] : pad
        written += 4
        index += 3
      }
      return written
    }
  }

  /// Nil where the text is not base64 with padding.
  static func bytes(of text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3)
    for start in stride(from: 0, to: digits.count, by: 4) {
      let isLast = start + 4 == digits.count
      let padding = isLast ? digits[start...].reversed().prefix { $0 == pad }.count : 0
      guard padding < 3 else { return nil }
      var group: UInt32 = 0
      for digit in digits[start..<start + 4 - padding] {
        guard let value = value(of: digit) else { return nil }
        group = group << 6 | value
      }
      group <<= UInt32(6 * padding)
      bytes.append(UInt8(truncatingIfNeeded: group >> 16))
      if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: group)) }
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
