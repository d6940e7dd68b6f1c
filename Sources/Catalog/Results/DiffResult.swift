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

  /// Names of functions are the program's own; what a profile says of itself may name its threads.
  public mutating func redact(with redactor: inout Redactor) {
    comparison.before.about?.redact(with: &redactor)
    comparison.after.about?.redact(with: &redactor)
  }
}

extension ProfileFacts {
  fileprivate mutating func redact(with redactor: inout Redactor) {
    for index in filters.indices { filters[index] = redactor.redact(text: filters[index]) }
    for index in notes.indices { notes[index] = redactor.redact(text: notes[index]) }
  }
}
