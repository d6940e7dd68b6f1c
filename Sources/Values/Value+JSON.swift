/// The JSON shape of a value, the same in every face. It says first what the value is, then how much of it there was:
///
///     {"type": "NoneType", "singleton": "None"}
///     {"type": "bool", "value": true}                        likewise int and float
///     {"type": "int", "value": "36893488147419103232"}       text where a JSON number would lose digits
///     {"type": "float", "value": "nan"}                      "nan", "inf", "-inf"
///     {"type": "complex", "value": "1.0 -2.5"}               real and imaginary part
///     {"type": "str", "value": "Ada", "length": 3}           length counts the whole, value may be a prefix
///     {"type": "myapp.Money", "base": "int", "value": 5}     a subclass says which builtin type it is
///     {"type": "bytes", "utf8": "abc", "length": 3}          "base64" where the bytes are no UTF-8
///     {"type": "list", "count": 3, "items": [...]}
///     {"type": "dict", "count": 2, "entries": [{"key": ..., "value": ...}]}
///     {"type": "myapp.Order", "count": 2, "attributes": [{"name": "id", "value": ...}]}
///     {"type": "decimal.Decimal", "literal": "1.50"}
///     {"type": "function", "name": "myapp.views.index"}
///     {"type": "myapp.Order", "opaque": true}                also "cut": true, "cycle": true
///     {"type": "str", "unread": "not mapped"}
///     {"type": "str", "redacted": "card", "number": 3}
///     {"type": "list", "summary": "12 items"}
///
/// `"address": "0x7f..."` stands in each of them where the address is known.
extension Value: Codable {
  enum Key: String, CodingKey {
    case type, address, base, value, length, utf8, base64, count, items, entries, attributes
    case singleton, literal, name, opaque, cut, cycle, unread, redacted, number, summary
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if !type.isEmpty { try container.encode(type, forKey: .type) }
    if address != 0 { try container.encode("0x" + String(address, radix: 16), forKey: .address) }
    if let base = content.base, base != type { try container.encode(base, forKey: .base) }
    try content.encode(into: &container)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    type = try container.decodeIfPresent(String.self, forKey: .type) ?? ""
    address = 0
    if let text = try container.decodeIfPresent(String.self, forKey: .address) {
      guard text.hasPrefix("0x"), let number = UInt64(text.dropFirst(2), radix: 16) else {
        throw DecodingError.dataCorruptedError(forKey: .address, in: container, debugDescription: "not an address")
      }
      address = number
    }
    let base = try container.decodeIfPresent(String.self, forKey: .base) ?? type
    content = try Content(from: container, base: base)
  }
}

extension Value.Content {
  /// The builtin type a `value` is to be understood as.
  fileprivate var base: String? {
    switch self {
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .complex: "complex"
    case .text: "str"
    default: nil
    }
  }

  fileprivate func encode(into container: inout KeyedEncodingContainer<Value.Key>) throws {
    switch self {
    case .singleton(let name): try container.encode(name, forKey: .singleton)
    case .bool(let value): try container.encode(value, forKey: .value)
    case .integer(let digits):
      if let number = Self.exactNumber(digits) {
        try container.encode(number, forKey: .value)
      } else {
        try container.encode(digits, forKey: .value)
      }
    case .float(let value):
      if value.isFinite {
        try container.encode(value, forKey: .value)
      } else {
        try container.encode("\(value)", forKey: .value)
      }
    case .complex(let real, let imaginary): try container.encode("\(real) \(imaginary)", forKey: .value)
    case .text(let text, let length):
      try container.encode(text, forKey: .value)
      try container.encode(length, forKey: .length)
    case .bytes(let bytes, let length):
      if let text = String(validating: bytes, as: UTF8.self) {
        try container.encode(text, forKey: .utf8)
      } else {
        try container.encode(Base64.text(of: bytes), forKey: .base64)
      }
      try container.encode(length, forKey: .length)
    case .sequence(let items, let count):
      try container.encode(count, forKey: .count)
      try container.encode(items, forKey: .items)
    case .mapping(let entries, let count):
      try container.encode(count, forKey: .count)
      try container.encode(entries, forKey: .entries)
    case .object(let fields, let count):
      try container.encode(count, forKey: .count)
      try container.encode(fields, forKey: .attributes)
    case .literal(let text): try container.encode(text, forKey: .literal)
    case .named(let name): try container.encode(name, forKey: .name)
    case .opaque: try container.encode(true, forKey: .opaque)
    case .cut: try container.encode(true, forKey: .cut)
    case .cycle: try container.encode(true, forKey: .cycle)
    case .unread(let reason): try container.encode(reason, forKey: .unread)
    case .redacted(let label, let number):
      try container.encode(label, forKey: .redacted)
      try container.encodeIfPresent(number, forKey: .number)
    case .summary(let text): try container.encode(text, forKey: .summary)
    }
  }

