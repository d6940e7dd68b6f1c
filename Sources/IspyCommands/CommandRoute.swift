import Attaching
import Catalog
import Control
import GatewayClient
import Glibc

/// Which way a command goes: through a gateway, or through the line in this process.
///
/// A shell keeps one for all its commands, so that the gateway sees one session.
final class CommandRoute {
  private let choice: CommandLineWords.GatewayChoice
  private let isInteractive: Bool
  private var client: GatewayClient?
  /// What is attached without a gateway: for one command, or for as long as a shell runs. No lease has to be renewed while
  /// somebody thinks: when this program ends, so do the agents' connections.
  private let agents: AgentKeeper
  /// Why the last command was ended by the gateway before it was done; nil where it was not.
  private(set) var limit: String?

  /// What the owners of applications have switched on that load their agents themselves, by pid.
  private var enabled: [Int32: Set<String>] = [:]

  init(_ choice: CommandLineWords.GatewayChoice, isInteractive: Bool = false) {
    self.choice = choice
    self.isInteractive = isInteractive
    agents = AgentKeeper(isLasting: isInteractive, lease: isInteractive ? 3600 : 10)
  }

  /// Nothing stays attached.
  func end() { agents.detachAll() }

  /// A process has loaded its agent itself, which listens there and carries out these commands too.
  func use(_ address: AgentAddress, for pid: Int32, enabled titles: Set<String>) {
    agents.use(address, for: pid)
    enabled[pid] = titles
  }

  /// The socket of the gateway that commands go through; nil in direct mode.
  static func path(_ choice: CommandLineWords.GatewayChoice) -> String? {
    switch choice {
    case .none: return nil
    case .at(let path): return path
    case .usual:
      if let named = getenv("ISPYD_GATEWAY").map({ String(cString: $0) }), !named.isEmpty {
        return named == "none" ? nil : named
      }
      // Where one is installed it is used: a team's rules are not passed by for want of an option.
      // Whoever may not even look into its directory is told that it is not for them.
      return access(GatewayClient.defaultPath, F_OK) == 0 || errno == EACCES ? GatewayClient.defaultPath : nil
    }
  }

  /// The catalog with the commands that the processes bring which a target means.
  func catalog(_ catalog: Catalog, of target: String, line: CommandLineWords) throws(CommandError) -> Catalog {
    let result = try perform(try catalog.command("plugins"), [target], line: line, emit: { _ in true })
    let commands = (result as? PluginsResult)?.commands ?? []
    return catalog.adding(commands.compactMap { CatalogEntry(described: $0, in: catalog) })
  }

  static func arguments(of entry: CatalogEntry, _ words: [String]) throws(CommandError) -> Arguments {
    try Arguments(words, for: entry.specification, others: CommandLineWords.common.map { "--" + $0.name })
  }

  /// The last result of a command; those before it go to `emit`, until that says false, or Ctrl-C was pressed.
  func perform(
    _ entry: CatalogEntry, _ words: [String], line: CommandLineWords,
    emit: @escaping @Sendable (any CommandResult) -> Bool
  ) throws(CommandError) -> any CommandResult {
    let talks = entry.specification.talks
    let interrupt = Interrupt(isForCommand: talks)
    defer { interrupt.end() }
    guard talks else {
      return try perform(
        entry, words, line: line, isCancelled: { interrupt.isRaised }, emit: { emit($0) && !interrupt.isRaised })
    }
    return try perform(
      entry, words, line: line, isCancelled: { interrupt.isEnding }, emit: emit,
      conversation: Talk(Output(), interrupt).conversation)
  }

  /// The same for a face that knows by itself when it is over, and how fast it wants results.
  func perform(
    _ entry: CatalogEntry, _ words: [String], line: CommandLineWords, isCancelled: @escaping @Sendable () -> Bool,
    emit: @escaping @Sendable (any CommandResult) -> Bool, pace: @escaping @Sendable () -> Double? = { nil },
    conversation: Conversation? = nil
  ) throws(CommandError) -> any CommandResult {
    limit = nil
    var arguments = try Self.arguments(of: entry, words)
    var words = words
    if entry.specification.parameters.contains(where: \.kind.isContents) {
      words = try FileContents.replacing(words, arguments, entry.specification)
      arguments = try Self.arguments(of: entry, words)
    }
    guard entry.specification.place != .client, let path = Self.path(choice) else {
      let request = Request(
        principal: Principal(user: getuid()), entry: entry, arguments: arguments, values: line.values,
        reason: line.reason)
      var surroundings = Line.Surroundings()
      surroundings.isCancelled = isCancelled
      surroundings.emit = emit
      surroundings.pace = pace
      surroundings.agents = agents
      surroundings.conversation = conversation
      return try Line(gate: DirectGate(enabled: enabled)).perform(request, surroundings)
    }
    try entry.validate(arguments)
    let client = try connected(path, isRecorded: conversation != nil)
    do throws(CommandError) {
      return try client.run(
        entry, words, values: line.values, reason: line.reason, isCancelled: isCancelled, emit: emit, pace: pace,
        conversation: conversation, notice: { self.limit = $0 })
    } catch {
      // A connection that failed is not used again.
      if error.cause == .unavailable { self.client = nil }
      throw error
    }
  }

  /// - Parameter isRecorded: what is typed is a session, although the command is given alone.
  private func connected(_ path: String, isRecorded: Bool) throws(CommandError) -> GatewayClient {
    if let client { return client }
    let made = try GatewayClient(
      path: path, client: "ispy \(IspyProgram.version)", isInteractive: isInteractive || isRecorded)
    client = made
    return made
  }
}
