import JSON

/// A part of an expression, with what it is made of.
public indirect enum ExpressionNode: Equatable, Sendable {
  case name(String)
  case special(ExpressionSpecial)
  case constant(ExpressionConstant)
  case attribute(ExpressionNode, String)
  case item(ExpressionNode, ExpressionNode)
  case not(ExpressionNode)
  case negative(ExpressionNode)
  case and(ExpressionNode, ExpressionNode)
  case or(ExpressionNode, ExpressionNode)
  case comparison(ExpressionComparison, ExpressionNode, ExpressionNode)
  case arithmetic(ExpressionArithmetic, ExpressionNode, ExpressionNode)
  case call(ExpressionFunction, [ExpressionNode])

  /// As the agent takes it (Documentation/Expressions.md).
  public var json: JSONValue {
    switch self {
    case .name(let name): Self.list("name", .string(name))
    case .special(let special): Self.list("special", .string(special.rawValue))
    case .constant(let constant): Self.list("const", constant.json)
    case .attribute(let of, let name): Self.list("attr", of.json, .string(name))
    case .item(let of, let index): Self.list("item", of.json, index.json)
    case .not(let operand): Self.list("not", operand.json)
    case .negative(let operand): Self.list("neg", operand.json)
    case .and(let left, let right): Self.list("and", left.json, right.json)
    case .or(let left, let right): Self.list("or", left.json, right.json)
    case .comparison(let sign, let left, let right):
      Self.list("cmp", .string(sign.rawValue), left.json, right.json)
    case .arithmetic(let sign, let left, let right):
      Self.list("arith", .string(sign.rawValue), left.json, right.json)
    case .call(let function, let arguments):
      Self.list("call", .string(function.rawValue), .array(arguments.map(\.json)))
    }
  }

  private static func list(_ kind: String, _ parts: JSONValue...) -> JSONValue { .array([.string(kind)] + parts) }
}
