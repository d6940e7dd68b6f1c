import CPython
import Glibc
import RemoteProcess
import Sampling
import WebRequests

/// Looks at one process as `top` does once in every interval: what its threads do, its requests, its CPU and memory.
final class WorkerLook {
  let target: Target
  private let process: PythonProcess
  private var requestLook: RequestLook
  private var ticks: UInt64 = 0
  private var moment: Double = 0

  /// What one look gave.
  struct Outcome {
    var worker: TopWorker
    var threads: [TopThread]
    var requests: [RequestSummary]
  }

  /// - Parameter process: as it was opened for others; it is read through a memory of its own, for others forget theirs at
  ///   other times.
  init(_ target: Target, _ process: PythonProcess) {
    self.target = target
    self.process = PythonProcess(pid: process.pid, memory: process.memory, location: process.location)
    requestLook = RequestLook(target, process: self.process)
    if let stat = try? ProcessStat(pid: process.pid) { ticks = stat.userTime &+ stat.systemTime }
    moment = Self.now()
  }

  /// One look.
  /// - Parameter live: what sampling knows of its threads.
  func next(_ live: [LiveView.Thread]) throws(CommandError) -> Outcome {
    process.runtime.memory.forgetAll()
    let look: ProcessLook
    do throws(ReadError) { look = try ProcessLook(process) } catch {
      throw CommandError(reading: error, pid: process.pid)
    }
    var builder = DumpBuilder(look, options: .init())
    let dump = builder.dump(application: target.application, commandLine: "")
    let requests = try requestLook.next(withHeaders: false, threads: look).current
    let known = Dictionary(live.compactMap { thread in thread.nativeID.map { ($0, thread) } }) { first, _ in first }
    let version = dump.pythonVersion + (dump.isFreeThreaded ? "t" : "")
    var worker = TopWorker(pid: process.pid, application: target.application, pythonVersion: version)
    let seconds = measure(&worker)
    worker.isStopped = dump.isStopped
    worker.deadlocks = dump.deadlocks.map(\.summary)
    worker.problem = dump.problems.isEmpty ? nil : dump.problems.joined(separator: "; ")
    worker.gilHolder = dump.threads.first(where: \.holdsGIL).map { $0.name ?? "thread \($0.nativeID ?? 0)" }
    // Without a lock there is nothing to see.
    let looks = live.map(\.looks).max() ?? 0
    let hasLock = !dump.isFreeThreaded && looks > 0
    if hasLock { worker.gilPercent = percent(Double(live.reduce(0) { $0 + $1.looksWithGIL }), of: Double(looks)) }
    let threads = dump.threads.map { thread in
      let found = thread.nativeID.flatMap { known[$0] }
      return TopThread(
        pid: process.pid,
        cpuPercent: found?.cpuNanoseconds.flatMap { percent(Double($0) / 1e9, of: seconds) },
        gilPercent: hasLock ? found.flatMap { percent(Double($0.looksWithGIL), of: Double($0.looks)) } : nil,
        thread: thread)
    }
    return Outcome(
      worker: worker, threads: threads,
      requests: requests.map { requestLook.summary($0, withHeaders: false) })
  }

  /// What the kernel counted since the look before; for how many seconds that was.
  private func measure(_ worker: inout TopWorker) -> Double {
    let now = Self.now()
    let seconds = now - moment
    moment = now
    if let stat = try? ProcessStat(pid: process.pid) {
      let used = stat.userTime &+ stat.systemTime
      worker.threads = stat.threadCount
      worker.cpuPercent = percent(Double(used &- ticks) / Double(ProcessStat.ticksPerSecond), of: seconds)
      ticks = used
    }
    worker.residentBytes = (try? ProcessStatus(pid: process.pid))?.residentBytes
    return seconds
  }

  /// To a tenth.
  private func percent(_ part: Double, of whole: Double) -> Double? {
    whole > 0 ? (part / whole * 1000).rounded() / 10 : nil
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