  fileprivate init(from container: KeyedDecodingContainer<Value.Key>, base: String) throws {
    func has(_ key: Value.Key) -> Bool { container.contains(key) }
    func text(_ key: Value.Key) throws -> String { try container.decode(String.self, forKey: key) }
    func number(_ key: Value.Key) throws -> Int { try container.decode(Int.self, forKey: key) }

    if has(.redacted) {
      self = .redacted(label: try text(.redacted), number: try container.decodeIfPresent(Int.self, forKey: .number))
    } else if has(.summary) {
      self = .summary(try text(.summary))
    } else if has(.unread) {
      self = .unread(try text(.unread))
    } else if has(.items) {
      self = .sequence(try container.decode([Value].self, forKey: .items), count: try number(.count))
    } else if has(.entries) {
      self = .mapping(try container.decode([Value.Entry].self, forKey: .entries), count: try number(.count))
    } else if has(.attributes) {
      self = .object(try container.decode([Value.Field].self, forKey: .attributes), count: try number(.count))
    } else if has(.utf8) {
      self = .bytes(Array(try text(.utf8).utf8), length: try number(.length))
    } else if has(.base64) {
      guard let bytes = Base64.bytes(of: try text(.base64)) else {
        throw DecodingError.dataCorruptedError(forKey: .base64, in: container, debugDescription: "not base64")
      }
      self = .bytes(bytes, length: try number(.length))
    } else if has(.singleton) {
      self = .singleton(try text(.singleton))
    } else if has(.literal) {
      self = .literal(try text(.literal))
    } else if has(.name) {
      self = .named(try text(.name))
    } else if has(.cut) {
      self = .cut
    } else if has(.cycle) {
      self = .cycle
    } else if has(.value) {
      self = try Self.scalar(from: container, base: base)
    } else {
      self = .opaque
    }
  }

  private static func scalar(from container: KeyedDecodingContainer<Value.Key>, base: String) throws -> Self {
    func wrong(_ why: String) -> DecodingError {
      .dataCorruptedError(forKey: .value, in: container, debugDescription: why)
    }
    switch base {
    case "bool": return .bool(try container.decode(Bool.self, forKey: .value))
    case "int":
      if let number = try? container.decode(Int64.self, forKey: .value) { return .integer(String(number)) }
      return .integer(try container.decode(String.self, forKey: .value))
    case "float":
      if let number = try? container.decode(Double.self, forKey: .value) { return .float(number) }
      guard let number = Double(try container.decode(String.self, forKey: .value)) else { throw wrong("not a float") }
      return .float(number)
    case "complex":
      let parts = try container.decode(String.self, forKey: .value).split(separator: " ")
      guard parts.count == 2, let real = Double(parts[0]), let imaginary = Double(parts[1]) else {
        throw wrong("not a complex number")
      }
      return .complex(real: real, imaginary: imaginary)
    case "str":
      let text = try container.decode(String.self, forKey: .value)
      return .text(text, length: try container.decode(Int.self, forKey: .length))
    default: throw wrong("'\(base)' is none of bool, int, float, complex, str")
    }
  }

  /// The number where every JSON reader keeps its digits: up to 2^53.
  private static func exactNumber(_ digits: String) -> Int64? {
    guard let number = Int64(digits), number.magnitude <= 1 << 53, String(number) == digits else { return nil }
    return number
  }
}
