/// Where the fields of `_asyncio.Task` and `_asyncio.Future` lie: Modules/_asynciomodule.c, `FutureObj_HEAD` and `TaskObj`.
///
/// The header is private to the module and in no installed file, so the table is made by hand; the tests hold it against every
/// Python found. Free-threaded objects have a head of 32 bytes instead of 16, which moves everything by `object.size - 16`.
///
///     3.8        … source_tb 64 | state 72, log_tb, blocking | dict 88 | weakreflist 96 | fut_waiter 104 | coro | name
///     3.9        … source_tb 64 | cancel_msg 72 | state 80 … dict 96 | weakreflist | cancelled_exc_state 112 (4 words) | fut_waiter 144 …
///     3.10       … exception_tb 56 | result 64 | source_tb | cancel_msg | state 88 … cancelled_exc_state 120 | fut_waiter 152 …
///     3.11, 3.12 as 3.10, but cancelled_exc is one word at 120 | fut_waiter 128 …
///     3.13       … cancelled_exc 88 | state 96, bits | fut_waiter 112 … (dict and weakrefs are managed)
///     3.14, 3.15 … cancelled_exc 88 | awaited_by 96 | state 104, is_task, awaited_by_is_set, bits | fut_waiter 120 … node 152
struct TaskLayout: Equatable, Sendable {
  var loop: Int
  /// The first callback; others are in the list `callbacks`, as tuples of callback and context.
  var callback: Int
  var callbacks: Int
  /// `fut_state`: 0 pending, 1 cancelled, 2 finished.
  var state: Int
  var futureWaiter: Int
  var coroutine: Int
  var name: Int
  /// A task or future, or a set of them (3.14+).
  var awaitedBy: Int?
  var awaitedByIsSet: Int?
  /// `struct llist_node` in the list of its thread or interpreter (3.14+).
  var node: Int?
  var size: Int

  init(_ layout: Layout) {
    let head = layout.object.size
    loop = head
    callback = head + 8
    callbacks = head + 24
    let version = layout.version
    let fields: (state: Int, waiter: Int) =
      if version < PythonVersion(hex: 0x0309_0000) {
        (56, 88)
      } else if version < PythonVersion(hex: 0x030a_0000) {
        (64, 128)
      } else if version < PythonVersion(hex: 0x030b_0000) {
        (72, 136)
      } else if version < PythonVersion(hex: 0x030d_0000) {
        (72, 112)
      } else if version < PythonVersion(hex: 0x030e_0000) {
        (80, 96)
      } else {
        (88, 104)
      }
    state = head + fields.state
    futureWaiter = head + fields.waiter
    coroutine = futureWaiter + 8
    name = futureWaiter + 16
    if version >= PythonVersion(hex: 0x030e_0000) {
      awaitedBy = head + 80
      awaitedByIsSet = head + 93
      node = futureWaiter + 32
      size = futureWaiter + 48
    } else {
      // Behind the name follow the context and the flags of cancellation.
      size = futureWaiter + 32
    }
  }
}
