import Sampling
import WebRequests

/// The requests that are followed by a watch for slow ones: which they are, what was seen of each, and which of them have
/// come to be shown.
struct SlowRequestBook {
  let slower: Double
  let filter: RequestFilter?
  private var followed: [Key: Followed] = [:]
  /// Shown while they ran on.
  private var past: Set<Key> = []
  /// Slow, and not followed.
  private var missed: Set<Key> = []
  private(set) var seen = 0
  private(set) var overlooked = 0

  private struct Key: Hashable {
    let pid: Int32
    let request: RequestTracker.Key
  }

  private struct Followed {
    var request: WebRequest
    /// `LookTime.monotonic` of the look that it is followed from.
    let since: Double
    var samples = RequestSamples()
  }

  /// A slow request that is not followed any more.
  struct Finished {
    let pid: Int32
    let request: WebRequest
    let samples: RequestSamples
    let outcome: SlowRequest.Outcome
  }

  /// Followed at the same time.
  static let limit = 50
  /// Seconds that one is followed at most.
  static let longest = 60.0

  init(slower: Double, filter: RequestFilter?) {
    self.slower = slower
    self.filter = filter
  }

  // MARK: - A look

  /// Takes what a look at one process showed. Returns those whose stacks are worth keeping: that the look before had seen
  /// too, for then what lies between is theirs.
  mutating func take(_ change: RequestTracker.Change, of pid: Int32, at moment: Double) -> [WebRequest] {
    var begun: Set<Key> = []
    for request in change.begun where isMeant(request) { begun.insert(Key(pid: pid, request: .init(request))) }
    seen += begun.count
    var worth: [WebRequest] = []
    let current = change.current.sorted { ($0.duration.seconds ?? 0) > ($1.duration.seconds ?? 0) }
    for request in current where isMeant(request) {
      let key = Key(pid: pid, request: .init(request))
      guard !past.contains(key), follow(request, key, at: moment) else { continue }
      if !begun.contains(key) { worth.append(request) }
    }
    return worth
  }

  private func isMeant(_ request: WebRequest) -> Bool {
    request.kind == .http && filter?.matches(request) != false
  }

  private func isSlow(_ request: WebRequest) -> Bool { request.duration.seconds.map { $0 >= slower } ?? false }

  /// Whether it is followed. One that is slow takes the place of one that is not.
  private mutating func follow(_ request: WebRequest, _ key: Key, at moment: Double) -> Bool {
    if followed[key] != nil {
      followed[key]?.request = request
      return true
    }
    if followed.count >= Self.limit {
      guard isSlow(request) else { return false }
      guard let fast = followed.first(where: { !isSlow($0.value.request) })?.key else {
        if missed.insert(key).inserted { overlooked += 1 }
        return false
      }
      followed[fast] = nil
    }
    if missed.remove(key) != nil { overlooked -= 1 }
    followed[key] = Followed(request: request, since: moment)
    return true
  }

  mutating func add(_ sample: RequestSample, to request: WebRequest, of pid: Int32) {
    followed[Key(pid: pid, request: .init(request))]?.samples.add(sample)
  }

  // MARK: - Ends

  /// Requests of a process have ended.
  mutating func end(_ requests: [WebRequest], of pid: Int32, as outcome: SlowRequest.Outcome) -> [Finished] {
    requests.compactMap { request in
      let key = Key(pid: pid, request: .init(request))
      past.remove(key)
      missed.remove(key)
      return followed.removeValue(forKey: key).flatMap { finished($0, of: pid, as: outcome) }
    }
  }

  /// Those that have been followed for long enough: nothing more is taken of them.
  mutating func leave(at moment: Double) -> [Finished] {
    let old = followed.filter { moment - $0.value.since >= Self.longest && isSlow($0.value.request) }
    for key in old.keys {
      followed[key] = nil
      past.insert(key)
    }
    return sorted(old)
  }

  /// Those that run on at the end of the watch.
  func rest() -> [Finished] { sorted(followed) }

  private func sorted(_ requests: [Key: Followed]) -> [Finished] {
    requests.compactMap { finished($0.value, of: $0.key.pid, as: .running) }
      .sorted { ($0.request.duration.seconds ?? 0) > ($1.request.duration.seconds ?? 0) }
  }

  private func finished(_ followed: Followed, of pid: Int32, as outcome: SlowRequest.Outcome) -> Finished? {
    guard isSlow(followed.request) else { return nil }
    return Finished(pid: pid, request: followed.request, samples: followed.samples, outcome: outcome)
  }
}
