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
    let threads = try read(pid: pid)
    if try ProcessStatus(pid: pid).namespacePids.count <= 1 {
      return Dictionary(uniqueKeysWithValues: threads.map { ($0, $0) })
    }
    var numbers: [Int32: Int32] = [:]
    for tid in threads {
      guard let status = try? ProcessStatus(pid: pid, tid: tid) else { continue }
      numbers[status.innermostPid ?? tid] = tid
    }
    return numbers
  }
}
