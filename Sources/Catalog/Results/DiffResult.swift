public import Profiles
public import Redaction

/// Two profiles beside each other.
public struct DiffResult: CommandResult {
  public let schema: String
  public var comparison: ProfileComparison
  /// Every function of either, those whose own time changed most first.
  public var changes: [FunctionChange]
  /// What makes the two hard to compare, in sentences.
  public var warnings: [String]

  public init(comparison: ProfileComparison) {
    schema = "ispyd.diff/1"
    self.comparison = comparison
    changes = comparison.changes()
    warnings = comparison.warnings
  }

  /// Names of functions are the program's own, and nothing of its threads is in it.
  public mutating func redact(with redactor: inout Redactor) {}
}
