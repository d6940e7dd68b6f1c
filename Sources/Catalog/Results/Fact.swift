import JSON
import Redaction
import Values

/// A fact about a process as plain data: in JSON the natural thing, and for people a line, a list or a table.
public indirect enum Fact: Sendable, Equatable {
  case missing
  case flag(Bool)
  case number(Int64)
  case text(String)
  case list([Fact])
  /// Named facts in an order that makes sense to read.
  case fields([Field])

  public struct Field: Sendable, Equatable {
    public var name: String
    public var fact: Fact

    public init(_ name: String, _ fact: Fact) {
      self.name = name
      self.fact = fact
    }
  }

  /// What another process said, in its order.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .missing
    case .bool(let flag): self = .flag(flag)
    case .number(let text): self = Int64(text).map { .number($0) } ?? .text(text)
    case .string(let text): self = .text(text)
    case .array(let items): self = .list(items.map { Fact($0) })
    case .object(let members): self = .fields(members.map { Field($0.key, Fact($0.value)) })
    }
  }

  /// The fact of that name, where this is several.
  public subscript(name: String) -> Fact? {
    if case .fields(let fields) = self { fields.first { $0.name == name }?.fact } else { nil }
  }

  public static func text(_ text: String?) -> Fact { text.map { .text($0) } ?? .missing }

  public static func number<Number: BinaryInteger>(_ number: Number?) -> Fact {
    number.map { .number(Int64(clamping: $0)) } ?? .missing
  }

  /// Withholds secrets by the names and by the shapes of texts.
  mutating func redact(with redactor: inout Redactor, name: String? = nil) {
    switch self {
    case .missing, .flag: return
    case .number where redactor.right >= .redacted: return
    case .number: self = .missing
    case .text: self = Fact(redactor.redact(value, name: name))
    case .list(let items) where items.allSatisfy(\.isText):
      // Words see their neighbours: `--password` says what the next one is.
      let value = Value(type: "list", content: .sequence(items.map(\.value), count: items.count))
      let redacted = redactor.redact(value, name: name)
      if case .sequence(let shown, _) = redacted.content {
        self = .list(shown.map { Fact($0) })
      } else {
        self = Fact(redacted)
      }
    case .list(var items):
      for index in items.indices { items[index].redact(with: &redactor, name: name) }
      self = .list(items)
    case .fields(var fields):
      for index in fields.indices {
        fields[index].fact.redact(with: &redactor, name: fields[index].name)
        fields[index].name = redactor.redact(dottedName: fields[index].name)
      }
      self = .fields(fields)
    }
  }
}

extension Fact {
  fileprivate var isText: Bool {
    if case .text = self { true } else { false }
  }

  /// A text as redaction takes it.
  fileprivate var value: Value {
    guard case .text(let text) = self else { return Value(type: "", content: .opaque) }
    return Value(type: "str", content: .text(text, length: text.codePointCount))
  }

  /// What redaction left of a text, in words.
  fileprivate init(_ value: Value) {
    if case .text(let text, _) = value.content { self = .text(text) } else { self = .text(ValueText().text(of: value)) }
  }
}

extension Fact: Codable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .fields(let fields):
      var container = encoder.container(keyedBy: MemberKey.self)
      for field in fields { try container.encode(field.fact, forKey: MemberKey(field.name)) }
    case .list(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .flag(let flag): try container.encode(flag)
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      default: try container.encodeNil()
      }
    }
  }

  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: MemberKey.self) {
      self = .fields(
        try container.allKeys.map {
          Field($0.stringValue, try container.decode(Fact.self, forKey: $0))
        })
    } else if var container = try? decoder.unkeyedContainer() {
      var items: [Fact] = []
      while !container.isAtEnd { items.append(try container.decode(Fact.self)) }
      self = .list(items)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .missing
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Int64.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }
}
