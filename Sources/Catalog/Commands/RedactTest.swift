import JSON
public import Redaction
import Values

extension CatalogEntry {
  /// `ispy redact test FILE`: what redaction makes of a text.
  static let redactTest = CatalogEntry(
    CommandSpecification(
      name: "redact test", rung: .observe, summary: "Show what redaction makes of a text or of JSON",
      discussion: """
        Redacts what a file holds as a value of a target would be, here, without sending it anywhere: JSON by the names of its \
        keys and the shapes of its values, any other text by shapes.
        """,
      parameters: [
        .positional("input", .contents, "the file; - is standard input"),
        .option("name", .text, "what the text is called where it is found, such as db_password"),
        .flag("email", "withhold e-mail addresses too"),
      ], place: .client,
      cost: "none: no target is looked at",
      examples: [
        .init("ispy redact test request.json", "what is withheld of a request's body"),
        .init("echo 'card 4111 1111 1111 1111' | ispy redact test -", "a text"),
      ], schema: "ispyd.redact.test/1"), result: RedactionTestResult.self
  ) { arguments, _ throws(CommandError) in
    var redactor = Redactor(policy: RedactionPolicy(withholdsEmail: arguments.has("email")))
    let text = arguments["input"] ?? ""
    let name = arguments["name"]
    if text.mayBeContainer, let document = try? JSONReader().value(of: text.utf8), document.isContainer {
      let shown = redactor.redact(Value(document), name: name)
      guard let json = try? JSONText(isPretty: true).text(of: JSONText.Plain(shown)) else {
        throw CommandError(.failed, "the result cannot be encoded")
      }
      return RedactionTestResult(text: json + "\n", withheld: redactor.withheld)
    }
    let value = Value(type: "str", content: .text(text, length: text.codePointCount))
    switch redactor.redact(value, name: name).content {
    case .text(let shown, _): return RedactionTestResult(text: shown, withheld: redactor.withheld)
    case .redacted(let label, let number):
      let mark = "<redacted:\(label)\(number.map { " #\($0)" } ?? "")>\n"
      return RedactionTestResult(text: mark, withheld: redactor.withheld)
    default: return RedactionTestResult(text: "", withheld: redactor.withheld)
    }
  }
}

/// What redaction made of a text.
public struct RedactionTestResult: CommandResult, Equatable {
  public let schema: String
  public let text: String
  public let withheld: [String: Int]

  init(text: String, withheld: [SecretKind: Int]) {
    schema = "ispyd.redact.test/1"
    self.text = text
    self.withheld = Dictionary(uniqueKeysWithValues: withheld.map { ($0.key.rawValue, $0.value) })
  }

  /// It was, by the command itself.
  public mutating func redact(with redactor: inout Redactor) {}
}

extension String {
  /// Whether it begins as an array or an object of JSON does: the reader has no work with a text that is none.
  fileprivate var mayBeContainer: Bool {
    let first = utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
  }
}

extension JSONValue {
  fileprivate var isContainer: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}

extension Value {
  /// A JSON document as a value of a target would be.
  fileprivate init(_ json: JSONValue) {
    switch json {
    case .null: self.init(type: "NoneType", content: .singleton("None"))
    case .bool(let flag): self.init(type: "bool", content: .bool(flag))
    case .number(let text):
      let isWhole = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2d }
      self.init(type: isWhole ? "int" : "float", content: isWhole ? .integer(text) : .float(Double(text) ?? .nan))
    case .string(let text): self.init(type: "str", content: .text(text, length: text.codePointCount))
    case .array(let items): self.init(type: "list", content: .sequence(items.map { Value($0) }, count: items.count))
    case .object(let members):
      self.init(
        type: "dict",
        content: .mapping(
          members.map { Entry(key: Value(.string($0.key)), value: Value($0.value)) }, count: members.count))
    }
  }
}

extension JSONText {
  /// A value that came of JSON, as JSON again.
  fileprivate struct Plain: Encodable {
    let value: Value

    init(_ value: Value) { self.value = value }

    func encode(to encoder: any Encoder) throws {
      switch value.content {
      case .mapping(let entries, _):
        var container = encoder.container(keyedBy: MemberKey.self)
        for (index, entry) in entries.enumerated() {
          var name = ValueText.plain(Self.text(entry.key))
          // Two keys that were withheld are two all the same.
          if entries[..<index].contains(where: { Self.text($0.key) == Self.text(entry.key) }) {
            name += " (\(index + 1))"
          }
          try container.encode(Plain(entry.value), forKey: MemberKey(name))
        }
      case .sequence(let items, _):
        var container = encoder.unkeyedContainer()
        for item in items { try container.encode(Plain(item)) }
      case .bool(let flag):
        var container = encoder.singleValueContainer()
        try container.encode(flag)
      case .float(let number):
        var container = encoder.singleValueContainer()
        try container.encode(number)
      case .integer(let digits):
        var container = encoder.singleValueContainer()
        if let number = Int(digits) { try container.encode(number) } else { try container.encode(digits) }
      case .singleton:
        var container = encoder.singleValueContainer()
        try container.encodeNil()
      default:
        var container = encoder.singleValueContainer()
        try container.encode(Self.text(value))
      }
    }

    private static func text(_ value: Value) -> String {
      switch value.content {
      case .text(let text, _): text
      case .redacted(let label, let number): "<redacted:\(label)\(number.map { " #\($0)" } ?? "")>"
      case .summary(let text): text
      default: "<\(value.type)>"
      }
    }
  }
}
