/// Why a text is no expression, or one that is not allowed.
public struct ExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong there, and what is expected in its place.
  public let problem: String
  /// Of the first character that does not fit, counted from 1 in code points.
  public let column: Int

  public var description: String { "column \(column): \(problem)" }
}
