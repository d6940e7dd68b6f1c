/// A document within another one: a number is written as a whole one where it is one of 64 bits, else as a `Double`.
extension JSONValue: Encodable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .null:
      var single = encoder.singleValueContainer()
      try single.encodeNil()
    case .bool(let flag): try flag.encode(to: encoder)
    case .string(let text): try text.encode(to: encoder)
    case .number(let text):
      if let whole = Int(text) {
        try whole.encode(to: encoder)
      } else if let number = Double(text), number.isFinite {
        try number.encode(to: encoder)
      } else {
        throw EncodingError.invalidValue(
          text, EncodingError.Context(codingPath: encoder.codingPath, debugDescription: "no number of 64 bits"))
      }
    case .array(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .object(let members):
      var container = encoder.container(keyedBy: MemberKey.self)
      for member in members { try container.encode(member.value, forKey: MemberKey(member.key)) }
    }
  }
}
