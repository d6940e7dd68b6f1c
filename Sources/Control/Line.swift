public import Catalog
import Redaction

/// The one way that every command takes, whichever face it came from.
public struct Line: Sendable {
  private let gate: Gate

  public init(gate: Gate = Gate()) { self.gate = gate }

  /// Admits, executes, redacts.
  ///
  /// - Parameters:
  ///   - emit: takes the results of a command that goes on, redacted like the last one; false ends it.
  ///   - pace: seconds from one of these to the next; nil leaves it to the arguments.
  public func perform(
    _ request: Request, isCancelled: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (any CommandResult) -> Bool = { _ in false },
    pace: @escaping @Sendable () -> Double? = { nil }
  ) throws(CommandError) -> any CommandResult {
    try gate.admit(request)
    let redaction = SharedRedactor(Redactor(right: request.values))
    let context = ExecutionContext(
      isCancelled: isCancelled, emit: { emit(redaction.redacted($0)) }, pace: pace)
    do throws(CommandError) {
      return redaction.redacted(try request.entry.execute(request.arguments, context))
    } catch {
      // A message may quote what the target or the user said.
      throw CommandError(
        error.cause, redaction.redacted(error.message), hint: error.hint.map { redaction.redacted($0) })
    }
  }
}
