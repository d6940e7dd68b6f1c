/// A JSON document that was read: plain data.
public indirect enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// As it was written: a `UInt64` and a `Double` do not fit into each other.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// In the order in which the members stand; no key is there twice.
  case object([Member])

  public struct Member: Equatable, Sendable {
    public var key: String
    public var value: JSONValue

    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The member of an object; nil where there is none, or where this is no object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// A number; nil for all else.
  public var number: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  /// A whole number; nil for all else.
  public var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }

  /// `an object`, as an error says it.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
