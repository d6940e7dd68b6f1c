import Catalog
import Glibc

/// `ispy shell`: looks around interactively, or by lines from a pipe.
///
/// Where it stands decides what a bare word means: in no process, connected to one, or in a plugin of one.
struct Shell {
  private let catalog: Catalog
  private let line: CommandLineWords
  private let output: Output
  private let isInteractive: Bool
  private var showsPrompt: Bool
  private var pid: Int32?
  private var plugin: String?
  private var code: Int32 = 0

  init(catalog: Catalog, line: CommandLineWords, output: Output) {
    self.catalog = catalog
    self.line = line
    self.output = output
    isInteractive = isatty(STDIN_FILENO) == 1
    showsPrompt = isInteractive
  }

  /// Reads commands until `exit` or the end of input; the exit code of the last one.
  mutating func run(_ words: [String]) throws(CommandError) -> Int32 {
    guard words.count <= 1 else { throw CommandError(.usage, "shell takes one TARGET", hint: "see: ispy help shell") }
    if let target = words.first { try connect([target]) }
    while true {
      if showsPrompt { _ = output.write(prompt) }
      guard let text = readLine() else {
        if showsPrompt { _ = output.write("\n") }
        return code
      }
      do throws(CommandError) {
        guard try perform(try ShellWords.split(text)) else { return code }
      } catch {
        output.complain(error)
        code = error.cause.rawValue
      }
    }
  }

  private var prompt: String {
    guard let pid else { return "(ispyd) " }
    return "(\(plugin ?? "ispyd"):\(pid)) "
  }

  // MARK: - Commands

  /// False ends the shell.
  private mutating func perform(_ words: [String]) throws(CommandError) -> Bool {
    guard words.first?.hasPrefix("#") == false else { return true }
    let line = try CommandLineWords(words, in: line)
    guard let first = line.words.first else { return true }
    var rest = Array(line.words.dropFirst())
    if line.wantsHelp {
      code = output.write(try help([first]))
      return true
    }
    switch first {
    case "exit", "quit":
      guard plugin != nil else { return false }
      plugin = nil
    case "servers": code = try IspyProgram.perform(catalog.command("ps"), rest, line: line, output: output)
    case "connect": try connect(rest)
    case "plugins": code = output.write(catalog.plugins.map { $0 + "\n" }.joined())
    case "prompt":
      guard rest == ["on"] || rest == ["off"] else { throw CommandError(.usage, "prompt is on or off") }
      showsPrompt = rest == ["on"]
    case "help": code = output.write(try help(rest))
    case "shell": try enter(rest.first ?? "")
    default:
      if first.hasPrefix("!") {
        try enter(String(first.dropFirst()))
        return true
      }
      let entry = try entry(first, &rest)
      code = try IspyProgram.perform(entry, withTarget(rest, for: entry), line: line, output: output)
    }
    return true
  }

  /// A bare word: a command of the plugin that we are in, a command of ispy, or `PLUGIN COMMAND`.
  private func entry(_ word: String, _ rest: inout [String]) throws(CommandError) -> CatalogEntry {
    if let plugin, let entry = try? catalog.command(word, plugin: plugin) { return entry }
    if let command = rest.first, catalog.plugins.contains(word), let entry = try? catalog.command(command, plugin: word)
    {
      rest.removeFirst()
      return entry
    }
    let own = ["servers", "connect", "plugins", "shell", "help", "prompt", "exit"]
    if let entry = try? catalog.command(word) { return entry }
    let names = own + catalog.commands.map(\.specification.name)
    let near = Suggestion.nearest(to: word, in: names + (plugin.map { Catalog.names(catalog, $0) } ?? []))
    throw CommandError(.usage, "no command \(word)", hint: near.map { "did you mean \($0)?" } ?? "see: help")
  }

  /// The connected process, where the command needs a target and none is named.
  private func withTarget(_ words: [String], for entry: CatalogEntry) -> [String] {
    let positionals = entry.specification.positionals
    guard let pid, positionals.first?.name == "target" else { return words }
    let given = words.filter { !$0.hasPrefix("-") }.count
    return given < positionals.filter(\.isRequired).count ? [String(pid)] + words : words
  }

  private mutating func connect(_ words: [String]) throws(CommandError) {
    guard words.count == 1, let word = words.first else {
      throw CommandError(.usage, "connect takes a pid, an application's name, or a number of the list of servers")
    }
    pid = try TargetNames.pid(of: word)
    plugin = nil
  }

  private mutating func enter(_ name: String) throws(CommandError) {
    guard pid != nil else { throw CommandError(.usage, "not connected to a process", hint: "servers, then connect N") }
    guard catalog.plugins.contains(name) else {
      let near = Suggestion.nearest(to: name, in: catalog.plugins).map { "did you mean \($0)?" }
      throw CommandError(
        .notFound, "no plugin \(name)", hint: near ?? "there is: \(catalog.plugins.joined(separator: ", "))")
    }
    plugin = name
  }

  private func help(_ words: [String]) throws(CommandError) -> String {
    let text = HelpText(catalog: catalog)
    if let word = words.first {
      if let plugin, let entry = try? catalog.command(word, plugin: plugin) {
        return text.text(of: entry.specification)
      }
      return try text.text(for: words)
    }
    var page = """
      servers            list the Python processes
      connect N          connect to one: a pid, a name, or its number in the list
      plugins            list the plugins
      shell NAME, !NAME  enter a plugin
      prompt on|off      show a prompt or not
      help [COMMAND]     show help
      exit               leave the plugin, then the shell

      """
    let names = plugin.map { Catalog.names(catalog, $0) } ?? catalog.commands.map(\.specification.name)
    page += "\n" + (plugin.map { "Commands of \($0): " } ?? "Commands: ") + names.joined(separator: " ") + "\n"
    return page
  }
}

extension Catalog {
  fileprivate static func names(_ catalog: Catalog, _ plugin: String) -> [String] {
    catalog.commands(ofPlugin: plugin).map(\.specification.name)
  }
}
