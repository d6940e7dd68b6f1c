public import RemoteProcess

/// An `int` as its sign and 30-bit digits, least significant first (Include/cpython/longintrepr.h).
public struct IntegerDigits: Equatable, Sendable {
  public let isNegative: Bool
  public let digits: [UInt32]

  /// The value where it fits.
  public var word: UInt64? {
    guard digits.count <= 3 else { return nil }
    var value: UInt64 = 0
    for (index, digit) in digits.enumerated() {
      let shift = UInt64(index * 30)
      guard shift < 60 || UInt64(digit) < 16 else { return nil }
      value |= UInt64(digit) << shift
    }
    return value
  }

  /// Decimal digits up to `decimalLimit` 30-bit digits; hexadecimal, and then cut, beyond.
  public func text(decimalLimit: Int = 128) -> String {
    let sign = isNegative ? "-" : ""
    if let word { return sign + String(word) }
    guard digits.count <= decimalLimit else { return sign + hexadecimal(limit: decimalLimit) }
    // Repeated division by 10^9, schoolbook: the limit bounds it.
    var number = digits
    var pieces: [UInt32] = []
    while let last = number.last {
      if last == 0 {
        number.removeLast()
        continue
      }
      var remainder: UInt64 = 0
      for index in number.indices.reversed() {
        let value = remainder << 30 | UInt64(number[index])
        number[index] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      pieces.append(UInt32(remainder))
    }
    guard let first = pieces.popLast() else { return "0" }
    return sign + String(first)
      + pieces.reversed().map { String(String(1_000_000_000 + UInt64($0)).dropFirst()) }.joined()
  }

  /// The most significant `limit` digits in hexadecimal: two digits of 30 bits are 15 places.
  private func hexadecimal(limit: Int) -> String {
    let even = digits.count % 2 == 0 ? digits : digits + [0]
    var places = ""
    for pair in stride(from: even.count - 2, through: max(even.count - limit, 0), by: -2) {
      let value = UInt64(even[pair + 1]) << 30 | UInt64(even[pair])
      places += String(String(value | 1 << 60, radix: 16).dropFirst())
    }
    return "0x" + places.drop { $0 == "0" } + (even.count > limit ? "…" : "")
  }
}

extension Runtime {
  /// An `int` with more digits than this (300,000 decimal places) is a torn one.
  private static let digitLimit = 1 << 15

  /// The `int` at an address (or of a subclass, such as `bool` or an `IntEnum` member).
  public func integer(at address: RemoteAddress) throws(ReadError) -> IntegerDigits {
    let count: Int
    let isNegative: Bool
    if let offset = layout.long.tag {
      // 3.12+: lv_tag is the digit count << 3, and in the low two bits 0 positive, 1 zero, 2 negative.
      let tag = try memory.word(address + offset)
      count = Int(clamping: tag >> 3)
      isNegative = tag & 3 == 2
      if tag & 3 == 1 { return IntegerDigits(isNegative: false, digits: []) }
    } else {
      let size = try memory.size(address + layout.object.varSize)
      count = Int(clamping: size.magnitude)
      isNegative = size < 0
    }
    guard count <= Self.digitLimit else { throw .implausible("int of more than \(Self.digitLimit * 30) bits", address) }
    let digits = try memory.withBlock(address + layout.long.digits, count: count * 4) { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) & 0x3fff_ffff }
    }
    return IntegerDigits(isNegative: isNegative, digits: digits)
  }

  /// The `int` at an address in decimal digits, as `IntegerDigits.text`. Most have one digit of 30 bits.
  func integerText(at address: RemoteAddress) throws(ReadError) -> String {
    if let offset = layout.long.tag {
      let tag = try memory.word(address + offset)
      if tag >> 3 == 1, tag & 3 != 1 {
        let digit = try memory.int(address + layout.long.digits) & 0x3fff_ffff
        return String(tag & 3 == 2 ? -digit : digit)
      }
    }
    return try integer(at: address).text()
  }

  /// A non-negative `int` that fits a word.
  public func unsignedInteger(at address: RemoteAddress) throws(ReadError) -> UInt64 {
    guard try type(ofObjectAt: address).isLong, let word = try integer(at: address).word else {
      throw .implausible("not a small int", address)
    }
    return word
  }
}
