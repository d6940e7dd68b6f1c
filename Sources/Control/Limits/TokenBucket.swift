/// Lets through so much in so much time, and a burst of as much at once.
struct TokenBucket: Sendable {
  private let rate: Rate
  private var tokens: Double
  private var last: Double

  /// - Parameter now: seconds of a clock that never goes back.
  init(_ rate: Rate, now: Double) {
    self.rate = rate
    tokens = Double(rate.count)
    last = now
  }

  private mutating func fill(_ now: Double) {
    let added = max(0, now - last) * Double(rate.count) / max(rate.seconds, 0.001)
    tokens = min(Double(rate.count), tokens + added)
    last = max(last, now)
  }

  /// Nil where it may go; else the seconds until it may.
  mutating func take(_ count: Double = 1, now: Double) -> Double? {
    fill(now)
    guard tokens < count else {
      tokens -= count
      return nil
    }
    return (count - tokens) * rate.seconds / Double(max(rate.count, 1))
  }

  /// Takes what was used already: the bucket may go below empty, and nothing more goes until that is made up for.
  mutating func charge(_ count: Double, now: Double) {
    fill(now)
    tokens -= count
  }

  mutating func isEmpty(now: Double) -> Bool {
    fill(now)
    return tokens <= 0
  }

  /// Full again: as good as new, so that it need not be kept.
  mutating func isFull(now: Double) -> Bool {
    fill(now)
    return tokens >= Double(rate.count)
  }

  mutating func secondsUntilNotEmpty(now: Double) -> Double {
    fill(now)
    return tokens > 0 ? 0 : -tokens * rate.seconds / Double(max(rate.count, 1))
  }

  var limit: Rate { rate }
}
