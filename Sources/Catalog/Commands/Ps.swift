import CPython
import Glibc
import RemoteProcess

extension CatalogEntry {
  /// `ispy ps`: the Python processes of this host.
  static let ps = CatalogEntry(
    CommandSpecification(
      name: "ps", rung: .observe, summary: "List the Python processes of this host",
      discussion: """
        Shows each process that runs Python: its application (from the server's arguments or title), server and role, Python \
        version, threads, CPU, memory, age, user and container. Processes that cannot be read are listed too, with the \
        reason. The name in the column APPLICATION is what other commands take as TARGET.
        """,
      cost: "none beyond files under /proc and the words of its memory that say which Python it is",
      examples: [
        .init("ispy ps", "all Python processes"),
        .init("ispy ps --json", "the same for a program"),
      ], schema: "ispyd.ps/1"), result: ProcessListResult.self
  ) { _, context throws(CommandError) in
    do throws(ProcessError) {
      return ProcessListResult(
        processes: summaries(of: try ProcessTable().rows.filter { context.isVisible($0.target) }))
    } catch {
      throw CommandError(listing: error)
    }
  }

  private static func summaries(of rows: [ProcessTable.Row]) -> [ProcessSummary] {
    let users = UserNames()
    let own = Container(pid: getpid())
    return rows.compactMap { row in
      guard let stat = try? ProcessStat(pid: row.pid), let status = try? ProcessStatus(pid: row.pid) else { return nil }
      let age = stat.age()
      let cpu = Double(stat.userTime &+ stat.systemTime) / Double(ProcessStat.ticksPerSecond)
      return ProcessSummary(
        pid: row.pid, parent: row.parent, application: row.application,
        pythonVersion: row.location.map { $0.version.description + ($0.layout.isFreeThreaded ? "t" : "") },
        threads: stat.threadCount, cpuPercent: age > 0 ? 100 * cpu / age : 0, residentBytes: status.residentBytes,
        ageSeconds: age, user: users.name(of: status.users.effective),
        container: Container.shown(of: row.pid, own: own)?.label,
        commandLine: row.arguments.joined(separator: " "), problem: row.problem.map { CommandError($0).description })
    }
  }
}
