import CPython
import RemoteProcess

/// The Python processes of this host, each with the application that it belongs to.
struct ProcessTable {
  struct Row {
    let pid: Int32
    /// In clock ticks since the machine started.
    let startTime: UInt64
    let parent: Int32
    var application: Application
    let arguments: [String]
    /// Nil where it could not be read; `problem` says why.
    let location: RuntimeLocation?
    let problem: DiscoveryError?

    var target: Target {
      Target(
        pid: pid, startTime: startTime, application: application, commandLine: arguments.joined(separator: " "),
        location: location)
    }
  }

  private(set) var rows: [Row] = []

  /// Looks at every process. Processes that are not Python are left out; Python that may not be read is not.
  ///
  /// - Parameter patience: looks into processes for so long only; the rest are told by their command lines alone, which
  ///   leaves out those whose command line does not say that they are Python.
  init(patience: Duration? = nil) throws(ProcessError) {
    let end = patience.map { ContinuousClock.now + $0 }
    var stats: [Int32: ProcessStat] = [:]
    var all: [Int32: [String]] = [:]
    for pid in try ProcessList.all() {
      guard let stat = try? ProcessStat(pid: pid), !stat.state.isDead else { continue }
      stats[pid] = stat
      guard let arguments = try? ProcessArguments(pid: pid).arguments, !arguments.isEmpty else { continue }
      all[pid] = arguments
    }
    for (pid, arguments) in all {
      guard let stat = stats[pid] else { continue }
      let isLate = end.map { ContinuousClock.now >= $0 } ?? false
      let row =
        isLate
        ? Self.row(named: pid, stat, arguments: arguments, problem: nil)
        : Self.row(pid: pid, stat, arguments: arguments)
      if let row { rows.append(row) }
    }
    rows.sort { $0.pid < $1.pid }
    Self.giveRoles(&rows)
  }

  /// The role of one process; nil where it is not Python. Its own words say little of it: its children tell.
  static func role(of pid: Int32) -> Application.Role? {
    (try? ProcessTable(patience: .seconds(2)))?.rows.first { $0.pid == pid }?.application.role
  }

  /// Whether a process would be in the table, without a look at any other.
  static func lists(_ pid: Int32) -> Bool {
    guard let stat = try? ProcessStat(pid: pid), !stat.state.isDead,
      let arguments = try? ProcessArguments(pid: pid).arguments, !arguments.isEmpty
    else { return false }
    return row(pid: pid, stat, arguments: arguments) != nil
  }

  /// The application of one process, without a look at all others: its ancestors may have to say what it is, as far up as
  /// one may be of the same application as the one below it.
  static func application(of pid: Int32, _ stat: ProcessStat, arguments: [String]) -> Application {
    func row(_ pid: Int32, _ stat: ProcessStat, _ words: [String]) -> Row {
      Row(
        pid: pid, startTime: stat.startTime, parent: stat.parent,
        application: Application(ofPythonIn: words, directory: ProcessPaths(pid: pid).workingDirectory),
        arguments: words, location: nil, problem: nil)
    }
    var rows = [row(pid, stat, arguments)]
    while rows.count < 4, let child = rows.last, child.parent > 0,
      let words = try? ProcessArguments(pid: child.parent).arguments, mayBelong(child, to: words),
      let stat = try? ProcessStat(pid: child.parent)
    {
      rows.append(row(child.parent, stat, words))
    }
    guard rows.count > 1 else { return rows[0].application }
    giveRoles(&rows)
    return rows[0].application
  }

  /// Whether the process above may have to say what one is: it is a worker, or was started as one by its parent.
  private static func mayBelong(_ child: Row, to above: [String]) -> Bool {
    child.application.role == .worker || PythonCommandLine.Helper(child.arguments) != nil
      || isAlike(child.arguments, above)
  }

