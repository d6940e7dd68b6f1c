/// A name that an expression asks for, and where it stands.
public struct ExpressionName: Equatable, Sendable {
  public let text: String
  /// Counted from 1 in code points.
  public let column: Int
}
