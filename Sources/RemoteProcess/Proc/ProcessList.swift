/// The processes that the reader can see.
public enum ProcessList {
  /// All of them, ascending.
  public static func all() throws(ProcessError) -> [Int32] { try ProcDirectory.numbers(in: "/proc", pid: 0) }

  /// The parent of each process. Those that end meanwhile are left out.
  public static func parents() throws(ProcessError) -> [Int32: Int32] {
    var parents: [Int32: Int32] = [:]
    for pid in try all() {
      if let stat = try? ProcessStat(pid: pid) { parents[pid] = stat.parent }
    }
    return parents
  }

  /// The processes that `pid` started and that still run, ascending. `/proc/PID/task/TID/children` would be faster, but
  /// may leave one out while another ends.
  public static func children(of pid: Int32) throws(ProcessError) -> [Int32] {
    children(of: pid, parents: try parents())
  }

  /// The same out of `parents()`, for many questions at once.
  public static func children(of pid: Int32, parents: [Int32: Int32]) -> [Int32] {
    parents.compactMap { $0.value == pid ? $0.key : nil }.sorted()
  }

  /// The parent of `pid`, its parent, and so on up to the first process.
  public static func ancestors(of pid: Int32) throws(ProcessError) -> [Int32] {
    var ancestors: [Int32] = []
    var parent = try ProcessStat(pid: pid).parent
    // Pids are used anew, so that a chain read link by link could go round.
    while parent > 0, !ancestors.contains(parent) {
      ancestors.append(parent)
      guard let stat = try? ProcessStat(pid: parent) else { break }
      parent = stat.parent
    }
    return ancestors
  }
}
