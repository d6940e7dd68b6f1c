extension Collection<Target> {
  /// What `read` says of each, in their order, and `failed` of those that it throws for; throws where that is all of them.
  ///
  /// - Parameter isCancelled: asked before each: those that are left are left out.
  func answers<Answer>(
    isCancelled: () -> Bool = { false }, _ read: (Target) throws(CommandError) -> Answer,
    failed: (Target, CommandError) -> Answer
  ) throws(CommandError) -> [Answer] {
    var answers: [Answer] = []
    var failures: [CommandError] = []
    for target in self where !isCancelled() {
      do throws(CommandError) { answers.append(try read(target)) } catch {
        failures.append(error)
        answers.append(failed(target, error))
      }
    }
    guard failures.isEmpty || failures.count < count else { throw CommandError(all: failures) }
    return answers
  }
}
