/// Every command there is. What is not here, no face can offer.
public struct Catalog: Sendable {
  public let entries: [CatalogEntry]

  public init(entries: [CatalogEntry]) { self.entries = entries }

  public static let standard = Catalog(
    entries: [.ps, .dump, .requests, .peek, .doctor] + ProcessPlugin.commands + PythonPlugin.commands
      + WebPlugin.commands)

  /// The commands that belong to no plugin.
  public var commands: [CatalogEntry] { entries.filter { $0.specification.plugin == nil } }

  public var plugins: [String] {
    entries.compactMap(\.specification.plugin).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  public func commands(ofPlugin plugin: String) -> [CatalogEntry] {
    entries.filter { $0.specification.plugin == plugin }
  }

  public func command(_ name: String, plugin: String? = nil) throws(CommandError) -> CatalogEntry {
    let candidates = plugin.map { commands(ofPlugin: $0) } ?? commands
    if let entry = candidates.first(where: { $0.specification.name == name }) { return entry }
    let near = Suggestion.nearest(to: name, in: candidates.map(\.specification.name)).map { "did you mean \($0)?" }
    let what = plugin.map { "plugin \($0) has no command \(name)" } ?? "no command \(name)"
    throw CommandError(.usage, what, hint: near ?? "see: ispy help")
  }
}
