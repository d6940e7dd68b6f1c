import RemoteProcess
import Values

/// `decimal.Decimal` (C), written as `str` does (IBM's General Decimal Arithmetic, to-scientific-string).
extension Decoder {
  /// A coefficient of more words (10^19 each) is shown by its first ones.
  private static let wordLimit = 64

  func decimal(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let flags = try runtime.memory.byte(address + standard.decimalFlags)
    // MPD_NEG 1, MPD_INF 2, MPD_NAN 4, MPD_SNAN 8.
    let sign = flags & 1 != 0 ? "-" : ""
    if flags & 2 != 0 { return .literal("Decimal('\(sign)Infinity')") }
    if flags & 12 != 0 { return .literal("Decimal('\(sign)\(flags & 8 != 0 ? "s" : "")NaN')") }
    let count = try runtime.memory.size(address + standard.decimalWordCount)
    guard count > 0, count <= Self.wordLimit else { throw .implausible("Decimal of \(count) words", address) }
    let data = try runtime.memory.pointer(address + standard.decimalData)
    let words = try runtime.memory.wordBlock(data, count: count)
    var digits = ""
    for word in words.reversed() {
      let text = String(word)
      digits += digits.isEmpty ? text : String(repeating: "0", count: max(0, 19 - text.utf8.count)) + text
    }
    let exponent = try runtime.memory.size(address + standard.decimalExponent)
    return .literal("Decimal('\(sign)\(Self.scientific(digits, exponent: exponent))')")
  }

  static func scientific(_ digits: String, exponent: Int) -> String {
    let count = digits.utf8.count
    let adjusted = exponent &+ count &- 1
    if exponent <= 0, adjusted >= -6 {
      guard exponent < 0 else { return digits }
      let point = count + exponent
      guard point > 0 else { return "0." + String(repeating: "0", count: -point) + digits }
      return digits.prefix(point) + "." + digits.dropFirst(point)
    }
    let fraction = digits.dropFirst()
    return digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "E" + (adjusted < 0 ? "" : "+")
      + String(adjusted)
  }
}
