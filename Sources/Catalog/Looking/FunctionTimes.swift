import Profiles

/// Times of functions by process: of the last interval, smoothed, and since it began.
struct FunctionTimes {
  private struct Key: Hashable {
    let pid: Int32
    let function: Int
  }

  private struct Times {
    var interval = TopTimes()
    var smoothed = TopTimes()
    var sinceStart = TopTimes()
    /// Seconds by the calling function; -1 where there was none.
    var callers: [Int: Double] = [:]
  }

  private var times: [Key: Times] = [:]
  private var functions: [Profile.Function] = []

  /// After so many seconds what was seen weighs a third (1/e) of what is seen now.
  private static let memory = 10.0
  /// Functions of one process in a result, beside those seen in the interval.
  private static let limit = 300
  private static let callerLimit = 10

  /// Takes the samples of one more interval.
  ///
  /// - Parameter profile: with the weights of the interval alone, and functions that keep their indices from one to the next.
  mutating func add(_ profile: Profile, seconds: Double) {
    functions = profile.functions
    for key in times.keys { times[key]?.interval = TopTimes() }
    var seen: [Int: Int] = [:]
    for (number, entry) in profile.stacks.enumerated() {
      let pid = profile.tracks[entry.track].pid
      let weight = Double(entry.nanoseconds) / 1e9
      var node = entry.node
      var isInnermost = true
      while node >= 0 {
        let function = profile.locations[profile.nodes[node].location].function
        let parent = profile.nodes[node].parent
        // Once for each stack, however often it calls itself.
        if seen[function] != number {
          seen[function] = number
          let caller = parent < 0 ? -1 : profile.locations[profile.nodes[parent].location].function
          add(Key(pid: pid, function: function), weight, isOwn: isInnermost, caller: caller)
        }
        isInnermost = false
        node = parent
      }
    }
    smooth(seconds)
  }

  private mutating func add(_ key: Key, _ weight: Double, isOwn: Bool, caller: Int) {
    var known = times[key] ?? Times()
    known.interval.total += weight
    known.sinceStart.total += weight
    if isOwn {
      known.interval.own += weight
      known.sinceStart.own += weight
    }
    known.callers[caller, default: 0] += weight
    times[key] = known
  }

  private mutating func smooth(_ seconds: Double) {
    guard seconds > 0 else { return }
    let new = Self.memory > seconds ? seconds / Self.memory : 1
    for (key, known) in times {
      var known = known
      // What was never seen before begins with what it is now.
      let isFirst = known.smoothed.total == 0 && known.sinceStart == known.interval
      let share = isFirst ? 1 : new
      known.smoothed.own += share * (known.interval.own / seconds - known.smoothed.own)
      known.smoothed.total += share * (known.interval.total / seconds - known.smoothed.total)
      times[key] = known
    }
  }

  /// Nothing more is to be shown of a process.
  mutating func forget(_ pid: Int32) { times = times.filter { $0.key.pid != pid } }

  /// The functions worth showing, most time of their own in the interval first.
  func result() -> [TopFunction] {
    var counts: [Int32: Int] = [:]
    let byStart = times.sorted {
      ($0.value.sinceStart.total, $1.key.function) > ($1.value.sinceStart.total, $0.key.function)
    }
    let shown = byStart.filter { key, known in
      counts[key.pid, default: 0] += 1
      return known.interval.total > 0 || counts[key.pid, default: 0] <= Self.limit
    }
    return shown.map { function($0.key, $0.value) }.sorted {
      ($0.interval.own, $0.sinceStart.own, $1.function) > ($1.interval.own, $1.sinceStart.own, $0.function)
    }
  }

  private func function(_ key: Key, _ known: Times) -> TopFunction {
    let function = functions[key.function]
    let callers = known.callers.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.callerLimit)
    return TopFunction(
      pid: key.pid, function: function.name, file: function.file, line: function.firstLine, isMark: function.isMark,
      interval: known.interval.rounded, smoothed: known.smoothed.rounded, sinceStart: known.sinceStart.rounded,
      callers: callers.map { caller, seconds in
        let function = caller < 0 ? nil : functions[caller]
        return TopCaller(
          function: function?.name ?? "", file: function?.file ?? "", line: function?.firstLine ?? 0,
          seconds: seconds.microseconds)
      })
  }
}

extension TopTimes {
  fileprivate var rounded: TopTimes { TopTimes(own: own.microseconds, total: total.microseconds) }
}

extension Double {
  /// Finer figures are no news.
  fileprivate var microseconds: Double { (self * 1e6).rounded() / 1e6 }
}
