import CPython
import RemoteProcess

/// The Python processes of this host, each with the application that it belongs to.
struct ProcessTable {
  struct Row {
    let pid: Int32
    let parent: Int32
    var application: Application
    let arguments: [String]
    /// Nil where it could not be read; `problem` says why.
    let location: RuntimeLocation?
    let problem: DiscoveryError?
  }

  private(set) var rows: [Row] = []

  /// Looks at every process. Processes that are not Python are left out; Python that may not be read is not.
  init() throws(ProcessError) {
    var parents: [Int32: Int32] = [:]
    var all: [Int32: [String]] = [:]
    for pid in try ProcessList.all() {
      guard let stat = try? ProcessStat(pid: pid), !stat.state.isDead else { continue }
      parents[pid] = stat.parent
      guard let arguments = try? ProcessArguments(pid: pid).arguments, !arguments.isEmpty else { continue }
      all[pid] = arguments
    }
    for (pid, arguments) in all {
      if let row = Self.row(pid: pid, parent: parents[pid] ?? 0, arguments: arguments) { rows.append(row) }
    }
    rows.sort { $0.pid < $1.pid }
    giveRoles()
  }

  private static func row(pid: Int32, parent: Int32, arguments: [String]) -> Row? {
    let application = Application(arguments: arguments)
    do throws(DiscoveryError) {
      let memory = try PythonProcess.memory(pid: pid)
      let location = try RuntimeLocation.find(pid: pid, memory: memory, isThorough: false)
      return Row(
        pid: pid, parent: parent, application: application ?? Application(name: nil, server: nil), arguments: arguments,
        location: location, problem: nil)
    } catch .noSuchProcess, .zombie {
      return nil
    } catch {
      // Without the right to read, a name is all there is to tell Python by; and a Python that has no runtime of ours (PyPy,
      // 2.7) is one by name only.
      let isNamedPython = arguments.first.map(Application.isInterpreter) ?? false
      if case .notPython = error, !isNamedPython { return nil }
      guard isNamedPython || application != nil else { return nil }
      return Row(
        pid: pid, parent: parent, application: application ?? Application(name: nil, server: nil),
        arguments: arguments, location: nil, problem: error)
    }
  }

  /// Workers forked from a master have its command line, or none of their own (`spawn`): the parent tells.
  private mutating func giveRoles() {
    let index = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.pid, $0) })
    var parents: [Int: Int] = [:]
    for position in rows.indices {
      if let parent = index[rows[position].parent], isWorker(rows[position], of: rows[parent]) {
        parents[position] = parent
      }
    }
    for (position, parent) in parents {
      // A worker may have forked as well: the application is that of the first one. Bounded: pids may be given anew while
      // the list is read, so that the parents run in a ring.
      var first = parent
      for _ in rows.indices { first = parents[first] ?? first }
      rows[position].application = rows[first].application
      rows[position].application.role = .worker
    }
    for first in Set(parents.values) where parents[first] == nil && rows[first].application.role == .single {
      rows[first].application.role = .master
    }
  }

  private func isWorker(_ row: Row, of parent: Row) -> Bool {
    if row.arguments.contains(where: { $0.contains("resource_tracker") }) { return false }
    if row.arguments == parent.arguments { return true }
    return row.application.name == nil && row.arguments.contains("-c") && parent.application.server != nil
  }
}
