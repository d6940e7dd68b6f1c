/// What is reckoned of two numbers; texts can be added, too.
public enum ExpressionArithmetic: String, CaseIterable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divided = "/"
  case dividedDown = "//"
  case remainder = "%"
}
