/// How two values are compared. By identity with None, True and False only.
public enum ExpressionComparison: String, CaseIterable, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case `in`
  case notIn = "not in"
  case `is`
  case isNot = "is not"
}
