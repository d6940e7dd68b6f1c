import RemoteProcess
import Values

/// Values of the standard library that have a text form of their own.
extension Decoder {
  func standardLibrary(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content? {
    switch type.name {
    case "uuid.UUID": return try uuid(at: address)
    default:
      guard type.isHeapType else { return nil }
      return try enumMember(at: address, type: type)
    }
  }

  /// `UUID.int`, printed as RFC 9562 does.
  private func uuid(at address: RemoteAddress) throws(ReadError) -> Value.Content? {
    guard let number = try runtime.attribute("int", ofObjectAt: address) else { return nil }
    let digits = try runtime.integer(at: number).digits
    var bits = ""
    for digit in digits.reversed() { bits += String(String(UInt64(digit) | 1 << 30, radix: 2).dropFirst()) }
    let padded = String(repeating: "0", count: max(0, 128 - bits.count)) + bits.suffix(128)
    var hex = ""
    var rest = padded[...]
    while !rest.isEmpty {
      hex += String(UInt8(rest.prefix(4), radix: 2) ?? 0, radix: 16)
      rest = rest.dropFirst(4)
    }
    let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { hex.dropFirst($0.0).prefix($0.1) }
    return .literal("UUID('" + parts.joined(separator: "-") + "')")
  }

  /// A member of an `enum.Enum` has `_name_` and `_value_`, and its class is made by `EnumType` (`EnumMeta` before 3.11).
  private func enumMember(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content? {
    let metatype = try runtime.type(ofObjectAt: type.address).name
    guard metatype == "enum.EnumType" || metatype == "enum.EnumMeta" else { return nil }
    guard let name = try runtime.attribute("_name_", ofObjectAt: address),
      let text = try? runtime.string(at: name, limit: 200).text
    else { return nil }
    return .literal((type.name.split(separator: ".").last.map(String.init) ?? type.name) + "." + text)
  }
}
