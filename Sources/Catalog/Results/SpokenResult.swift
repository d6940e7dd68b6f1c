public import Redaction

/// What a command says while it talks with whoever gave it: some text, as it is to be shown.
public struct SpokenResult: CommandResult, Equatable {
  /// `ispyd.python.console/1` for the command `console` of the plugin `python`.
  public var schema: String
  public var text: String
  /// How it ended, in words; nil until then, and where it ended as it was told.
  public var problem: String?

  public init(schema: String, _ text: String, problem: String? = nil) {
    self.schema = schema
    self.text = text
    self.problem = problem
  }

  public var failure: CommandError.Cause? { problem == nil ? nil : .failed }

  /// It may be anything: without the right to values it is not shown at all.
  public mutating func redact(with redactor: inout Redactor) {
    guard redactor.right >= .redacted else {
      text = text.isEmpty ? "" : "<withheld: \(text.count) characters>\n"
      problem = problem.map { _ in "it failed" }
      return
    }
    text = redactor.redact(text: text)
    problem = problem.map { redactor.redact(text: $0) }
  }
}
