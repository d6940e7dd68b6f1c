/// What tells one series of a metric from another: `method="POST"`.
///
/// It comes from the application, so it is made harmless where it is made: bounded, and without what moves a terminal's cursor
/// or ends a line.
public struct MetricLabel: Hashable, Sendable {
  /// Characters (Unicode's scalars) of a name and of a value.
  public static let lengthLimit = 100

  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name.isEmpty ? "_" : Self.harmless(name)
    self.value = Self.harmless(value)
  }

  /// A text of somebody else's, bounded, on one line.
  static func harmless(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    clean.append(contentsOf: text.unicodeScalars.prefix(lengthLimit).map { isHarmful($0) ? " " : $0 })
    return String(clean)
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension MetricLabel: Comparable {
  public static func < (one: MetricLabel, other: MetricLabel) -> Bool {
    (one.name, one.value) < (other.name, other.value)
  }
}

extension MetricLabel: Codable {
  private enum CodingKeys: CodingKey { case name, value }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try members.decode(String.self, forKey: .name), try members.decode(String.self, forKey: .value))
  }
}
