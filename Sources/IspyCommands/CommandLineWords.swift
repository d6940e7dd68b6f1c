import Catalog
import Redaction
import Terminal

/// A command line with the options that every command has taken out of it.
struct CommandLineWords: Sendable {
  /// The command and what belongs to it.
  private(set) var words: [String] = []
  private(set) var isJSON = false
  private(set) var values = ValueRight.redacted
  private(set) var color = Paint.Choice.automatic
  /// Which gateway the command goes through.
  private(set) var gateway = GatewayChoice.usual
  /// Why, for whoever approves and for the audit.
  private(set) var reason: String?
  private(set) var wantsHelp = false
  private(set) var wantsVersion = false

  enum GatewayChoice: Equatable, Sendable {
    /// What ISPYD_GATEWAY says, or the usual place where one listens there.
    case usual
    case at(String)
    case none
  }

  /// Options of every command, for help and completion.
  static let common: [Parameter] = [
    .flag("json", "print the result as JSON, for programs; with --follow one line for each result"),
    .option(
      "values", .choice(ValueRight.allCases.map(\.rawValue)), default: "redacted",
      "what is shown of values: nothing, types and lengths, all but secrets, or everything"),
    .option(
      "color", .choice(Paint.Choice.allCases.map(\.rawValue)), default: "auto",
      "use colours; auto means on a terminal, unless NO_COLOR is set"),
    .flag("no-color", "the same as --color never"),
    .option(
      "gateway", .file, "the socket of the gateway to go through, or none; ISPYD_GATEWAY says it too"),
    .option("reason", .text, "why, for the gateway's audit and for whoever has to approve it"),
    .flag("help", short: "h", "show help"),
    .flag("version", short: "V", "show the version"),
  ]

  /// - Parameter shell: the line that the shell was started with: what it says of colours and values holds for each of the
  ///   shell's own lines, unless they say otherwise.
  init(_ all: [String], in shell: CommandLineWords? = nil) throws(CommandError) {
    if let shell {
      (isJSON, values, color) = (shell.isJSON, shell.values, shell.color)
      (gateway, reason) = (shell.gateway, shell.reason)
    }
    var rest = all[...]
    while let word = rest.popFirst() {
      switch word {
      case "--":
        words.append(word)
        words += rest
        return
      case "--json": isJSON = true
      case "--help", "-h": wantsHelp = true
      case "--version", "-V": wantsVersion = true
      case "--no-color": color = .never
      default:
        if let value = try Self.value(of: "--values", word, &rest) {
          values = try Self.choice(value, of: ValueRight.self, option: "--values")
        } else if let value = try Self.value(of: "--color", word, &rest) {
          color = try Self.choice(value, of: Paint.Choice.self, option: "--color")
        } else if let value = try Self.value(of: "--gateway", word, &rest) {
          gateway = value == "none" ? .none : .at(value)
        } else if let value = try Self.value(of: "--reason", word, &rest) {
          reason = value
        } else {
          try Self.refuseValue(word)
          words.append(word)
        }
      }
    }
  }

  private static func refuseValue(_ word: String) throws(CommandError) {
    guard let flag = common.first(where: { $0.kind.isFlag && word.hasPrefix("--\($0.name)=") }) else { return }
    throw CommandError(.usage, "--\(flag.name) takes no value", hint: "see: ispy help")
  }

  private static func value(
    of option: String, _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) -> String? {
    if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
    guard word == option else { return nil }
    guard let value = rest.popFirst() else {
      let parameter = common.first { "--" + $0.name == option }
      throw CommandError(
        .usage, "\(option) needs a value", hint: parameter.map { "one of \($0.kind.placeholder)" } ?? "see: ispy help")
    }
    return value
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: String, of type: Choice.Type, option: String
  ) throws(CommandError) -> Choice {
    if let choice = Choice(rawValue: value) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let near = Suggestion.nearest(to: value, in: names).map { "did you mean \($0)?" }
    throw CommandError(
      .usage, "\(option) is one of \(names.joined(separator: ", ")), not \(value)", hint: near ?? "see: ispy help")
  }
}
