/// Something wrong in a file, at its place.
public struct PolicyProblem: Codable, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  public let column: Int
  public let message: String
  /// It works, but hardly as it is meant.
  public let isWarning: Bool

  public init(line: Int, column: Int, message: String, isWarning: Bool = false) {
    self.line = line
    self.column = column
    self.message = message
    self.isWarning = isWarning
  }

  /// `12:5: error: …`, as compilers write it.
  public var description: String { "\(line):\(column): \(isWarning ? "warning" : "error"): \(message)" }
}
