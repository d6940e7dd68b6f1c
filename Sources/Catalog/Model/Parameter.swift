import Sampling

/// One thing that a command is told.
public struct Parameter: Sendable {
  /// What it may be; a wrong one is refused before the target is touched.
  public enum Kind: Sendable {
    case flag
    case text
    case integer(ClosedRange<Int>)
    /// `500ms`, `5s`, `2m`, `1h`; a number alone means seconds.
    case duration
    case choice([String])
    /// A pid, the name of an application, or `PID/children`.
    case target
    /// `[METHOD] PATH`: which requests are meant.
    case request
    /// A path of names, as `peek` takes it.
    case expression
    /// A path of this machine's.
    case file
    /// The same of a file that the face reads: the command gets what is in it.
    case contents
  }

  public let name: String
  public let kind: Kind
  /// Given by its place and not by `--name`.
  public let isPositional: Bool
  public let isRequired: Bool
  /// May be given several times, or takes all words that are left.
  public let isRepeated: Bool
  public let short: Character?
  public let defaultValue: String?
  public let help: String

  private init(
    name: String, kind: Kind, isPositional: Bool, isRequired: Bool, isRepeated: Bool, short: Character?,
    defaultValue: String?, help: String
  ) {
    self.name = name
    self.kind = kind
    self.isPositional = isPositional
    self.isRequired = isRequired
    self.isRepeated = isRepeated
    self.short = short
    self.defaultValue = defaultValue
    self.help = help
  }

  public static func flag(_ name: String, short: Character? = nil, _ help: String) -> Parameter {
    Parameter(
      name: name, kind: .flag, isPositional: false, isRequired: false, isRepeated: false, short: short,
      defaultValue: nil, help: help)
  }

  public static func option(
    _ name: String, _ kind: Kind, short: Character? = nil, default defaultValue: String? = nil, _ help: String
  ) -> Parameter {
    Parameter(
      name: name, kind: kind, isPositional: false, isRequired: false, isRepeated: false, short: short,
      defaultValue: defaultValue, help: help)
  }

  public static func positional(
    _ name: String, _ kind: Kind, isRequired: Bool = true, isRepeated: Bool = false, _ help: String
  ) -> Parameter {
    Parameter(
      name: name, kind: kind, isPositional: true, isRequired: isRequired, isRepeated: isRepeated, short: nil,
      defaultValue: nil, help: help)
  }

  /// The TARGET... of every command that looks at processes.
  static func targets(isRequired: Bool = true) -> Parameter {
    .positional(
      "target", .target, isRequired: isRequired, isRepeated: true,
      "a pid, an application's name (all its workers), or PID/children (the Python processes that PID started)")
  }

  /// How help writes it: `TARGET...`, `[--limit N]`.
  public var usage: String {
    if isPositional {
      let word = name.uppercased() + (isRepeated ? "..." : "")
      return isRequired ? word : "[" + word + "]"
    }
    return "[" + optionText + "]"
  }

  /// `--limit N`, `--locals`.
  public var optionText: String {
    let placeholder = kind.placeholder
    return "--" + name + (placeholder.isEmpty ? "" : " " + placeholder)
  }
}

extension Parameter.Kind {
  /// What stands for a value in help.
  public var placeholder: String {
    switch self {
    case .flag: ""
    case .text: "TEXT"
    case .integer: "N"
    case .duration: "TIME"
    case .choice(let choices): choices.joined(separator: "|")
    case .target: "TARGET"
    case .request: "'[METHOD] PATH'"
    case .expression: "EXPR"
    case .file, .contents: "FILE"
    }
  }

  public var isContents: Bool {
    if case .contents = self { true } else { false }
  }

  /// Whether a word can be told from those of other kinds by its form.
  func isMeant(by word: String) -> Bool {
    if case .request = self { RequestFilter(word) != nil } else { false }
  }

  public var isFlag: Bool {
    if case .flag = self { true } else { false }
  }
}
