/// Reads the words of a `/proc` file without making strings of them. Where something else stands than was asked for, it
/// answers nil; it never leaves the bytes.
struct ByteScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  mutating func skipSpaces() {
    while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
  }

  /// Goes behind the end of the line.
  mutating func skipLine() {
    while let byte = next {
      position += 1
      if byte == 0x0a { return }
    }
  }

  /// Any byte.
  mutating func byte() -> UInt8? {
    guard let byte = next else { return nil }
    position += 1
    return byte
  }

  /// A number without sign; too large a one is no number.
  mutating func decimal() -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while let byte = next, byte &- 0x30 < 10 {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      guard !isTooLarge, !overflow else { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  mutating func signedDecimal() -> Int64? {
    let isNegative = skip(0x2d)
    guard let magnitude = decimal() else { return nil }
    return isNegative ? (magnitude <= UInt64(Int64.max) ? -Int64(magnitude) : nil) : Int64(exactly: magnitude)
  }

  /// Exactly that many hexadecimal digits, whatever follows.
  mutating func hexadecimal(digits: Int) -> UInt64? {
    guard digits <= bytes.count - position else { return nil }
    var value: UInt64 = 0
    for offset in 0..<digits {
      guard let digit = Self.hexadecimalDigit(bytes[position + offset]) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    position += digits
    return value
  }

  /// Hexadecimal digits without prefix, at most 16 of them.
  mutating func hexadecimal() -> UInt64? {
    var value: UInt64 = 0
    let start = position
    while let byte = next, let digit = Self.hexadecimalDigit(byte) {
      guard position - start < 16 else { return nil }
      value = value << 4 | UInt64(digit)
      position += 1
    }
    return position > start ? value : nil
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }

  /// The bytes up to the next white space.
  mutating func word() -> Range<Int> {
    let start = position
    while let byte = next, byte != 0x20, byte != 0x09, byte != 0x0a { position += 1 }
    return start..<position
  }

  /// The bytes up to the end of the line, which is passed.
  mutating func restOfLine() -> Range<Int> {
    let range = untilLineEnd()
    if next != nil { position += 1 }
    return range
  }

  /// The bytes up to the end of the line, which is not passed.
  mutating func untilLineEnd() -> Range<Int> {
    let start = position
    while let byte = next, byte != 0x0a { position += 1 }
    return start..<position
  }

  /// A size that `/proc` gives as `1234 kB`, in bytes.
  mutating func kilobytes() -> UInt64? {
    guard let count = decimal() else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 1024)
    return overflow ? nil : bytes
  }

  /// The bytes up to `terminator`, which is passed.
  mutating func until(_ terminator: UInt8) -> Range<Int> {
    let start = position
    while let byte = next, byte != terminator { position += 1 }
    let end = position
    if next != nil { position += 1 }
    return start..<end
  }

  subscript(range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

  func string(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

  /// Whether the bytes here are those of `text`, which are then passed.
  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard text.hasPointerRepresentation, count <= bytes.count - position else { return false }
    for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
    position += count
    return true
  }
}
