/// How text on a full screen is set off.
public enum Style: UInt8, Equatable, Sendable, CaseIterable {
  case plain, bold, dim, alarm, warning, good, name
  /// The titles of a table's columns.
  case heading
  /// The row that keys work on.
  case selected
  /// The label of a key in the last row.
  case label

  /// The parameters of SGR (ECMA-48). Without colours only what is no colour is left: https://no-color.org.
  func code(isColored: Bool) -> String {
    switch self {
    case .plain: ""
    case .bold: "1"
    case .dim: isColored ? "2" : ""
    case .alarm: isColored ? "1;31" : "1"
    case .warning: isColored ? "33" : ""
    case .good: isColored ? "32" : ""
    case .name: isColored ? "36" : ""
    case .heading: isColored ? "30;42" : "7"
    case .selected: isColored ? "30;46" : "7"
    case .label: isColored ? "30;46" : "7"
    }
  }
}
