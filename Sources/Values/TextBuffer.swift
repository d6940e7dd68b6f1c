/// A text that is put together from many pieces, as its bytes: appending to a `String` costs several times as much, and a dump
/// with locals has a hundred thousand pieces.
public struct TextBuffer: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public static func += (buffer: inout TextBuffer, text: String) { buffer.append(text) }

  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// Appends a number in decimal digits, without making a text of it first.
  public mutating func append(_ number: Int) {
    if number < 0 { bytes.append(0x2D) }
    let magnitude = number.magnitude
    var place: UInt = 1
    while magnitude / place >= 10 { place *= 10 }
    while place > 0 {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: magnitude / place % 10))
      place /= 10
    }
  }

  mutating func append(_ text: Substring) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      bytes += Array(String(scalar).utf8)
    }
  }

  /// Appends a text of the target without quotes, escaped where it has to be (`ValueText.plain`).
  public mutating func appendPlain(_ text: String) {
    if !appendUnescaped(text) { append(ValueText.plain(text)) }
  }

  /// Appends a text where every byte of it is printable ASCII; whether that was so.
  mutating func appendUnescaped(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { source in
      // Without a way out of the loop it is done for many bytes at once.
      var odd: UInt8 = 0
      for byte in source { odd |= byte &- 0x20 >= 0x5F ? 1 : 0 }
      guard odd == 0 else { return false }
      bytes.append(contentsOf: source)
      return true
    }
  }

  /// The same in single quotes, where there is none in it, nor a backslash.
  mutating func appendQuoted(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { source in
      var odd: UInt8 = 0
      for byte in source { odd |= byte &- 0x20 >= 0x5F || byte == 0x27 || byte == 0x5C ? 1 : 0 }
      guard odd == 0 else { return false }
      bytes.append(0x27)
      bytes.append(contentsOf: source)
      bytes.append(0x27)
      return true
    }
  }
}
