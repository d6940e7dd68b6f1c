import RemoteProcess

/// Finds processes that join a target while it is looked at: workers that a server starts in place of others.
///
/// To find all processes of a name takes a look at every process of the host, a tenth of a second and more in which nothing
/// is sampled. So only those are looked at that are new and children or siblings of those that are known; for a server
/// that was started anew all of them are, now and then.
struct NewcomerSearch {
  /// Names of applications. A pid stays what it is, and is not looked for.
  private let names: [String]
  /// Of `PID/children`.
  private let parents: [Int32]
  private var seen: Set<Int32>
  private var last: ContinuousClock.Instant

  private static let longest = Duration.seconds(60)

  init(_ words: [String]) {
    let others = words.filter { Int32($0) == nil }
    names = others.filter { !$0.contains("/") }
    parents = others.compactMap { Int32($0.prefix { $0 != "/" }) }
    seen = Set((try? ProcessList.all()) ?? [])
    last = .now
  }

  /// The processes that joined since the last call.
  mutating func targets(besides known: [Int32]) -> [TargetResolver.Target] {
    guard !names.isEmpty || !parents.isEmpty, let all = try? ProcessList.all() else { return [] }
    let new = all.filter { !seen.contains($0) && !known.contains($0) }
    seen = Set(all)
    var resolver = TargetResolver()
    if !names.isEmpty, last.duration(to: .now) > Self.longest {
      // A name that means nobody at this moment may mean somebody at the next.
      let found = names.flatMap { (try? resolver.resolve([$0])) ?? [] }
      last = .now
      return found.filter { !known.contains($0.pid) }
    }
    let relatives = Set(known + known.compactMap { (try? ProcessStat(pid: $0))?.parent } + parents)
    var found: [TargetResolver.Target] = []
    for pid in new {
      guard let parent = (try? ProcessStat(pid: pid))?.parent, relatives.contains(parent),
        let target = try? resolver.resolveOne("\(pid)")
      else { continue }
      let isNamed = names.contains { target.application.isNamed($0) } && target.application.role != .master
      if isNamed || parents.contains(parent) { found.append(target) }
    }
    return found
  }
}
