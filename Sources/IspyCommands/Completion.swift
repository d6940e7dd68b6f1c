import Catalog

/// What may come next on a command line, for the scripts that shells load and for the line editor of `ispy shell`.
struct Completion {
  let catalog: Catalog
  /// What may be given as TARGET now; asked only where a TARGET may stand.
  var targets: @Sendable () -> [TargetNames.Name] = { TargetNames.described }

  /// One way to go on.
  struct Candidate: Equatable, Sendable {
    let word: String
    /// What it is or does; empty where that goes without saying.
    let help: String

    init(_ word: String, _ help: String = "") {
      self.word = word
      self.help = help
    }
  }

  /// - Parameter words: those before the cursor without the program's name, the last one being completed and perhaps empty.
  func candidates(_ words: [String]) -> [String] { described(words).map(\.word) }

  /// The same with what each is.
  func described(_ words: [String]) -> [Candidate] {
    guard let last = words.last else { return [] }
    return all(before: words.dropLast(), last: last).filter { $0.word.hasPrefix(last) }
  }

  // MARK: - Reading what stands before

  /// The words before the cursor, understood.
  private struct Before {
    /// Those that are neither options nor values of one.
    var places: [String] = []
    /// Names of the options that were given.
    var options: Set<String> = []
    /// The option whose value comes next.
    var open: Parameter?
    /// Behind `--` nothing is an option.
    var isOnlyPlaces = false
  }

  private func before(_ words: ArraySlice<String>) -> Before {
    var before = Before()
    for word in words {
      if before.open != nil {
        before.open = nil
      } else if before.isOnlyPlaces || !word.hasPrefix("-") || Int(word) != nil {
        before.places.append(word)
      } else if word == "--" {
        before.isOnlyPlaces = true
      } else {
        let name = word.prefix { $0 != "=" }
        let known = CommandLineWords.common + (specification(before.places)?.options ?? [])
        let found = known.first { "--" + $0.name == name || $0.short.map { "-\($0)" == name } == true }
        guard let found else { continue }
        before.options.insert(found.name)
        if !found.kind.isFlag, !word.contains("=") { before.open = found }
      }
    }
    return before
  }

  /// The command that the words name.
  private func specification(_ places: [String]) -> CommandSpecification? {
    guard let first = places.first else { return nil }
    if first == "run" {
      guard places.count > 3 else { return nil }
      return (try? catalog.command(places[3], plugin: places[2]))?.specification
    }
    return catalog.commands.first { $0.specification.name == first }?.specification
  }

  // MARK: - Going on

  private func all(before words: ArraySlice<String>, last: String) -> [Candidate] {
    let before = before(words)
    if let open = before.open { return values(of: open, last: last) }
    if last.hasPrefix("-"), !before.isOnlyPlaces { return options(before, last: last) }
    let places = before.places
    switch places.first {
    case nil: return commands + HelpText.own.map { Candidate($0.0, $0.1) }
    case "help": return helpTopics(places)
    case "completion": return places.count == 1 ? CompletionScript.shells.map { Candidate($0) } : []
    case "shell": return places.count == 1 ? targets(besides: [], last: last) : []
    case "run":
      switch places.count {
      case 1: return targets(besides: [], last: last)
      case 2: return plugins
      case 3: return commands(ofPlugin: places[2])
      default: return []
      }
    default: return positionals(of: specification(places), given: Array(places.dropFirst()), last: last)
    }
  }

  private func options(_ before: Before, last: String) -> [Candidate] {
    let known = (specification(before.places)?.options ?? []) + CommandLineWords.common
    if let equals = last.firstIndex(of: "="), let option = known.first(where: { "--" + $0.name == last[..<equals] }) {
      return values(of: option, last: String(last[last.index(after: equals)...])).map {
        Candidate("--\(option.name)=\($0.word)", $0.help)
      }
    }
    return known.filter { !before.options.contains($0.name) }.map { Candidate("--" + $0.name, $0.help) }
  }

  private func values(of parameter: Parameter, last: String) -> [Candidate] {
    switch parameter.kind {
    case .choice(let choices): choices.map { Candidate($0) }
    case .file: PathCompletion.paths(from: last).map { Candidate($0) }
    default: []
    }
  }

  private func positionals(of specification: CommandSpecification?, given: [String], last: String) -> [Candidate] {
    guard let positionals = specification?.positionals, let first = positionals.first else { return [] }
    // Of several kinds of words each has its turn; of one kind that may come again, any number.
    let next = given.count < positionals.count ? positionals[given.count] : positionals.count == 1 ? first : nil
    guard let next, given.isEmpty || given.count < positionals.count || next.isRepeated else { return [] }
    switch next.kind {
    case .target: return targets(besides: given, last: last)
    default: return values(of: next, last: last)
    }
  }

  private var commands: [Candidate] {
    catalog.commands.map { Candidate($0.specification.name, $0.specification.summary) }
  }

  private var plugins: [Candidate] { catalog.plugins.map { Candidate($0, "plugin") } }

  private func commands(ofPlugin plugin: String) -> [Candidate] {
    catalog.commands(ofPlugin: plugin).map { Candidate($0.specification.name, $0.specification.summary) }
  }

  private func helpTopics(_ places: [String]) -> [Candidate] {
    switch places.count {
    case 1:
      commands + plugins + HelpText.own.map { Candidate($0.0, $0.1) } + [
        Candidate("exit-codes", "What each exit code means"), Candidate("gateway", "How commands go through ispyd"),
      ]
    case 2: commands(ofPlugin: places[1])
    default: []
    }
  }

  private func targets(besides given: [String], last: String) -> [Candidate] {
    // Behind `4711/` there is one thing to say.
    if let slash = last.firstIndex(of: "/"), Int32(last[..<slash]) != nil {
      return [Candidate(last[..<slash] + "/children", "the Python processes that it started")]
    }
    return targets().filter { !given.contains($0.word) }.map { Candidate($0.word, $0.help) }
  }
}
