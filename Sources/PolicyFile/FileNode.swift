import Catalog
import Control
import Yams

/// Gathers what is wrong with a file, so that all of it is said at once.
final class Problems {
  private(set) var all: [PolicyProblem] = []

  private static let limit = 200

  func note(_ node: Node, _ message: String, isWarning: Bool = false) {
    guard all.count < Self.limit else { return }
    all.append(
      PolicyProblem(
        line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message, isWarning: isWarning))
  }

  var hasErrors: Bool { all.contains { !$0.isWarning } }
}

/// A place in a YAML document with what it is called, for messages. What is not of the kind that is wanted is noted as a
/// problem and read as nothing.
struct FileNode {
  let node: Node
  let title: String
  let problems: Problems

  init(_ node: Node, _ title: String, _ problems: Problems) {
    self.node = node
    self.title = title
    self.problems = problems
  }

  func note(_ message: String, isWarning: Bool = false) { problems.note(node, message, isWarning: isWarning) }

  var line: Int { node.mark?.line ?? 1 }

  // MARK: - Mappings

  /// Its members by name. Names that are not among `known` are noted, with the nearest that is.
  func members(known: [String]? = nil) -> [(name: String, key: FileNode, value: FileNode)] {
    guard case .mapping(let mapping) = node else {
      if node.isNothing { return [] }
      note("\(title) is a mapping (name: value)")
      return []
    }
    return mapping.compactMap { key, value in
      guard let name = key.scalar?.string else {
        problems.note(key, "a name is a word")
        return nil
      }
      if let known, !known.contains(name) {
        let near = Suggestion.nearest(to: name, in: known).map { "; did you mean \($0)?" }
        problems.note(
          key,
          "\(title.isEmpty ? "the file" : title) has no \(name)" + (near ?? "; it has \(known.joined(separator: ", "))")
        )
        return nil
      }
      return (name, FileNode(key, name, problems), FileNode(value, title.isEmpty ? name : "\(title).\(name)", problems))
    }
  }

  /// The same, by name.
  func fields(_ known: [String]) -> [String: FileNode] {
    Dictionary(members(known: known).map { ($0.name, $0.value) }) { first, _ in first }
  }

  // MARK: - Sequences

  /// Its items; one that stands alone is a list of one.
  func items() -> [FileNode] {
    guard !node.isNothing else { return [] }
    guard case .sequence(let sequence) = node else { return [self] }
    return sequence.enumerated().map { FileNode($1, "\(title)[\($0)]", problems) }
  }

  func words() -> [String] { items().compactMap { $0.text() } }

  // MARK: - Scalars

  func text() -> String? {
    guard let text = node.scalar?.string, !text.isEmpty else {
      note("\(title) is a text")
      return nil
    }
    return text
  }

  func flag() -> Bool? {
    switch node.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      note("\(title) is true or false")
      return nil
    }
  }

  func number(_ range: ClosedRange<Int>) -> Int? {
    guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
      note("\(title) is a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// Per cent of one core: `0.5`.
  func percent() -> Double? {
    let text = node.scalar?.string ?? ""
    guard let number = Double(text.last == "%" ? String(text.dropLast()) : text), number > 0, number <= 100 else {
      note("\(title) is a number of per cent, above 0 and up to 100")
      return nil
    }
    return number
  }

  /// `500ms`, `15m`, `8h`.
  func seconds() -> Double? {
    guard let text = node.scalar?.string, let seconds = Arguments.seconds(text), seconds > 0 else {
      note("\(title) is a time such as 30s, 15m, 8h or 90d")
      return nil
    }
    return seconds
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> Choice? {
    if let text = node.scalar?.string {
      if let choice = Choice(rawValue: text) { return choice }
      let names = Choice.allCases.map(\.rawValue)
      let near = Suggestion.nearest(to: text, in: names).map { "; did you mean \($0)?" } ?? ""
      note("\(title) is one of \(names.joined(separator: ", "))" + near)
      return nil
    }
    note("\(title) is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  /// `60/m`, `10/s`: COUNT/UNIT. A count of bytes may have K, M or G.
  func rate(bytes: Bool = false) -> Rate? {
    let parts = node.scalar?.string.split(separator: "/").map(String.init) ?? []
    let units: [String: Double] = ["s": 1, "m": 60, "h": 3600]
    if parts.count == 2, let seconds = units[parts[1]], let count = bytes ? Self.bytes(parts[0]) : Self.count(parts[0])
    {
      return Rate(count: count, seconds: seconds)
    }
    note("\(title) is a number in a time, such as " + (bytes ? "10M/m (bytes)" : "60/m"))
    return nil
  }

  /// `512M`, `8G`.
  func bytes(atLeast least: Int) -> Int? {
    guard let bytes = node.scalar.flatMap({ Self.bytes($0.string) }), bytes >= least else {
      note("\(title) is a number of bytes such as 512M or 8G, at least \(least >> 20)M")
      return nil
    }
    return bytes
  }

  private static func bytes(_ text: String) -> Int? {
    let factors: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    guard let last = text.last, let factor = factors[last] else { return count(text) }
    return count(String(text.dropLast())).map { $0 * factor }
  }

  private static func count(_ digits: String) -> Int? {
    guard let count = Int(digits), count > 0, count <= 1 << 30 else { return nil }
    return count
  }
}

extension Node {
  /// `key:` with nothing behind it.
  var isNothing: Bool {
    guard case .scalar(let scalar) = self else { return false }
    return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }
}
