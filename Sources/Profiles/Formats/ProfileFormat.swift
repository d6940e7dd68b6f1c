/// A file that a profile can be written to.
public enum ProfileFormat: String, CaseIterable, Sendable {
  /// A page that shows itself: a flame graph to search and to zoom into, without a network.
  case html
  /// A picture of a flame graph.
  case svg
  /// https://www.speedscope.app/file-format-schema.json
  case speedscope
  /// https://github.com/google/pprof/blob/main/proto/profile.proto, compressed.
  case pprof
  /// Trace events in the order of time, for https://ui.perfetto.dev and chrome://tracing.
  case chrome
  /// A line for each stack, as flamegraph.pl and its kin read it.
  case collapsed

  private static let endings: [(String, ProfileFormat)] = [
    (".html", .html), (".htm", .html), (".svg", .svg), (".pb.gz", .pprof), (".pprof", .pprof),
    (".trace.json", .chrome), (".json", .speedscope), (".collapsed", .collapsed), (".folded", .collapsed),
    (".txt", .collapsed),
  ]

  /// By the ending of a file's name; nil where that says nothing.
  public init?(path: String) {
    guard let format = Self.endings.first(where: { path.hasSuffix($0.0) })?.1 else { return nil }
    self = format
  }

  /// By its own name, or else by the file's.
  public init?(named name: String?, path: String?) {
    if let name {
      self.init(rawValue: name)
    } else if let path {
      self.init(path: path)
    } else {
      return nil
    }
  }

  /// The usual ending of a file's name, with its dot.
  public var ending: String { Self.endings.first { $0.1 == self }?.0 ?? "" }

  /// Whether it tells when which stack was seen (`Profile.runs`).
  public var hasTime: Bool { self == .chrome }

  /// The file's content.
  public func bytes(of profile: Profile) throws -> [UInt8] {
    switch self {
    case .html: try FlameGraphPage.bytes(of: profile)
    case .svg: Array(FlameGraphPicture(profile).text.utf8)
    case .speedscope: Array(try SpeedscopeFile.text(of: profile).utf8)
    case .pprof: Gzip.compressed(PprofFile.message(of: profile))
    case .chrome: try ChromeTrace.bytes(of: profile)
    case .collapsed: Array(CollapsedStacks.text(of: profile).utf8)
    }
  }

  /// Those that can hold two profiles beside each other.
  public static let comparing: [ProfileFormat] = [.html, .svg, .collapsed]

  /// The file's content; nil where the format is none of `comparing`.
  public func bytes(of comparison: ProfileComparison) throws -> [UInt8]? {
    switch self {
    case .html: try FlameGraphPage.bytes(of: comparison)
    case .svg: Array(FlameGraphPicture(comparison).text.utf8)
    case .collapsed: Array(CollapsedStacks.text(of: comparison).utf8)
    case .speedscope, .pprof, .chrome: nil
    }
  }
}

extension Profile.Track {
  /// `shop 4711 MainThread`.
  var title: String {
    ((application.map { [$0] } ?? []) + (pid == 0 ? [] : [String(pid)]) + [name] + (request.map { [$0] } ?? []))
      .joined(separator: " ")
  }
}
