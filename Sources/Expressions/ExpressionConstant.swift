import JSON

/// A value that is written out in an expression.
public enum ExpressionConstant: Equatable, Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// Finite.
  case float(Double)
  case text(String)

  var json: JSONValue {
    switch self {
    case .none: .null
    case .bool(let flag): .bool(flag)
    case .integer(let number): .number(number.description)
    case .float(let number): .number(number.description)
    case .text(let text): .string(text)
    }
  }
}
