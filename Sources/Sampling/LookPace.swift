/// How often looks for requests may come, by what they cost.
public enum LookPace {
  /// Nanoseconds from one look to the next: a look takes a tenth of the time at most, until that would be less than two looks
  /// a second.
  ///
  /// - Parameters:
  ///   - shortest: what it is where looks cost little.
  ///   - cost: what the last one took.
  public static func period(_ shortest: UInt64, cost: UInt64) -> UInt64 { max(shortest, min(10 * cost, longest)) }

  private static let longest: UInt64 = 500_000_000
}
