import RemoteProcess

extension Runtime {
  /// The tasks of asyncio that are not done, of all interpreters and threads, running or not; no code runs for it.
  ///
  /// The target runs on meanwhile: each task says by its `quality` whether it stood still while it was read. A task that
  /// cannot be read is among them, with its `failure`. Bounded: `taskLimit` of one interpreter.
  public func tasks() throws(ReadError) -> [AsyncioTask] {
    var tasks: [AsyncioTask] = []
    var firstFailure: ReadError?
    for interpreter in try interpreters() {
      do throws(ReadError) {
        tasks += try TaskReader(self, interpreter).tasks()
      } catch {
        if error.isFinal { throw error }
        firstFailure = firstFailure ?? error
      }
    }
    if tasks.isEmpty, let firstFailure { throw firstFailure }
    return tasks
  }
}
