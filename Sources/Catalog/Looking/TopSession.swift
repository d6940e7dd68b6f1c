import CPython
import Glibc
import Profiles
import RemoteProcess
import Sampling

/// Samples processes, and makes a result of every interval: of their functions, threads, requests and figures.
///
/// All of it happens on the thread that calls it. A look at threads and requests takes some milliseconds once in an
/// interval; samples that it delays are counted as missed like any others.
final class TopSession {
  private let plan: RecordingPlan
  private let context: ExecutionContext
  /// Results at most; nil for no end.
  private let count: Int?
  private var newcomers: NewcomerSearch
  private var looks: [WorkerLook] = []
  private var functions = FunctionTimes()
  /// Of the recording as a whole, as it was at the last result.
  private var before: ProfileFacts?
  private var emitted = 0
  private var last: TopResult?
  /// Processes that were meant and could not be opened.
  private var unread: [UnreadProcess] = []
  private var isOver = false

  init(_ words: [String], plan: RecordingPlan, count: Int?, _ context: ExecutionContext) {
    self.plan = plan
    self.count = count
    self.context = context
    newcomers = NewcomerSearch(words)
  }

  /// Goes on until so many results were emitted, it is told to end, or all processes have ended.
  func run(interval: Double) throws(CommandError) -> EndOfResults {
    var opened: [Recorder.Target] = []
    var failures: [CommandError] = []
    for target in context.targets {
      do throws(CommandError) { opened.append(try open(target)) } catch {
        failures.append(error)
        unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard !opened.isEmpty else { throw CommandError(all: failures) }
    repeat {
      try record(opened, interval: interval)
      guard !isOver, !context.isCancelled() else { return EndOfResults(isPartial: !unread.isEmpty) }
      // Sampling ended by itself: there is nobody left. A server that is reloaded is between two sets of workers.
      opened = successors()
    } while !opened.isEmpty
    return try end()
  }

  private func record(_ targets: [Recorder.Target], interval: Double) throws(CommandError) {
    let context = context
    let surroundings = Recorder.Surroundings(
      isCancelled: context.isCancelled,
      newTargets: { [self] known in
        newcomers.targets(besides: known, context).compactMap { try? open($0) }
      },
      live: (
        interval: { max(context.pace() ?? interval, 0.1) },
        take: { [self] view in take(view) }
      ))
    do throws(ThreadStopError) { _ = try Recorder(targets, plan: plan).run(surroundings) } catch {
      throw CommandError(.failed, "no thread was stopped: \(error)")
    }
  }

  /// Those that the same words mean within some seconds, and for which counting begins anew.
  private func successors() -> [Recorder.Target] {
    let old = looks
    let end = ContinuousClock.now + .seconds(5)
    while newcomers.isPossible, ContinuousClock.now < end, context.wait(0.2) {
      looks = []
      let opened = context.newcomers([]).compactMap { try? open($0) }
      guard !opened.isEmpty else { continue }
      functions = FunctionTimes()
      before = nil
      return opened
    }
    looks = old
    return []
  }

  private func end() throws(CommandError) -> EndOfResults {
    guard var last else {
      throw CommandError(
        .noSuchProcess, "process \(looks.first?.target.pid ?? 0) ended while it was read",
        hint: "ispy ps lists those that run")
    }
    last.hasEnded = true
    last.unread = looks.map { UnreadProcess(pid: $0.target.pid, problem: "process \($0.target.pid) has ended") }
    _ = context.emit(last)
    return EndOfResults(isPartial: true)
  }

  // MARK: - Processes

  private func open(_ target: Target) throws(CommandError) -> Recorder.Target {
    let opened = try CatalogEntry.open(target)
    looks.append(WorkerLook(target, opened.process))
    return opened
  }

  // MARK: - Results

  /// False ends it.
  private func take(_ view: LiveView) -> Bool {
    functions.add(view.profile, seconds: view.seconds)
    var result = TopResult(time: Self.time(), sampling: sampling(view))
    result.unread = unread
    var kept: [WorkerLook] = []
    for look in looks {
      let pid = look.target.pid
      do throws(CommandError) {
        let outcome = try look.next(view.threads.filter { $0.pid == pid })
        result.workers.append(outcome.worker)
        result.threads += outcome.threads
        result.requests += outcome.requests
        kept.append(look)
      } catch  where error.cause == .noSuchProcess {
        result.unread.append(UnreadProcess(pid: pid, problem: "process \(pid) has ended"))
      } catch {
        // It changed under the look: the next one may do better.
        result.unread.append(UnreadProcess(pid: pid, problem: error.description))
        kept.append(look)
      }
    }
    // The last look at those that are all gone is not to be overwritten with nothing.
    guard !kept.isEmpty else { return true }
    for gone in looks where !kept.contains(where: { $0 === gone }) { functions.forget(gone.target.pid) }
    looks = kept
    result.functions = functions.result()
    result.requests.sort { ($0.seconds ?? -1) > ($1.seconds ?? -1) }
    last = result
    emitted += 1
    isOver = !context.emit(result) || emitted == count
    return !isOver
  }

  private func sampling(_ view: LiveView) -> TopSampling {
    let about = view.profile.about
    let seconds = about.seconds - (before?.seconds ?? 0)
    let asked = seconds * plan.rate
    let missed = Double(about.missed - (before?.missed ?? 0))
    defer { before = about }
    return TopSampling(
      mode: plan.mode.rawValue, rate: plan.rate,
      reachedRate: asked > 0 ? (plan.rate * max(0, asked - missed) / asked * 10).rounded() / 10 : 0,
      seconds: (view.seconds * 1000).rounded() / 1000, secondsSinceStart: (about.seconds * 1000).rounded() / 1000,
      samples: about.samples, uncertain: about.uncertain, failed: about.failed,
      ownCPUPercent: view.seconds > 0
        ? ((about.ownCPU - (before?.ownCPU ?? 0)) / view.seconds * 1000).rounded() / 10 : 0)
  }

  private static func time() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + (Double(time.tv_nsec) / 1e6).rounded() / 1e3
  }
}
