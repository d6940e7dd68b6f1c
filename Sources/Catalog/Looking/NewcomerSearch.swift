import CPython
import RemoteProcess

/// Says when it is worth while to look for processes that joined: workers that a server starts in place of others.
///
/// To find all processes of a name takes a look at every process of the host, a tenth of a second and more in which nothing
/// is sampled. So that is done where a Python process is new that is a child or a sibling of those that are known; and now
/// and then all the same, for a server that was started anew.
struct NewcomerSearch {
  /// Of `PID/children`.
  private let parents: [Int32]
  /// Whether there can be any.
  let isPossible: Bool
  private let hasNames: Bool
  /// None at first: a worker that was started while the others were being found is as new as any.
  private var seen: Set<Int32> = []
  /// New children and siblings that cannot be read yet: a worker that is started anew, and not forked, has no interpreter
  /// for some time.
  private var starting: Set<Int32> = []
  private var last: ContinuousClock.Instant

  private static let longest = Duration.seconds(60)
  /// Seconds after which a process is not a new one any more.
  private static let longestStart = 60.0

  init(_ words: [String]) {
    // A pid stays what it is.
    let others = words.filter { Int32($0) == nil }
    isPossible = !others.isEmpty
    hasNames = others.contains { !$0.contains("/") }
    parents = others.compactMap { Int32($0.prefix { $0 != "/" }) }
    last = .now
  }

  /// Whether some may have joined since the last call.
  mutating func isDue(besides known: [Int32]) -> Bool {
    guard isPossible, let all = try? ProcessList.all() else { return false }
    let new = all.filter { !seen.contains($0) && !known.contains($0) }
    seen = Set(all)
    let relatives = Set(known + known.compactMap { (try? ProcessStat(pid: $0))?.parent } + parents)
    let now = ContinuousClock.now
    func isNewRelative(_ pid: Int32) -> Bool {
      guard let stat = try? ProcessStat(pid: pid) else { return false }
      return relatives.contains(stat.parent) && stat.age() < Self.longestStart
    }
    starting = starting.union(new).filter(isNewRelative)
    let ready = starting.filter(Self.canBeRead)
    starting.subtract(ready)
    guard !ready.isEmpty || (hasNames && last.duration(to: now) > Self.longest) else { return false }
    last = now
    return true
  }

  private static func canBeRead(_ pid: Int32) -> Bool {
    guard let process = try? PythonProcess(pid: pid) else { return false }
    return (try? process.runtime.interpreters().isEmpty) == false
  }

  /// Those that joined since the last call.
  mutating func targets(besides known: [Int32], _ context: ExecutionContext) -> [Target] {
    isDue(besides: known) ? context.newcomers(known) : []
  }
}