  private static func row(pid: Int32, _ stat: ProcessStat, arguments: [String]) -> Row? {
    do throws(DiscoveryError) {
      let memory = try PythonProcess.memory(pid: pid)
      let location = try RuntimeLocation.find(pid: pid, memory: memory, isThorough: false)
      return Row(
        pid: pid, startTime: memory.startTime, parent: stat.parent,
        application: Application(ofPythonIn: arguments, directory: ProcessPaths(pid: pid).workingDirectory),
        arguments: arguments, location: location, problem: nil)
    } catch .noSuchProcess, .zombie {
      return nil
    } catch {
      // Without the right to read, a name is all there is to tell Python by; and a Python that has no runtime of ours (PyPy,
      // 2.7) is one by name only.
      if case .notPython = error, !isNamedPython(arguments) { return nil }
      return row(named: pid, stat, arguments: arguments, problem: error)
    }
  }

  /// By the command line alone.
  private static func row(named pid: Int32, _ stat: ProcessStat, arguments: [String], problem: DiscoveryError?) -> Row?
  {
    let directory = ProcessPaths(pid: pid).workingDirectory
    guard isNamedPython(arguments) || Application(arguments: arguments, directory: directory) != nil else { return nil }
    return Row(
      pid: pid, startTime: stat.startTime, parent: stat.parent,
      application: Application(ofPythonIn: arguments, directory: directory), arguments: arguments, location: nil,
      problem: problem)
  }

  private static func isNamedPython(_ arguments: [String]) -> Bool {
    arguments.first.map(PythonCommandLine.isInterpreter) ?? false
  }

  /// Gives processes that do not say it themselves their application and role: their parent tells. A worker forked from a
  /// master has its command line, one that `multiprocessing` started anew has none of its own, and a title may leave the
  /// application out.
  static func giveRoles(_ rows: inout [Row]) {
    let index = Dictionary(rows.enumerated().map { ($1.pid, $0) }, uniquingKeysWith: { first, _ in first })
    // Parents before their children: what one of them is passes on.
    for position in order(rows, index) {
      guard let parent = index[rows[position].parent], parent != position else { continue }
      let (child, above) = (rows[position], rows[parent])
      let helper = PythonCommandLine.Helper(child.arguments)
      if helper == .resourceTracker { continue }
      if child.application.role == .worker {
        // The title of a celery worker names its node only.
        guard child.application.server == above.application.server, above.application.role == .master else { continue }
        rows[position].application.name = above.application.name ?? child.application.name
        continue
      }
      guard helper != nil || isAlike(child.arguments, above.arguments) else { continue }
      rows[position].application = above.application
      // A fork server runs nothing of the application: its children do.
      let isForkServer = helper == .forkServer && PythonCommandLine.Helper(above.arguments) != .forkServer
      rows[position].application.role = isForkServer ? .master : .worker
      if above.application.role == .single, startsWorkers(above, spawned: helper != nil) {
        rows[parent].application.role = .master
      }
    }
  }

  /// Whether its children serve in its place. Where that is not sure it stays what it is, and is looked at as well.
  private static func startsWorkers(_ row: Row, spawned: Bool) -> Bool {
    guard let name = row.application.server else { return false }
    if let server = Server.known.first(where: { $0.name == name }) {
      return server.startsWorkers(row.arguments, spawned: spawned)
    }
    return name.hasPrefix("django runserver") && !spawned
  }

  /// The rows by their depth in the tree of processes.
  private static func order(_ rows: [Row], _ index: [Int32: Int]) -> [Int] {
    let depths = rows.map { row in
      var depth = 0
      var parent = row.parent
      // Numbers read one after the other may even form a ring.
      while let above = index[parent], depth < rows.count {
        depth += 1
        parent = rows[above].parent
      }
      return depth
    }
    return rows.indices.sorted { depths[$0] == depths[$1] ? $0 < $1 : depths[$0] < depths[$1] }
  }

  /// Whether both run the same program with the same words, by whatever name the interpreter was called: a reloader starts
  /// `/usr/bin/python3 manage.py` for `python manage.py`.
  private static func isAlike(_ child: [String], _ parent: [String]) -> Bool {
    if child == parent { return true }
    guard let program = PythonCommandLine.program(of: child), !program.isEmpty else { return false }
    return program == PythonCommandLine.program(of: parent)
  }
}
