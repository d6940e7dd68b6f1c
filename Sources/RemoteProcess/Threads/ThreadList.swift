/// The threads of a process.
public enum ThreadList {
  /// Their ids in the reader's PID namespace, ascending; the main thread's is the pid.
  public static func read(pid: Int32) throws(ProcessError) -> [Int32] {
    let threads = try ProcDirectory.numbers(in: "/proc/\(pid)/task", pid: pid)
    // The directory of a process that just ended is there and empty.
    guard !threads.isEmpty else { throw .noSuchProcess(pid: pid) }
    return threads
  }

  /// The ids by which the threads know themselves, in the innermost PID namespace, each with the reader's: what a
  /// `native_id` or a `pthread_t` found in memory is to be looked up with. The same numbers outside of containers.
  public static func innermostNumbers(pid: Int32) throws(ProcessError) -> [Int32: Int32] {
    Dictionary(try numbered(pid: pid).map { ($0.innermost, $0.tid) }) { _, last in last }
  }

  /// The same as a list, ascending by the reader's.
  public static func numbered(pid: Int32) throws(ProcessError) -> [(innermost: Int32, tid: Int32)] {
    let threads = try read(pid: pid)
    if try ProcessStatus(pid: pid).namespacePids.count <= 1 { return threads.map { ($0, $0) } }
    return threads.compactMap { tid in
      (try? ProcessStatus(pid: pid, tid: tid)).map { ($0.innermostPid ?? tid, tid) }
    }
  }
}
