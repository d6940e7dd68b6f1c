import Catalog
import Glibc
import Terminal

/// `ispy shell`: looks around interactively, or by lines from a pipe.
///
/// Where it stands decides what a bare word means: in no process, connected to one, or in a plugin of one.
struct Shell {
  /// What ispy has.
  private let standard: Catalog
  /// With what the connected process brings, once that was asked for.
  var catalog: Catalog
  let line: CommandLineWords
  let output: Output
  let route: CommandRoute
  /// Of an application that loads its agents itself: what `servers` lists then.
  let configuration: OwnerConfiguration?
  private let isInteractive: Bool
  private var showsPrompt: Bool
  var pid: Int32? { didSet { if pid != oldValue { (catalog, hasAskedForPlugins) = (standard, false) } } }
  var plugin: String?
  /// What `servers` showed last; nil for one that does not answer.
  var listed: [Int32?] = []
  var code: Int32 = 0
  private var hasAskedForPlugins = false

  init(catalog: Catalog, line: CommandLineWords, output: Output, configuration: OwnerConfiguration? = nil) {
    standard = catalog
    self.catalog = catalog
    self.configuration = configuration
    self.line = line
    self.output = output
    // Also by lines from a pipe it is one session.
    route = CommandRoute(line.gateway, isInteractive: true)
    isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && Paint.canMoveCursor
    showsPrompt = isatty(STDIN_FILENO) == 1
  }

  /// Reads commands until `exit` or the end of input; the exit code of the last one.
  mutating func run(_ words: [String]) throws(CommandError) -> Int32 {
    guard words.count <= 1 else { throw CommandError(.usage, "shell takes one TARGET", hint: "see: ispy help shell") }
    defer { route.end() }
    if let target = words.first { try connect([target]) }
    var editor = LineEditor(
      input: STDIN_FILENO, output: STDOUT_FILENO,
      history: History(path: isInteractive ? History.defaultPath() : nil))
    while let text = nextLine(&editor) {
      do throws(CommandError) {
        guard try perform(try ShellWords.split(text)) else { return code }
      } catch {
        output.complain(error)
        code = error.cause.rawValue
      }
    }
    return code
  }

  /// Nil at the end of input.
  private mutating func nextLine(_ editor: inout LineEditor) -> String? {
    guard isInteractive, showsPrompt else { return plainLine() }
    // Between two commands there is nothing to interrupt; what is typed ahead may hold a Control-C all the same.
    signal(SIGINT, SIG_IGN)
    let completion = ShellCompletion(catalog: catalog, plugin: plugin)
    while true {
      switch editor.read(prompt: prompt, complete: { completion.completions($0) }) {
      case nil: return plainLine()
      case .line(let text): return text
      case .interrupted: continue
      case .end:
        // As `exit` does: out of the plugin first.
        guard plugin != nil else { return nil }
        plugin = nil
        return ""
      case .terminated(let number):
        // The terminal is as it was; the signal does what it does.
        kill(getpid(), number)
        return nil
      }
    }
  }

  /// A line from a pipe, or from a terminal that has no cursor to move.
  private func plainLine() -> String? {
    if showsPrompt { _ = output.write(prompt) }
    let text = readLine()
    if text == nil, showsPrompt { _ = output.write("\n") }
    return text
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
    case "servers": try servers(rest, line)
    case "connect": try connect(rest)
    case "plugins": try plugins(rest, line)
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
      if isUnknown(first) { askForPlugins() }
      let entry = try entry(first, &rest)
      code = try IspyProgram.perform(entry, withTarget(rest, for: entry), line: line, output: output, route: route)
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
    if let found = try? catalog.command(in: [word] + rest) {
      rest = found.words
      return found.entry
    }
    let names = ShellCompletion.own + catalog.commands.map(\.specification.name)
    let near = Suggestion.nearest(to: word, in: names + (plugin.map { Catalog.names(catalog, $0) } ?? []))
    throw CommandError(.usage, "no command \(word)", hint: near.map { "did you mean \($0)?" } ?? "see: help")
  }

  /// The connected process, where the command takes a target and none is named.
  private func withTarget(_ words: [String], for entry: CatalogEntry) -> [String] {
    guard let pid, entry.specification.positionals.first?.name == "target" else { return words }
    // What takes all the words that follow is about the process that one is connected to.
    if entry.specification.positionals.count(where: \.isRepeated) > 1 { return [String(pid)] + words }
    let given = try? Arguments(words, for: entry.specification)
    return given?.all("target").isEmpty == false ? words : [String(pid)] + words
  }

  private mutating func enter(_ name: String) throws(CommandError) {
    guard pid != nil else { throw CommandError(.usage, "not connected to a process", hint: "servers, then connect N") }
    if !catalog.plugins.contains(name), !Suggestion.isSlip(name, of: catalog.plugins) { askForPlugins() }
    guard catalog.plugins.contains(name) else {
      let near = Suggestion.nearest(to: name, in: catalog.plugins).map { "did you mean \($0)?" }
      throw CommandError(
        .notFound, "no plugin \(name)", hint: near ?? "there is: \(catalog.plugins.joined(separator: ", "))")
    }
    plugin = name
  }

  /// The names of the plugins; with a target what its process brings.
  private mutating func plugins(_ words: [String], _ line: CommandLineWords) throws(CommandError) {
    guard words.isEmpty, !line.isJSON else {
      let entry = try catalog.command("plugins")
      code = try IspyProgram.perform(entry, withTarget(words, for: entry), line: line, output: output, route: route)
      return
    }
    if configuration != nil { askForPlugins() }
    code = output.write(catalog.plugins.map { $0 + "\n" }.joined())
  }

  private func isUnknown(_ word: String) -> Bool {
    let known = catalog.plugins + ShellCompletion.own + catalog.commands.map(\.specification.name)
    return !known.contains { $0.split(separator: " ").first.map(String.init) == word }
      && !Suggestion.isSlip(word, of: known)
      && plugin.flatMap { try? catalog.command(word, plugin: $0) } == nil
  }

  /// What the connected process brings, which is asked for once.
  private mutating func askForPlugins() {
    guard let pid, !hasAskedForPlugins else { return }
    hasAskedForPlugins = true
    if let found = try? route.catalog(standard, of: String(pid), line: line) { catalog = found }
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
