import CPython
import Redaction
import Values

extension CatalogEntry {
  /// `ispy redact check TARGET`: what redaction does with the values of a process.
  static let redactCheck = CatalogEntry(
    CommandSpecification(
      name: "redact check", rung: .inspect,
      summary: "Show what redaction withholds of a process's values, and what it lets out",
      discussion: """
        Reads the variables of all frames as dump --locals does, and says of each that holds a secret where it is and what \
        kind of secret it was taken for, and how many values would be shown. With --all the values that would be shown are \
        listed too, as they would be: that is the list to read before a team is given --values redacted.
        """,
      parameters: [
        .targets(), .flag("all", short: "a", "list the values that would be shown too"),
        .option("limit", .integer(1...100_000), default: "200", "values listed of each process"),
      ],
      cost: "reads the values of all frames once, as dump --locals does",
      examples: [
        .init("ispy redact check shop", "what is withheld in the workers of shop"),
        .init("ispy redact check 4711 --all", "and what would be shown"),
      ], schema: "ispyd.redact.check/1"), result: RedactionCheckResult.self
  ) { arguments, context throws(CommandError) in
    var result = RedactionCheckResult(
      processes: [], listsAll: arguments.has("all"), limit: arguments.integer("limit") ?? 200)
    var options = DumpBuilder.Options()
    options.locals = true
    options.tasks = true
    var failures: [CommandError] = []
    for target in context.targets where !context.isCancelled() {
      do throws(CommandError) {
        let process = try target.open()
        do throws(ReadError) {
          var builder = try DumpBuilder(process, options: options)
          let dump = builder.dump(application: target.application, commandLine: target.commandLine)
          result.processes.append(CheckedProcess(pid: target.pid, dump: dump))
        } catch {
          throw CommandError(reading: error, pid: target.pid)
        }
      } catch {
        failures.append(error)
        result.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard !result.processes.isEmpty || failures.isEmpty else { throw CommandError(all: failures) }
    return result
  }
}
