/// What `_asyncio` publishes of itself in the section `.AsyncioDebug` (3.14 and later).
///
///     +------------------------------+------------------------+-----------------------------------------+
///     | task: size, task_name,       | interpreter: size,     | thread: size, asyncio_running_loop,     |
///     | task_awaited_by,             | asyncio_tasks_head     | asyncio_running_task,                   |
///     | task_is_task,                |                        | asyncio_tasks_head                      |
///     | task_awaited_by_is_set,      |                        |                                         |
///     | task_coro, task_node         |                        |                                         |
///     | 7 × 8                        | 2 × 8                  | 4 × 8                                   |
///     +------------------------------+------------------------+-----------------------------------------+
extension DebugOffsets {
  static let asyncioInterpreterSizePosition = 56

  /// CPython 3.14 and 3.15, Modules/_asynciomodule.c (`Py_AsyncioModuleDebugOffsets`).
  static let asyncio = DebugOffsets(
    size: 104,
    fields: [
      .size("asyncio_task_object.size", at: 0) { $0.task.size = $1 },
      .member("asyncio_task_object.task_name", at: 8, of: 0) { $0.task.name = $1 },
      .member("asyncio_task_object.task_awaited_by", at: 16, of: 0) { $0.task.awaitedBy = $1 },
      .member("asyncio_task_object.task_is_task", at: 24, bytes: 1, of: 0) { $0.task.isTask = $1 },
      .member("asyncio_task_object.task_awaited_by_is_set", at: 32, bytes: 1, of: 0) { $0.task.awaitedByIsSet = $1 },
      .member("asyncio_task_object.task_coro", at: 40, of: 0) { $0.task.coroutine = $1 },
      .member("asyncio_task_object.task_node", at: 48, of: 0) { $0.task.node = $1 },
      .size("asyncio_interpreter_state.size", at: asyncioInterpreterSizePosition),
      .member("asyncio_interpreter_state.asyncio_tasks_head", at: 64, of: asyncioInterpreterSizePosition) {
        $0.interpreter.asyncioTasksHead = $1
      },
      .size("asyncio_thread_state.size", at: 72),
      .member("asyncio_thread_state.asyncio_running_loop", at: 80, of: 72) { $0.thread.asyncioRunningLoop = $1 },
      .member("asyncio_thread_state.asyncio_running_task", at: 88, of: 72) { $0.thread.asyncioRunningTask = $1 },
      .member("asyncio_thread_state.asyncio_tasks_head", at: 96, of: 72) { $0.thread.asyncioTasksHead = $1 },
    ])
}
