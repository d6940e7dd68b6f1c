/// When a request began, as its server noted it.
enum StartTime: Equatable {
  /// `time.time()`.
  case epoch(Double)
  /// `loop.time()`, `time.monotonic()`.
  case monotonic(Double)
  /// `datetime.now()` without a time zone: seconds since 1970 as if the wall clock had shown UTC.
  case wallClock(Double)

  /// Two reads and the target's own clock call lie apart; a start further in the future is none.
  private static let tolerance = 0.25
  /// No request runs for a year: the number is something else.
  private static let limit = 366.0 * 86_400

  /// The time since, or `.unknown` where the number cannot be a start.
  ///
  /// - Parameter zones: What local time may be ahead of UTC in the target, in seconds: with and without daylight saving.
  func duration(at look: LookTime, zones: [Int]) -> RequestDuration {
    switch self {
    case .epoch(let start): Self.checked(look.realtime - start).map(RequestDuration.exact) ?? .unknown
    case .monotonic(let start): Self.checked(look.monotonic - start).map(RequestDuration.exact) ?? .unknown
    case .wallClock(let start): Self.fromWallClock(start, at: look, zones: zones)
    }
  }

  /// Which of the two zones holds now cannot be told from outside. Where only one puts the start in the past, it is that
  /// one. Otherwise the later start is taken, and the request runs at least so long.
  private static func fromWallClock(_ start: Double, at look: LookTime, zones: [Int]) -> RequestDuration {
    let possible = Set(zones).compactMap { checked(look.realtime - (start - Double($0))) }
    guard let shortest = possible.min() else { return .unknown }
    return possible.count == 1 ? .exact(shortest) : .atLeast(shortest)
  }

  private static func checked(_ seconds: Double) -> Double? {
    guard seconds.isFinite, seconds > -tolerance, seconds < limit else { return nil }
    return max(seconds, 0)
  }
}
