/// Every command there is. What is not here, no face can offer.
public struct Catalog: Sendable {
  private let own: [CatalogEntry]
  private let others: @Sendable () -> [CatalogEntry]
  /// Made when they are asked for: they are many, and a dump of a hung server has no use for them.
  private let ofPlugins: @Sendable () -> [CatalogEntry]

  public var entries: [CatalogEntry] { commands + ofPlugins() }

  /// - Parameters:
  ///   - own: the commands that belong to no plugin, those for a hung server.
  ///   - others: the rest of them, made when they are asked for.
  ///   - ofPlugins: those that belong to one.
  public init(
    own: [CatalogEntry], others: @escaping @Sendable () -> [CatalogEntry] = { [] },
    ofPlugins: @escaping @Sendable () -> [CatalogEntry]
  ) {
    self.own = own
    self.others = others
    self.ofPlugins = ofPlugins
  }

  public static let standard = Catalog(
    own: [.ps, .dump, .requests, .peek, .record, .diff, .top, .heap, .doctor],
    others: { [.attach, .detach, .attached, .plugins] + AgentEntries.own + probes + gateway },
    ofPlugins: {
      ProcessPlugin.commands + PythonPlugin.commands + WebPlugin.commands + ProfilerPlugin.commands
        + AgentEntries.ofPlugins
    })

  private static let probes: [CatalogEntry] =
    CatalogEntry.probeKinds + [
      .probeRequests, .probes, .probeShow, .probeResults, .probeInspect, .probeStop, .probeExtend,
    ]

  /// What is about secrets, and about a gateway.
  private static let gateway: [CatalogEntry] = [
    .redactCheck, .redactTest, .whoami, .can, .approvals, .approve, .deny, .sessions, .sessionsWatch, .sessionsKill,
    .sessionsReplay, .audit, .auditVerify, .auditCheckpoint, .policyCheck, .policyExplain, .policyReload,
  ]

  /// The same with commands that processes bring.
  public func adding(_ entries: [CatalogEntry]) -> Catalog {
    guard !entries.isEmpty else { return self }
    let ofPlugins = ofPlugins
    return Catalog(own: own, others: others, ofPlugins: { ofPlugins() + entries })
  }

  /// The commands that belong to no plugin.
  public var commands: [CatalogEntry] { own + others() }

  public var plugins: [String] {
    entries.compactMap(\.specification.plugin).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  public func commands(ofPlugin plugin: String) -> [CatalogEntry] {
    entries.filter { $0.specification.plugin == plugin }
  }

  /// The command that a line begins with, and the words behind its name, which may be two: `sessions watch`.
  public func command(
    in words: [String], others: [String] = []
  ) throws(CommandError) -> (entry: CatalogEntry, words: [String]) {
    if let first = own.first(where: { $0.specification.name == words.first }) {
      return (first, Array(words.dropFirst()))
    }
    let title = title(in: words)
    if title.count == 2 { return (try command(title.joined(separator: " ")), Array(words.dropFirst(2))) }
    let first = words.first ?? ""
    let longer = commands.map(\.specification.name).filter { $0.hasPrefix(first + " ") }
    guard longer.isEmpty || commands.contains(where: { $0.specification.name == first }) else {
      throw CommandError(.usage, "\(first) what?", hint: "there is: \(longer.joined(separator: ", "))")
    }
    return (try command(first, others: others), Array(words.dropFirst()))
  }

  /// The words of a line that name a command: one, or two where there is such a command.
  public func title(in words: [String]) -> [String] {
    let two = words.prefix(2).joined(separator: " ")
    return Array(words.prefix(words.count > 1 && commands.contains { $0.specification.name == two } ? 2 : 1))
  }

  /// - Parameter others: words that the face understands itself, to be suggested for one that is not known.
  public func command(
    _ name: String, plugin: String? = nil, others: [String] = []
  ) throws(CommandError) -> CatalogEntry {
    let candidates = plugin.map { commands(ofPlugin: $0) } ?? commands
    if let entry = candidates.first(where: { $0.specification.name == name }) { return entry }
    let names = candidates.map(\.specification.name)
    let what = plugin.map { "the plugin \($0) has no command \(name)" } ?? "no command \(name)"
    let owner = entries.first { $0.specification.name == name }?.specification.plugin
    let hint =
      if plugin == nil, let owner {
        "it is one of a plugin: ispy run TARGET \(owner) \(name)"
      } else if let near = Suggestion.nearest(to: name, in: names + others) {
        "did you mean \(near)?"
      } else {
        plugin.map { "there is: \(names.joined(separator: ", ")); see: ispy help \($0)" } ?? "see: ispy help"
      }
    throw CommandError(.usage, what, hint: hint)
  }
}
