/// How much of the target's values somebody may see: a right of its own beside the rung of a command.
public enum ValueRight: String, CaseIterable, Codable, Comparable, Sendable {
  /// No value at all.
  case none
  /// Types, lengths and counts.
  case summary
  /// Values with their secrets withheld. What is shown unless something else is asked for and granted.
  case redacted
  /// Everything as it is.
  case raw

  public static func < (left: ValueRight, right: ValueRight) -> Bool { left.order < right.order }

  private var order: Int {
    switch self {
    case .none: 0
    case .summary: 1
    case .redacted: 2
    case .raw: 3
    }
  }
}
