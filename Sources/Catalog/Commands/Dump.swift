import CPython
import RemoteProcess

extension CatalogEntry {
  /// `ispy dump`: where every thread stands.
  static let dump = CatalogEntry(
    CommandSpecification(
      name: "dump", rung: .inspect, summary: "Show where every thread, task and greenlet stands",
      discussion: """
        Shows all threads of the processes, most interesting first: deadlocked, running, waiting in the application's code, \
        waiting in a server's idle loop. Each with its name and native id, what it is doing or waiting for, whether it holds \
        the GIL, and its stack, innermost frame first. Waits for locks say who holds the lock where that can be known; a ring \
        of threads that wait for each other is named as a deadlock.

        The target is not stopped: a stack that changed while it was read is read again, and marked as uncertain if it never \
        stood still. With --stop each thread is held for the microseconds that its stack takes to read.
        """,
      parameters: [
        .targets(),
        .flag("locals", short: "l", "show the variables of every frame, redacted"),
        .flag("tasks", short: "t", "show asyncio tasks with what each awaits, and greenlets"),
        .flag("stop", "hold each thread while its stack is read: nothing is uncertain then"),
        .option("depth", .integer(1...20), default: "3", "how deep containers are opened, with --locals"),
        .option("width", .integer(1...1000), default: "10", "items shown of a container, with --locals"),
        .option("length", .integer(1...100_000), default: "120", "characters shown of a text, with --locals"),
      ],
      cost: "reads some hundred kilobytes of its memory; with --stop each thread stands still for under 100 us",
      examples: [
        .init("ispy dump shop", "all workers of the application shop"),
        .init("ispy dump --locals 4711", "one process, with variables"),
        .init("ispy dump --tasks --json 4711 | jq '.processes[].tasks'", "its asyncio tasks as data"),
      ], schema: "ispyd.dump/1"), result: DumpResult.self
  ) { arguments, context throws(CommandError) in
    var options = DumpBuilder.Options()
    options.locals = arguments.has("locals")
    options.tasks = arguments.has("tasks")
    options.stop = arguments.has("stop")
    options.limits.depth = arguments.integer("depth") ?? options.limits.depth
    options.limits.width = arguments.integer("width") ?? options.limits.width
    options.limits.length = arguments.integer("length") ?? options.limits.length
    var result = DumpResult(processes: [])
    var failures: [CommandError] = []
    for target in context.targets where !context.isCancelled() {
      do throws(CommandError) {
        result.processes.append(try dump(target, options: options))
      } catch {
        // One of many workers may end at any time; the others are shown all the same.
        failures.append(error)
        result.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard !result.processes.isEmpty || failures.isEmpty else { throw CommandError(all: failures) }
    return result
  }

  private static func dump(
    _ target: Target, options: DumpBuilder.Options
  ) throws(CommandError) -> ProcessDump {
    let process = try target.open()
    do throws(ReadError) {
      var builder = try DumpBuilder(process, options: options)
      return builder.dump(application: target.application, commandLine: target.commandLine)
    } catch {
      throw CommandError(reading: error, pid: target.pid)
    }
  }
}

extension CommandError {
  /// A failure in the middle of reading.
  init(reading error: ReadError, pid: Int32) {
    switch error {
    case .memory(.processGone):
      self.init(.noSuchProcess, "process \(pid) ended while it was read", hint: "ispy ps lists those that run")
    case .memory(.notPermitted):
      self.init(.notPermitted, "cannot read process \(pid): permission denied", hint: "see: ispy doctor \(pid)")
    default: self.init(.failed, "process \(pid): \(error)", hint: "it may be changing: try once more")
    }
  }
}
