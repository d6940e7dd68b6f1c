/// A file that a profile can be written to.
public enum ProfileFormat: String, CaseIterable, Sendable {
  /// A page that shows itself: a flame graph to search and to zoom into, without a network.
  case html
  /// https://www.speedscope.app/file-format-schema.json
  case speedscope
  /// A line for each stack, as flamegraph.pl and its kin read it.
  case collapsed

  /// By the ending of a file's name; nil where that says nothing.
  public init?(path: String) {
    let endings: [(String, ProfileFormat)] = [
      (".html", .html), (".htm", .html), (".json", .speedscope), (".collapsed", .collapsed), (".folded", .collapsed),
      (".txt", .collapsed),
    ]
    guard let format = endings.first(where: { path.hasSuffix($0.0) })?.1 else { return nil }
    self = format
  }

  /// The file's content.
  public func text(of profile: Profile) throws -> String {
    switch self {
    case .html: try FlameGraphPage.text(of: profile)
    case .speedscope: try SpeedscopeFile.text(of: profile)
    case .collapsed: CollapsedStacks.text(of: profile)
    }
  }
}

extension Profile.Track {
  /// `shop 4711 MainThread`.
  var title: String {
    ((application.map { [$0] } ?? []) + [String(pid), name] + (request.map { [$0] } ?? [])).joined(separator: " ")
  }
}
