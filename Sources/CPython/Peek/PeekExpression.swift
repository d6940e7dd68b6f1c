/// Where to look: a path of names, attributes, keys and indexes. It can only name what is there; nothing in it can run.
///
///     expression = root { "." name | "[" key "]" }
///     root       = name | "thread(" number-or-text ")" [ ".frame(" number ")" ]
///     key        = integer | text            (text in ' or ", with \ escapes)
///
/// Examples: `myapp.settings.DEBUG`, `thread(3).frame(0).order.items[0].total`, `sys.modules['json']`.
public struct PeekExpression: Equatable, Sendable, CustomStringConvertible {
  public enum Root: Equatable, Sendable {
    case name(String)
    /// A thread by its number in `dump`, its native id, or its name; and a frame of it, 0 the innermost.
    case frame(thread: Key, frame: Int)
  }

  public enum Key: Equatable, Sendable, CustomStringConvertible {
    case integer(Int)
    case text(String)

    public var description: String {
      switch self {
      case .integer(let number): String(number)
      case .text(let text): "'\(text)'"
      }
    }
  }

  public enum Step: Equatable, Sendable {
    case attribute(String)
    case key(Key)
  }

  public let root: Root
  public let steps: [Step]
  /// As it was written.
  public let description: String

  /// Longer ones are a mistake.
  static let lengthLimit = 2_000

  /// Parses an expression; the error says where it went wrong.
  public init(_ text: String) throws(PeekError) {
    guard text.utf8.count <= Self.lengthLimit else { throw .syntax("longer than \(Self.lengthLimit) bytes", column: 1) }
    var parser = PeekParser(text)
    root = try parser.root()
    steps = try parser.steps()
    description = text
  }
}

/// Why an expression has no value.
public enum PeekError: Error, Equatable, CustomStringConvertible {
  case syntax(String, column: Int)
  /// There is nothing of that name; near ones are offered.
  case notFound(String, suggestions: [String])
  /// It would take running code to know: a property, a function's result.
  case needsCode(String)
  case unreadable(ReadError)

  public var description: String {
    switch self {
    case .syntax(let what, let column): "\(what), at column \(column)"
    case .notFound(let what, let suggestions):
      suggestions.isEmpty ? what : what + " (there is: " + suggestions.joined(separator: ", ") + ")"
    case .needsCode(let what): what + ": that is code, and peek runs none"
    case .unreadable(let error): error.description
    }
  }
}

/// Reads an expression from left to right.
private struct PeekParser {
  private let characters: [Character]
  private var index = 0

  init(_ text: String) { characters = Array(text) }

  private var next: Character? { index < characters.count ? characters[index] : nil }

  private func fail(_ what: String) -> PeekError { .syntax(what, column: index + 1) }

  mutating func root() throws(PeekError) -> PeekExpression.Root {
    let name = try name("a name")
    guard name == "thread", next == "(" else { return .name(name) }
    let thread = try argument()
    guard case .text("frame")? = lookAheadName(), index < characters.count else {
      return .frame(thread: thread, frame: 0)
    }
    index += ".frame".count
    guard next == "(" else {
      index -= ".frame".count
      return .frame(thread: thread, frame: 0)
    }
    guard case .integer(let number) = try argument(), number >= 0 else { throw fail("a frame is a number from 0") }
    return .frame(thread: thread, frame: number)
  }

  mutating func steps() throws(PeekError) -> [PeekExpression.Step] {
    var steps: [PeekExpression.Step] = []
    while let character = next {
      switch character {
      case ".":
        index += 1
        steps.append(.attribute(try name("a name behind the dot")))
      case "[":
        index += 1
        steps.append(.key(try key()))
        guard next == "]" else { throw fail("a closing ] is missing") }
        index += 1
      case "(": throw fail("nothing is called here: peek reads names, attributes, keys and indexes")
      default: throw fail("unexpected \(character)")
      }
    }
    return steps
  }

  private func lookAheadName() -> PeekExpression.Key? {
    guard characters[index...].starts(with: ".frame") else { return nil }
    return .text("frame")
  }

  private mutating func argument() throws(PeekError) -> PeekExpression.Key {
    index += 1
    let key = try key()
    guard next == ")" else { throw fail("a closing ) is missing") }
    index += 1
    return key
  }

  private mutating func name(_ wanted: String) throws(PeekError) -> String {
    let start = index
    while let character = next, character == "_" || character.isLetter || (index > start && character.isNumber) {
      index += 1
    }
    guard index > start else { throw fail("\(wanted) is missing") }
    return String(characters[start..<index])
  }

  private mutating func key() throws(PeekError) -> PeekExpression.Key {
    guard let first = next else { throw fail("a key is missing") }
    if first == "'" || first == "\"" { return .text(try quoted(first)) }
    let start = index
    if first == "-" { index += 1 }
    while let character = next, character.isASCII, character.isNumber { index += 1 }
    guard let number = Int(String(characters[start..<index])) else {
      throw fail("a key is a number or a text in quotes")
    }
    return .integer(number)
  }

  private mutating func quoted(_ quote: Character) throws(PeekError) -> String {
    index += 1
    var text = ""
    while let character = next {
      index += 1
      if character == quote { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      guard let escaped = next else { break }
      index += 1
      text.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
    }
    throw fail("a closing quote is missing")
  }
}
