import CPython
import Glibc
import RemoteProcess
import Sampling
import WebRequests

/// Looks at the requests of some processes again and again, and shows those that took long, with what they were seen to do.
/// Nothing runs in the processes. Workers that the server replaces are followed too.
struct SlowRequestWatch {
  /// What was asked for.
  struct Plan: Equatable {
    var slower = 1.0
    var filter: RequestFilter?
    /// Requests shown at most.
    var hits = 100
    var seconds = 600.0
    /// Looks a second at most.
    var rate = 10
  }

  private let plan: Plan
  private let context: ExecutionContext
  private var newcomers: NewcomerSearch
  private var watched: [Watched] = []
  private var book: SlowRequestBook
  private var looks = 0
  private var shown = 0
  private var lastSearch = ContinuousClock.now
  private let start = ContinuousClock.now

  private struct Watched {
    var look: RequestLook
    let statements: StatementFinder
  }

  /// Between two searches for new workers, unless one has gone: then it is at once.
  private static let searchPeriod = Duration.seconds(1)
  /// A server that is reloaded may be between two sets of workers.
  private static let reloadTime = Duration.seconds(5)

  init(_ words: [String], plan: Plan, _ context: ExecutionContext) {
    self.plan = plan
    self.context = context
    newcomers = NewcomerSearch(words)
    book = SlowRequestBook(slower: plan.slower, filter: plan.filter)
  }

  /// Goes on until its time is over, so many were shown, it is told to end, or all processes have ended. What it returns is
  /// the last result. Throws where not one of the processes can be read.
  mutating func run() throws(CommandError) -> SlowRequestsResult {
    var first = result()
    var failures: [CommandError] = []
    for target in context.targets {
      do throws(CommandError) { try watch(target) } catch {
        failures.append(error)
        first.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard !watched.isEmpty else { throw CommandError(all: failures) }
    first.processes = watched.map(\.look.target.pid)
    first.unread += watched.compactMap(\.look.problem)
    guard context.emit(first) else { return end("interrupted") }
    return end(follow())
  }

  /// Returns why it is over.
  private mutating func follow() -> String {
    var left: ContinuousClock.Instant?
    while true {
      let begin = LookTime.now().monotonic
      let found = next()
      if !found.requests.isEmpty || !found.unread.isEmpty, !context.emit(found) { return "interrupted" }
      if shown >= plan.hits { return "\(plan.hits) were shown" }
      let now = ContinuousClock.now
      left = watched.isEmpty ? left ?? now : nil
      if let left, !newcomers.isPossible || left.duration(to: now) > Self.reloadTime {
        return "all processes have ended"
      }
      // The first look learns what all code is, and says nothing of what the next ones will take.
      let cost = UInt64(max(LookTime.now().monotonic - begin, 0) * 1e9)
      let period = LookPace.period(1_000_000_000 / UInt64(plan.rate), cost: looks == 1 ? 0 : cost)
      let pause = Double(period > cost ? period - cost : 0) / 1e9
      let rest = plan.seconds - seconds
      if rest <= 0 { return "its time is over" }
      guard context.wait(min(pause, rest)) else { return "interrupted" }
    }
  }

  private mutating func watch(_ target: Target) throws(CommandError) {
    var look = try RequestLook(target, patience: 1)
    // What is in flight already is seen for the first time.
    _ = book.take(try look.next(withHeaders: false), of: target.pid, at: LookTime.now().monotonic)
    watched.append(Watched(look: look, statements: StatementFinder(look.process.runtime)))
  }

  // MARK: - Looks

  /// One more look at all processes.
  private mutating func next() -> SlowRequestsResult {
    looks += 1
    var result = result()
    var kept: [Watched] = []
    for var one in watched {
      let pid = one.look.target.pid
      do throws(CommandError) {
        let change = try one.look.next(withHeaders: false)
        show(book.end(change.ended, of: pid, as: .over), one.look, in: &result)
        sample(book.take(change, of: pid, at: LookTime.now().monotonic), one)
        kept.append(one)
      } catch  where error.cause == .failed {
        // It changed under the look: the next one may do better.
        kept.append(one)
      } catch {
        show(book.end(one.look.end(), of: pid, as: .processEnded), one.look, in: &result)
        result.unread.append(UnreadProcess(pid: pid, problem: error.description))
      }
    }
    let isMissing = kept.count < watched.count
    watched = kept
    show(book.leave(at: LookTime.now().monotonic), in: &result)
    let now = ContinuousClock.now
    if isMissing || lastSearch.duration(to: now) > Self.searchPeriod {
      lastSearch = now
      for target in newcomers.targets(besides: watched.map(\.look.target.pid), context) { try? watch(target) }
    }
    return result
  }

  /// Keeps the stacks of requests, and the statements on them.
  private mutating func sample(_ requests: [WebRequest], _ one: Watched) {
    var stackOf: [Carrier: Stack] = [:]
    for stack in one.look.stacks { stackOf[stack.carrier] = stack.stack }
    let found = requests.compactMap { request in
      request.placeCarrier.flatMap { stackOf[$0] }.map { (request: request, stack: $0) }
    }
    let statements = one.statements.statements(on: found.map(\.stack))
    for ((request, stack), statement) in zip(found, statements) {
      let index = request.carriers.firstIndex { $0 == request.placeCarrier }
      let depth = index.flatMap { request.depths.indices.contains($0) ? request.depths[$0] : nil }
      book.add(RequestSample(stack, depth: depth, statement: statement), to: request, of: one.look.target.pid)
    }
  }

  // MARK: - Results

  private var seconds: Double { start.duration(to: .now) / .seconds(1) }

  private func result() -> SlowRequestsResult {
    SlowRequestsResult(slower: plan.slower, route: plan.filter?.description)
  }

  private mutating func show(
    _ finished: [SlowRequestBook.Finished], _ look: RequestLook, in result: inout SlowRequestsResult
  ) {
    for one in finished.prefix(max(plan.hits - shown, 0)) {
      shown += 1
      result.requests.append(one.samples.result(look.summary(one.request, withHeaders: false), one.outcome))
    }
  }

  private mutating func show(_ finished: [SlowRequestBook.Finished], in result: inout SlowRequestsResult) {
    for one in finished {
      guard let look = watched.first(where: { $0.look.target.pid == one.pid })?.look else { continue }
      show([one], look, in: &result)
    }
  }

  private mutating func end(_ why: String) -> SlowRequestsResult {
    var result = result()
    show(book.rest(), in: &result)
    result.figures = SlowRequestsResult.Figures(
      why: why, seconds: (seconds * 1000).rounded() / 1000, looks: looks, requests: book.seen, shown: shown,
      overlooked: book.overlooked)
    return result
  }
}
