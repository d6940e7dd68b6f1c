import Sampling

/// What a command was told, checked against its description.
public struct Arguments: Sendable, Equatable {
  /// As they were given.
  public let words: [String]
  private var values = Table()

  /// The words by the name of their parameter. There are a few: a hash table would take longer to make.
  private struct Table: Sendable, Equatable {
    private var rows: [Row] = []

    private struct Row: Sendable, Equatable {
      let name: String
      var words: [String]
    }

    subscript(name: String) -> [String]? {
      get { rows.first { $0.name == name }?.words }
      set {
        rows.removeAll { $0.name == name }
        if let newValue { rows.append(Row(name: name, words: newValue)) }
      }
    }

    static func == (left: Self, right: Self) -> Bool {
      left.rows.count == right.rows.count && left.rows.allSatisfy { right[$0.name] == $0.words }
    }
  }

  /// The words of a parameter in the order given; its default where none was given.
  public func all(_ name: String) -> [String] { values[name] ?? [] }

  public subscript(_ name: String) -> String? { values[name]?.last }

  public func has(_ flag: String) -> Bool { values[flag] != nil }

  public func integer(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

  /// A duration in seconds.
  public func seconds(_ name: String) -> Double? { self[name].flatMap(Self.seconds) }

  /// Checks the words of a command line against a description. Nothing of a target is touched by it.
  ///
  /// - Parameter others: options that the face takes itself, to be suggested for one that is not known.
  public init(
    _ words: [String], for specification: CommandSpecification, others: [String] = []
  ) throws(CommandError) {
    self.words = words
    for parameter in specification.parameters {
      if let value = parameter.defaultValue { values[parameter.name] = [value] }
    }
    var places: [String] = []
    var rest = words[...]
    var isOnlyPlaces = false
    while let word = rest.popFirst() {
      if isOnlyPlaces || word == "-" || !word.hasPrefix("-") || Int(word) != nil {
        places.append(word)
      } else if word == "--" {
        isOnlyPlaces = true
      } else {
        try takeOption(word, rest: &rest, specification: specification, others: others)
      }
    }
    try takePlaces(places, specification: specification)
  }

  // MARK: - Options

  private mutating func takeOption(
    _ word: String, rest: inout ArraySlice<String>, specification: CommandSpecification, others: [String]
  ) throws(CommandError) {
    var name = word
    var inline: String?
    if let equals = word.firstIndex(of: "="), word.hasPrefix("--") {
      name = String(word[..<equals])
      inline = String(word[word.index(after: equals)...])
    }
    if takeFlags(word, specification) { return }
    let found = specification.options.first { parameter in
      name == "--" + parameter.name || parameter.short.map { name == "-\($0)" } == true
    }
    guard let parameter = found else {
      let known = specification.options.map { "--" + $0.name } + others
      let near = Suggestion.nearest(to: name, in: known).map { "did you mean \($0)?" }
      throw Self.usage("unknown option \(name)", specification, hint: near)
    }
    if parameter.kind.isFlag {
      guard inline == nil else { throw Self.usage("--\(parameter.name) takes no value", specification) }
      values[parameter.name] = ["true"]
      return
    }
    guard let value = inline ?? rest.popFirst() else {
      throw Self.usage("--\(parameter.name) needs a value: \(parameter.optionText)", specification)
    }
    try Self.check(value, parameter, specification)
    values[parameter.name] = [value]
  }

  /// Short flags may stand together: `-lt` is `-l -t`.
  private mutating func takeFlags(_ word: String, _ specification: CommandSpecification) -> Bool {
    guard word.count > 2, !word.hasPrefix("--") else { return false }
    let flags = word.dropFirst().map { letter in
      specification.options.first { $0.short == letter && $0.kind.isFlag }?.name
    }
    guard !flags.contains(nil) else { return false }
    for case let flag? in flags { values[flag] = ["true"] }
    return true
  }

  // MARK: - Places

  private mutating func takePlaces(
    _ words: [String], specification: CommandSpecification
  ) throws(CommandError) {
    var rest = words[...]
    let positionals = specification.positionals
    let required = positionals.filter(\.isRequired)
    guard words.count >= required.count else {
      throw Self.usage("\(required[words.count].name.uppercased()) is missing", specification)
    }
    for (index, parameter) in positionals.enumerated() {
      // What comes behind keeps a word each where it must have one.
      let later = positionals[(index + 1)...]
      var reserved = later.filter(\.isRequired).count
      // What need not be there is the last word where that looks like it.
      if let last = later.last, !last.isRequired, let word = rest.last, last.kind.isMeant(by: word) {
        reserved += 1
      }
      let available = max(rest.count - reserved, 0)
      // Where what comes last takes all that is left, what comes before it takes one.
      let isGreedy = parameter.isRepeated && !later.contains(where: \.isRepeated)
      let taken = rest.prefix(isGreedy ? available : min(available, 1))
      if taken.isEmpty {
        guard !parameter.isRequired else {
          throw Self.usage("\(parameter.name.uppercased()) is missing", specification)
        }
        continue
      }
      for word in taken { try Self.check(word, parameter, specification) }
      values[parameter.name] = Array(taken)
      rest = rest.dropFirst(taken.count)
    }
    if let extra = rest.first { throw Self.usage("unexpected \(extra)", specification) }
  }

  // MARK: - Values

  private static func check(
    _ value: String, _ parameter: Parameter, _ specification: CommandSpecification
  ) throws(CommandError) {
    let title = parameter.isPositional ? parameter.name.uppercased() : "--" + parameter.name
    switch parameter.kind {
    case .flag, .text, .expression, .file, .contents: return
    case .target: _ = try TargetWord(value)
    case .request:
      guard RequestFilter(value) != nil else {
        throw usage("\(title) is a path, with or without a method before it, not \(value)", specification)
      }
    case .integer(let range):
      guard let number = Int(value), range.contains(number) else {
        throw usage("\(title) is a number from \(range.lowerBound) to \(range.upperBound), not \(value)", specification)
      }
    case .duration:
      guard seconds(value) != nil else {
        throw usage("\(title) is a time such as 500ms, 5s or 2m, not \(value)", specification)
      }
    case .choice(let choices):
      guard choices.contains(value) else {
        let near = Suggestion.nearest(to: value, in: choices).map { "did you mean \($0)?" }
        throw usage("\(title) is one of \(choices.joined(separator: ", ")), not \(value)", specification, hint: near)
      }
    }
  }

  /// A duration as parameters take it, in seconds; nil where it is none.
  public static func seconds(_ text: String) -> Double? {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      let digits = text.dropLast(unit.count)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
        let number = Double(digits), number <= 1e6
      else { continue }
      return number * factor
    }
    return nil
  }

  private static func usage(
    _ message: String, _ specification: CommandSpecification, hint: String? = nil
  ) -> CommandError {
    CommandError(.usage, message, hint: hint ?? "see: ispy help \(specification.title)")
  }
}
