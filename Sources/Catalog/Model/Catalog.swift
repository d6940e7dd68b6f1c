/// Every command there is. What is not here, no face can offer.
public struct Catalog: Sendable {
  private let own: [CatalogEntry]
  /// Made when they are asked for: they are many, and a dump of a hung server has no use for them.
  private let ofPlugins: @Sendable () -> [CatalogEntry]

  public var entries: [CatalogEntry] { own + ofPlugins() }

  /// - Parameters:
  ///   - own: the commands that belong to no plugin.
  ///   - ofPlugins: those that belong to one.
  public init(own: [CatalogEntry], ofPlugins: @escaping @Sendable () -> [CatalogEntry]) {
    self.own = own
    self.ofPlugins = ofPlugins
  }

  public static let standard = Catalog(
    own: [.ps, .dump, .requests, .peek, .record, .diff, .top, .heap, .doctor],
    ofPlugins: { ProcessPlugin.commands + PythonPlugin.commands + WebPlugin.commands + ProfilerPlugin.commands })

  /// The commands that belong to no plugin.
  public var commands: [CatalogEntry] { own }

  public var plugins: [String] {
    entries.compactMap(\.specification.plugin).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  public func commands(ofPlugin plugin: String) -> [CatalogEntry] {
    entries.filter { $0.specification.plugin == plugin }
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
