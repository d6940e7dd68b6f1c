import Catalog
import Glibc
import Redaction
import Synchronization
import Terminal

/// The program `ispy`: words in, text or JSON out, an exit code.
public enum IspyProgram {
  public static let version = "0.1.0"

  /// Runs one command line, without the program's own name, and returns the exit code.
  public static func run(_ words: [String]) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let output = Output()
    Output.closeGaps()
    if words.first == "__complete" {
      // What stands on a line that is being written is nobody's option yet.
      return output.write(CompletionReply.text(for: Array(words.dropFirst()), Completion(catalog: .standard)))
    }
    do throws(CommandError) {
      let line = try CommandLineWords(words)
      if line.wantsVersion { return output.write("ispy \(version)\n") }
      return try run(line, catalog: .standard, output: output)
    } catch {
      output.complain(error)
      return error.cause.rawValue
    }
  }

  private static func run(
    _ line: CommandLineWords, catalog: Catalog, output: Output
  ) throws(CommandError) -> Int32 {
    let help = HelpText(catalog: catalog)
    guard let command = line.words.first else {
      _ = output.write(help.overview())
      return line.wantsHelp ? 0 : CommandError.Cause.usage.rawValue
    }
    let rest = Array(line.words.dropFirst())
    if command.hasPrefix("-"), command != "--" {
      let near = Suggestion.nearest(to: command, in: CommandLineWords.common.map { "--" + $0.name })
      throw CommandError(
        .usage, "unknown option \(command)", hint: near.map { "did you mean \($0)?" } ?? "see: ispy help")
    }
    switch command {
    case "help": return output.write(try help.text(for: rest))
    case "completion": return output.write(try CompletionScript.text(for: rest))
    case "__documentation": return output.write(help.page())
    default: break
    }
    // `run TARGET PLUGIN COMMAND --help` is about that command.
    if line.wantsHelp, command == "run", rest.count >= 2 {
      let known = try withBrought(rest, catalog, line, CommandRoute(line.gateway))
      return output.write(try HelpText(catalog: known).text(for: line.words))
    }
    if line.wantsHelp {
      return output.write(try help.text(for: command == "run" ? line.words : catalog.title(in: line.words)))
    }
    if command == "shell" {
      var shell = Shell(catalog: catalog, line: line, output: output)
      return try shell.run(rest)
    }
    // As it was in the first ispyd: `ispy ispyd.ini`.
    if command.hasSuffix(".ini") {
      guard rest.isEmpty else {
        throw CommandError(.usage, "\(command) is followed by nothing", hint: "ispy \(command)")
      }
      let configuration = try OwnerConfiguration(path: command)
      var shell = Shell(catalog: catalog, line: line, output: output, configuration: configuration)
      return try shell.run([])
    }
    if command == "run" { return try runPlugin(rest, catalog: catalog, line: line, output: output) }
    let (entry, words) = try catalog.command(in: line.words, others: HelpText.own.map(\.0))
    return try perform(entry, words, line: line, output: output, route: CommandRoute(line.gateway), isLast: true)
  }

  /// `run TARGET PLUGIN COMMAND [ARGS]`.
  private static func runPlugin(
    _ words: [String], catalog: Catalog, line: CommandLineWords, output: Output
  ) throws(CommandError) -> Int32 {
    guard words.count >= 2 else {
      throw CommandError(.usage, "run needs TARGET PLUGIN COMMAND", hint: "see: ispy help run")
    }
    let route = CommandRoute(line.gateway)
    let catalog = try withBrought(words, catalog, line, route)
    guard catalog.plugins.contains(words[1]) else {
      let near = Suggestion.nearest(to: words[1], in: catalog.plugins).map { "did you mean \($0)?" }
      throw CommandError(
        .notFound, "no plugin \(words[1])", hint: near ?? "there is: \(catalog.plugins.joined(separator: ", "))")
    }
    guard words.count >= 3 else {
      let names = catalog.commands(ofPlugin: words[1]).map(\.specification.name)
      throw CommandError(
        .usage, "name a command of the plugin \(words[1])", hint: "there is: \(names.joined(separator: ", "))")
    }
    let entry = try catalog.command(words[2], plugin: words[1])
    return try perform(
      entry, [words[0]] + words.dropFirst(3), line: line, output: output, route: route)
  }

  /// The catalog with what the processes bring that TARGET means, where it does not have the plugin.
  private static func withBrought(
    _ words: [String], _ catalog: Catalog, _ line: CommandLineWords, _ route: CommandRoute
  ) throws(CommandError) -> Catalog {
    // For a slip of the finger nothing is attached.
    guard !catalog.plugins.contains(words[1]), !Suggestion.isSlip(words[1], of: catalog.plugins) else { return catalog }
    return try route.catalog(catalog, of: words[0], line: line)
  }

  /// One command of the catalog, by the line that all take.
  ///
  /// - Parameter isLast: the program ends with this command.
  static func perform(
    _ entry: CatalogEntry, _ words: [String], line: CommandLineWords, output: Output, route: CommandRoute,
    isLast: Bool = false
  ) throws(CommandError) -> Int32 {
    if let top = try TopProgram(entry, words, line: line, output: output) { return try top.run() }
    let renderer = Renderer(isJSON: line.isJSON, paint: output.paint(line.color))
    let arguments = try CommandRoute.arguments(of: entry, words)
    let file = try ProfileFile(arguments, for: entry.specification)
    let metrics = try MetricOutput(arguments)
    let emissions = Emissions()
    let progress = ProgressLine(isQuiet: line.isJSON)
    defer { progress.clear() }
    let result = try route.perform(entry, words, line: line) { result in
      if let result = result as? RecordProgress { return progress.show(result.text(renderer.paint)) }
      emissions.note()
      if let result = result as? ProbeResult, let error = metrics?.send(result) { output.complain(error) }
      return output.write(renderer.text(result, isAlone: false)) == 0
    }
    progress.clear()
    if isLast { remains.withLock { $0 = result } }
    let code = output.write(renderer.text(result, isAlone: !emissions.hasAny))
    if let result = result as? ProbeResult, let error = metrics?.send(result) { output.complain(error) }
    if let file, let result = result as? any ProfileHolding {
      try file.keep(result)
      output.note("the \(result is DiffResult ? "comparison" : "profile") is in \(file.path)")
    }
    guard code == 0 else { return code }
    if let limit = route.limit {
      let error = CommandError(.limited, limit)
      output.complain(error)
      return error.cause.rawValue
    }
    return result.failure?.rawValue ?? 0
  }

  /// The result that is left to the end of the program: to free a large one piece by piece takes half as long as to make it.
  private static let remains = Mutex<(any CommandResult)?>(nil)

  /// Whether a command gave results before its last one.
  private final class Emissions: Sendable {
    private let any = Mutex(false)

    var hasAny: Bool { any.withLock { $0 } }
    func note() { any.withLock { $0 = true } }
  }
}
