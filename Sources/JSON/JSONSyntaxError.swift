/// Why a text is not JSON (RFC 8259), or more of it than is read.
public struct JSONSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong there.
  public let problem: String
  /// Of the first byte that does not fit, counted from 0.
  public let position: Int

  public var description: String { "\(problem) at byte \(position)" }
}
