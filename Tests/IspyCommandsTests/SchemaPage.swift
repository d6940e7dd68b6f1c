import Foundation
import TestSupport

/// Documentation/Schemas.md, read: the objects by their headings, each with its fields and their types.
struct SchemaPage {
  /// `list of [Frame](#frame)`, `string or null`.
  indirect enum Kind: Equatable {
    case plain(String)
    case list(Kind)
    case map(Kind)
    case either([Kind])
    case object(String)

    init(_ text: String) {
      let parts = text.components(separatedBy: " or ")
      if parts.count > 1 {
        self = .either(parts.map { Kind($0) })
      } else if text.hasPrefix("list of ") {
        self = .list(Kind(String(text.dropFirst("list of ".count))))
      } else if text.hasPrefix("map of ") {
        self = .map(Kind(String(text.dropFirst("map of ".count))))
      } else if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
        self = .object(String(text[text.index(after: text.startIndex)..<close]))
      } else {
        self = .plain(text)
      }
    }
  }

  struct Field {
    let kind: Kind
    let isOptional: Bool
  }

  private(set) var objects: [String: [String: Field]] = [:]
  /// What each command of a plugin says.
  private(set) var facts: [String: Kind] = [:]
  /// The examples with the heading they stand under.
  private(set) var examples: [(heading: String, json: String)] = []

  init() throws {
    var heading = ""
    var example: [Substring]?
    for line in try TextFile.read(Checkout.root + "/Documentation/Schemas.md").split(separator: "\n") {
      if line.hasPrefix("```") {
        if let lines = example { examples.append((heading, lines.joined(separator: "\n"))) }
        example = example == nil ? [] : nil
      } else if example != nil {
        example?.append(line)
      } else if line.hasPrefix("## ") || line.hasPrefix("### ") {
        heading = String(line.drop { $0 == "#" || $0 == " " })
      } else if line.hasPrefix("| `") {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let name = cells[0].trimmingCharacters(in: ["`"])
        if heading == "Facts" {
          facts[name] = Kind(cells[1])
        } else {
          objects[heading, default: [:]][name] = Field(kind: Kind(cells[1]), isOptional: !cells[2].isEmpty)
        }
      }
    }
  }

  // MARK: - Comparing

  /// Fields that were met, as `Frame.line`.
  private(set) var met: Set<String> = []

  /// What of the JSON is not as the page says, in words.
  mutating func differences(_ json: JSONValue, from kind: Kind, at path: String) -> [String] {
    switch (kind, json) {
    case (.plain(let name), _): return Self.isPlain(json, name) ? [] : ["\(path) is no \(name): \(json)"]
    case (.list(let item), .list(let items)): return items.flatMap { differences($0, from: item, at: path + "[]") }
    case (.map(let item), .object(let fields)):
      return fields.values.flatMap { differences($0, from: item, at: path + ".*") }
    case (.either(let kinds), _):
      let all = kinds.map { differences(json, from: $0, at: path) }
      return all.contains { $0.isEmpty } ? [] : all.flatMap(\.self)
    case (.object(let name), .object(let fields)):
      guard let known = objects[name] else { return ["\(name) is not on the page"] }
      var found = known.filter { !$0.value.isOptional && fields[$0.key] == nil }.map { "\(path).\($0.key) is absent" }
      for (key, value) in fields {
        guard let field = known[key] else {
          found.append("\(path).\(key) is not on the page under \(name)")
          continue
        }
        met.insert(name + "." + key)
        found += differences(value, from: field.kind, at: path + "." + key)
      }
      return found
    default: return ["\(path) is not \(kind): \(json)"]
    }
  }

  private static func isPlain(_ json: JSONValue, _ name: String) -> Bool {
    switch (name, json) {
    case ("any", _), ("null", .null), ("string", .string), ("boolean", .boolean), ("number", .number): true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }
}
