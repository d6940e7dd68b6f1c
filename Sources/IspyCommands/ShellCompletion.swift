import Catalog
import Terminal

/// What may come next on a line of `ispy shell`, where a bare word means a command of the plugin that one is in, a command
/// of ispy, or a plugin.
struct ShellCompletion {
  let catalog: Catalog
  let plugin: String?

  /// The commands that the shell has beside the catalog's.
  static let own = ["servers", "connect", "plugins", "shell", "help", "prompt", "exit"]

  func completions(_ text: String) -> LineEditor.Completions {
    let read = ShellWords.unfinished(text)
    let words = read.words
    guard let last = words.last else { return .init(replaced: 0, candidates: []) }
    let candidates = all(words).filter { $0.hasPrefix(last) }
    var seen: Set<String> = []
    return .init(replaced: last.count, candidates: candidates.filter { seen.insert($0).inserted })
  }

  private func all(_ words: [String]) -> [String] {
    let completion = Completion(catalog: catalog)
    guard words.count > 1, let first = words.first else {
      return (plugin.map(commands) ?? []) + catalog.commands.map(\.specification.name) + Self.own + catalog.plugins
        + catalog.plugins.map { "!" + $0 }
    }
    let rest = Array(words.dropFirst())
    if let plugin, commands(of: plugin).contains(first) {
      return completion.candidates(["run", "0", plugin] + words)
    }
    switch first {
    case "servers": return completion.candidates(["ps"] + rest)
    case "connect": return rest.count == 1 ? completion.candidates(["shell"] + rest) : []
    case "shell": return rest.count == 1 ? catalog.plugins : []
    case "prompt": return rest.count == 1 ? ["on", "off"] : []
    case "plugins", "exit": return []
    case "help" where rest.count == 1:
      return (plugin.map(commands) ?? []) + completion.candidates(words)
    default: break
    }
    if catalog.plugins.contains(first) { return completion.candidates(["run", "0"] + words) }
    return completion.candidates(words)
  }

  private func commands(of plugin: String) -> [String] {
    catalog.commands(ofPlugin: plugin).map(\.specification.name)
  }
}
