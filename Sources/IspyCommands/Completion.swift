import Catalog

/// What may come next on a command line: `ispy __complete WORD... LAST`, asked by the completion scripts.
struct Completion {
  let catalog: Catalog

  /// - Parameter words: those before the cursor, the last one being completed and perhaps empty.
  func candidates(_ words: [String]) -> [String] {
    guard let last = words.last else { return [] }
    return all(before: Array(words.dropLast()), last: last).filter { $0.hasPrefix(last) }
  }

  private func all(before words: [String], last: String) -> [String] {
    let common = CommandLineWords.common.map { "--" + $0.name } + ["--no-color"]
    if let previous = words.last, let values = values(of: previous, in: CommandLineWords.common) { return values }
    let plain = words.filter { !$0.hasPrefix("-") }
    guard let command = plain.first else {
      return last.hasPrefix("-") ? common : catalog.commands.map(\.specification.name) + HelpText.own.map(\.0)
    }
    switch command {
    case "help":
      return catalog.commands.map(\.specification.name) + catalog.plugins + HelpText.own.map(\.0) + ["exit-codes"]
    case "completion": return CompletionScript.shells
    case "run": return runWords(plain, last: last, common: common)
    case "shell": return TargetNames.all
    default: break
    }
    guard let entry = catalog.commands.first(where: { $0.specification.name == command }) else { return [] }
    return wordsOf(entry.specification, previous: words.last, last: last, common: common)
  }

  private func runWords(_ plain: [String], last: String, common: [String]) -> [String] {
    switch plain.count {
    case 1: return TargetNames.all
    case 2: return catalog.plugins
    case 3: return catalog.commands(ofPlugin: plain[2]).map(\.specification.name)
    default:
      guard let entry = try? catalog.command(plain[3], plugin: plain[2]) else { return [] }
      return wordsOf(entry.specification, previous: plain.last, last: last, common: common)
    }
  }

  private func wordsOf(
    _ specification: CommandSpecification, previous: String?, last: String, common: [String]
  ) -> [String] {
    if let previous, let values = values(of: previous, in: specification.options) { return values }
    if last.hasPrefix("-") { return specification.options.map { "--" + $0.name } + common }
    for parameter in specification.positionals {
      if case .target = parameter.kind { return TargetNames.all }
      if case .choice(let choices) = parameter.kind { return choices }
    }
    return []
  }

  /// The values of an option that takes one of several; nil for any other word.
  private func values(of word: String, in parameters: [Parameter]) -> [String]? {
    guard let parameter = parameters.first(where: { "--" + $0.name == word }) else { return nil }
    if case .choice(let choices) = parameter.kind { return choices }
    return parameter.kind.isFlag ? nil : []
  }
}
