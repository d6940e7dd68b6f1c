import Synchronization

/// What one command may use while it runs; remembers which limit it came up against first.
final class Allowance: Sendable {
  private let seconds: Double?
  private let end: Double
  private let isUsedUp: @Sendable () -> Bool
  private let limit = Mutex<String?>(nil)

  /// - Parameters:
  ///   - seconds: that it may run; nil for as long as it takes.
  ///   - isUsedUp: whether its bytes are.
  init(seconds: Double?, isUsedUp: @escaping @Sendable () -> Bool) {
    self.seconds = seconds
    self.isUsedUp = isUsedUp
    end = seconds.map { LimitKeeper.monotonicSeconds() + $0 } ?? .infinity
  }

  /// Asked by who runs it: whether it is to end with what it has.
  func isOver() -> Bool {
    guard reached == nil else { return true }
    if let seconds, LimitKeeper.monotonicSeconds() >= end {
      let time = seconds.rounded() == seconds ? String(Int(seconds)) : String(seconds)
      limit.withLock { $0 = "ended by the policy's timeout of \(time) s: this is what was found until then" }
    } else if isUsedUp() {
      limit.withLock { $0 = "ended by the policy's limit of bytes: this is what was shown until then" }
    }
    return reached != nil
  }

  /// In words; nil where it came up against none.
  var reached: String? { limit.withLock { $0 } }
}
