/// The functions that an expression can use: no others are called, and no method.
public enum ExpressionFunction: String, CaseIterable, Sendable {
  case len, type, startswith, endswith, lower, upper, like, abs, min, max, defined

  /// How many values it takes.
  var argumentCount: Int {
    switch self {
    case .len, .type, .lower, .upper, .abs, .defined: 1
    case .startswith, .endswith, .like, .min, .max: 2
    }
  }

  /// All of them, as an error lists them.
  static var listed: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
