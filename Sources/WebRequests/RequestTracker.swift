/// Follows the requests of one process from look to look: which are new, which are gone, and for how long at least each
/// has been running that keeps no start of its own.
public struct RequestTracker: Sendable {
  private var known: [Key: Entry] = [:]
  private let patience: Int

  private struct Entry {
    var request: WebRequest
    /// `LookTime.monotonic` of the first look that saw it.
    var firstSeen: Double
    /// By the same clock, where the server notes it.
    var start: Double?
    /// Looks since the last that saw it.
    var missed = 0
  }

  /// A request is the same as before if all of this is.
  public struct Key: Hashable, Sendable {
    private let request: RequestKey
    /// The outermost task. Threads and further tasks come and go while a request lasts.
    private let task: Carrier?

    public init(_ request: WebRequest) {
      self.request = RequestKey(request)
      task = request.carriers.first { if case .task = $0 { true } else { false } }
    }
  }

  /// What a look showed, against the look before.
  public struct Change: Equatable, Sendable {
    /// All requests in flight, each with the best duration known.
    public var current: [WebRequest] = []
    /// Those of `current` that were not there before.
    public var begun: [WebRequest] = []
    /// Those that are no more, with the duration that the last look gave them: they ran a little longer.
    public var ended: [WebRequest] = []
  }

  /// Starts of one request, computed from two looks, differ by the clocks' adjustments and the time between two reads.
  private static let tolerance = 0.25

  /// - Parameter patience: Looks that may miss a request before it is taken for ended: a stack that changes all the time is not
  ///   always read.
  public init(patience: Int = 0) { self.patience = patience }

  /// Takes the requests of the next look.
  public mutating func observe(_ requests: [WebRequest], at look: LookTime) -> Change {
    var change = Change()
    var next: [Key: Entry] = [:]
    for var request in requests {
      let key = Key(request)
      var start: Double?
      if case .exact(let seconds) = request.duration { start = look.monotonic - seconds }
      let before = known[key].flatMap { isSame($0.start, start) ? $0 : nil }
      if let before {
        known[key] = nil
        request.duration = Self.duration(request.duration, watched: look.monotonic - before.firstSeen)
      } else {
        change.begun.append(request)
      }
      change.current.append(request)
      next[key] = Entry(request: request, firstSeen: before?.firstSeen ?? look.monotonic, start: start)
    }
    for (key, var entry) in known {
      entry.missed += 1
      if entry.missed <= patience, next[key] == nil {
        next[key] = entry
      } else {
        change.ended.append(entry.request)
      }
    }
    known = next
    Self.sort(&change.ended)
    return change
  }

  /// Nothing more will be seen: the requests that were in flight, each with the duration that the last look gave it.
  public mutating func end() -> [WebRequest] {
    var ended = known.values.map(\.request)
    known = [:]
    Self.sort(&ended)
    return ended
  }

  private static func sort(_ requests: inout [WebRequest]) {
    requests.sort { ($0.duration.seconds ?? 0) > ($1.duration.seconds ?? 0) }
  }

  private func isSame(_ first: Double?, _ second: Double?) -> Bool {
    guard let first, let second else { return true }
    return abs(first - second) < Self.tolerance
  }

  /// What was watched is a lower bound as good as any other.
  private static func duration(_ duration: RequestDuration, watched: Double) -> RequestDuration {
    switch duration {
    case .exact: duration
    case .atLeast(let seconds): .atLeast(max(seconds, watched))
    case .unknown: .atLeast(max(watched, 0))
    }
  }
}
