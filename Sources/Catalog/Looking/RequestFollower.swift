import CPython
import WebRequests

/// Looks at the requests of some processes again and again, and says what begins and what ends. Workers that the server
/// replaces are followed too, where the target is a name or `PID/children`.
struct RequestFollower {
  private var newcomers: NewcomerSearch
  private let withHeaders: Bool
  private var looks: [RequestLook] = []

  /// Looks between two searches for new workers, unless one has gone: then it is at once.
  private static let looksBetweenSearches = 10

  init(_ words: [String], withHeaders: Bool) {
    newcomers = NewcomerSearch(words)
    self.withHeaders = withHeaders
  }

  /// The first look. Throws where not one of the processes can be read.
  mutating func begin(_ targets: [Target]) throws(CommandError) -> RequestsResult {
    var result = RequestsResult(requests: [])
    var failures: [CommandError] = []
    for target in targets {
      do throws(CommandError) {
        var look = try RequestLook(target)
        result.requests += try look.next(withHeaders: withHeaders).current.map { summary($0, of: look, "running") }
        if let problem = look.problem { result.unread.append(problem) }
        looks.append(look)
      } catch {
        failures.append(error)
        result.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard !looks.isEmpty || failures.isEmpty else { throw CommandError(all: failures) }
    result.requests.sort { ($0.seconds ?? -1) > ($1.seconds ?? -1) }
    return result
  }

  /// Goes on until it is told to end, or all processes have ended. What it returns is the last result.
  mutating func run(from first: RequestsResult, interval: Double, _ context: ExecutionContext) -> RequestsResult {
    var result = first
    var count = 0
    while !looks.isEmpty, context.emit(result) {
      repeat {
        guard context.wait(interval), !looks.isEmpty else {
          return RequestsResult(requests: [], isContinuation: true)
        }
        count += 1
        result = next(isSearching: count.isMultiple(of: Self.looksBetweenSearches), context)
      } while result.requests.isEmpty && result.unread.isEmpty
    }
    return result
  }

  /// One more look at all processes.
  private mutating func next(isSearching: Bool, _ context: ExecutionContext) -> RequestsResult {
    var result = RequestsResult(requests: [], isContinuation: true)
    var kept: [RequestLook] = []
    for var look in looks {
      do throws(CommandError) {
        let change = try look.next(withHeaders: withHeaders)
        result.requests += change.ended.map { summary($0, of: look, "ended") }
        result.requests += change.begun.map { summary($0, of: look, "begun") }
        kept.append(look)
      } catch {
        result.requests += look.end().map { summary($0, of: look, "ended") }
        result.unread.append(UnreadProcess(pid: look.process.pid, problem: error.description))
      }
    }
    let isMissing = kept.count < looks.count
    looks = kept
    if isMissing || isSearching { findNewWorkers(&result, context) }
    return result
  }

  private mutating func findNewWorkers(_ result: inout RequestsResult, _ context: ExecutionContext) {
    for target in newcomers.targets(besides: looks.map(\.target.pid), context) {
      guard var look = try? RequestLook(target), let change = try? look.next(withHeaders: withHeaders) else { continue }
      result.requests += change.begun.map { summary($0, of: look, "begun") }
      looks.append(look)
    }
  }

  private func summary(_ request: WebRequest, of look: RequestLook, _ event: String) -> RequestSummary {
    look.summary(request, withHeaders: withHeaders, event: event)
  }
}
