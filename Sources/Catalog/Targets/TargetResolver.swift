import CPython
import RemoteProcess

/// Turns what a user calls a target into processes.
///
/// A TARGET is a pid, the name of an application (then all its workers), or `PID/children`.
public struct TargetResolver {
  private var table: ProcessTable?
  private let isTold: (Target) -> Bool

  /// - Parameter isTold: whether who asks may learn that a process is there, where none is called as they said.
  public init(isTold: @escaping (Target) -> Bool = { _ in true }) { self.isTold = isTold }

  /// The processes that these words mean, each once, in the order of the words.
  public mutating func resolve(_ words: [String]) throws(CommandError) -> [Target] {
    var targets: [Target] = []
    for word in words {
      for target in try resolve(word) where !targets.contains(where: { $0.pid == target.pid }) {
        targets.append(target)
      }
    }
    return targets
  }

  /// Exactly one process.
  mutating func resolveOne(_ word: String) throws(CommandError) -> Target {
    let targets = try resolve(word)
    guard targets.count == 1, let target = targets.first else {
      let pids = targets.map { String($0.pid) }.joined(separator: ", ")
      throw CommandError(
        .ambiguousTarget, "\(word) is \(targets.count) processes: \(pids)", hint: "name one by its pid")
    }
    return target
  }

  private mutating func resolve(_ word: String) throws(CommandError) -> [Target] {
    switch try TargetWord(word) {
    case .process(let pid): return [try single(pid)]
    case .children(let pid): return try children(of: pid)
    case .application(let name): return try named(name)
    }
  }

  private func single(_ pid: Int32) throws(CommandError) -> Target {
    guard let stat = try? ProcessStat(pid: pid) else { throw CommandError(DiscoveryError.noSuchProcess(pid: pid)) }
    guard !stat.state.isDead else { throw CommandError(DiscoveryError.zombie(pid: pid)) }
    let arguments = (try? ProcessArguments(pid: pid).arguments) ?? []
    return Target(
      pid: pid, startTime: stat.startTime, application: ProcessTable.application(of: pid, stat, arguments: arguments),
      commandLine: arguments.reduce(into: "") { line, word in line += line.isEmpty ? word : " " + word })
  }

  private mutating func children(of pid: Int32) throws(CommandError) -> [Target] {
    _ = try single(pid)
    let found = try rows().filter { $0.parent == pid }
    guard !found.isEmpty else {
      throw CommandError(.noSuchTarget, "process \(pid) has no children that run Python", hint: "see: ispy ps")
    }
    return found.map(\.target)
  }

  private mutating func named(_ name: String) throws(CommandError) -> [Target] {
    let rows = try rows()
    let found = rows.filter { $0.application.isNamed(name) }
    guard !found.isEmpty else {
      let known = Set(rows.filter { isTold($0.target) }.compactMap(\.application.name))
      let near = Suggestion.nearest(to: name, in: known.sorted()).map { "did you mean \($0)?" }
      throw CommandError(
        .noSuchTarget, "no running Python application is called \(name)",
        hint: near ?? (known.isEmpty ? "see: ispy ps" : "running: \(known.sorted().prefix(8).joined(separator: ", "))"))
    }
    // A master serves nobody: it is meant only where it is all there is.
    let workers = found.filter { $0.application.role != .master }
    return (workers.isEmpty ? found : workers).map(\.target)
  }

  private mutating func rows() throws(CommandError) -> [ProcessTable.Row] {
    if let table { return table.rows }
    do throws(ProcessError) {
      let made = try ProcessTable()
      table = made
      return made.rows
    } catch {
      throw CommandError(listing: error)
    }
  }
}

extension CommandError {
  /// Why there is no list of processes.
  init(listing error: ProcessError) {
    self.init(.failed, "the processes could not be listed: \(error)", hint: "is /proc mounted here?")
  }

  /// What discovery says, with what to do about it.
  init(_ error: DiscoveryError) {
    switch error {
    case .noSuchProcess: self.init(.noSuchProcess, error.description, hint: "ispy ps lists the Python processes")
    case .zombie:
      self.init(.zombie, error.description, hint: "its parent has only to reap it")
    case .notPermitted(let pid):
      self.init(.notPermitted, error.description, hint: "ispy doctor \(pid) says what would permit it")
    case .notPython, .kernelThread: self.init(.notPython, error.description, hint: "ispy ps lists the Python processes")
    case .unknownBuild:
      let known = "ispy reads release builds of CPython \(Layout.oldest) to \(Layout.newest)"
      self.init(.unknownBuild, error.description, hint: known)
    case .notRunning: self.init(.failed, error.description, hint: "try once more in a moment")
    case .unreadable(let pid, let error): self.init(reading: error, pid: pid)
    }
  }
}
