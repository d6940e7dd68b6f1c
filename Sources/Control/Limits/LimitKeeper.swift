public import Catalog
import Glibc
import Synchronization

/// Counts what principals and targets use, against their limits.
///
/// Bounded: it keeps those that are running or were so lately.
public final class LimitKeeper: Sendable {
  private let state = Mutex(State())
  private let now: @Sendable () -> Double

  private struct State {
    var users: [Key: Use] = [:]

    mutating func letGo(_ now: Double) {
      users = users.filter { _, use in
        var use = use
        return use.running > 0 || use.commands?.isFull(now: now) == false || use.bytes?.isFull(now: now) == false
          || use.refusals?.isFull(now: now) == false || use.unnoted != nil
      }
    }
  }

  /// Whose limits: a user's or a target's.
  fileprivate enum Key: Hashable {
    case user(UInt32)
    case target(pid: Int32, startTime: UInt64)
  }

  private struct Use {
    var running = 0
    var commands: TokenBucket?
    var bytes: TokenBucket?
    var refusals: TokenBucket?
    var unnoted: Unnoted?
  }

  /// Refusals of one person that were not written down one by one.
  public struct Unnoted: Sendable {
    public let principal: Principal
    public fileprivate(set) var count: Int
  }

  /// Refusals that are written down, of one person: what is refused costs the asker nothing, and the disk must not be
  /// filled by it. Beyond that they are refused all the same, and only counted.
  private static let refusals = Rate(count: 120, seconds: 60)

  /// Entries at which those that are idle and full again are let go.
  private static let capacity = 4096

  /// - Parameter now: seconds of a clock that never goes back.
  public init(now: @escaping @Sendable () -> Double = LimitKeeper.monotonicSeconds) { self.now = now }

  public static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// What a running command holds; it must be given back by `end`.
  public struct Hold: Sendable {
    fileprivate let keys: [Key]
    /// Seconds that the command may run.
    public let timeout: Double?
  }

  /// Lets a command begin, or throws `limited` with when it may.
  public func begin(
    _ principal: Principal, limits: Limits, targets: [Target], targetLimits: Limits
  ) throws(CommandError) -> Hold {
    let moment = now()
    let keys = [Key.user(principal.user)] + targets.map { .target(pid: $0.pid, startTime: $0.startTime) }
    let refusal: CommandError? = state.withLock { state in
      if state.users.count > Self.capacity { state.letGo(moment) }
      for key in keys {
        let (own, whose) = Self.limits(key, principal, limits, targetLimits)
        var use = state.users[key] ?? Use()
        if let most = own.concurrent, use.running >= most {
          return Self.limited("\(whose): \(most) commands run already, and more are not allowed", "end one, or wait")
        }
        if let bytes = own.bytes {
          use.bytes = Self.bucket(use.bytes, bytes, moment)
          if use.bytes?.isEmpty(now: moment) == true {
            let wait = use.bytes?.secondsUntilNotEmpty(now: moment) ?? 0
            return Self.limited("\(whose): the limit of \(bytes.count) bytes in \(bytes.seconds) s is reached", wait)
          }
        }
        if let rate = own.rate {
          use.commands = Self.bucket(use.commands, rate, moment)
          if let wait = use.commands?.take(now: moment) {
            return Self.limited("\(whose): the limit of \(rate.count) commands in \(rate.seconds) s is reached", wait)
          }
        }
        state.users[key] = use
      }
      for key in keys { state.users[key, default: Use()].running += 1 }
      return nil
    }
    if let refusal { throw refusal }
    let timeout = targets.isEmpty ? limits.timeout : limits.stricter(targetLimits).timeout
    return Hold(keys: keys, timeout: timeout)
  }

  /// Whether one more refusal of somebody is to be written down; it is counted where it is not.
  public func mayNoteRefusal(_ principal: Principal) -> Bool {
    let moment = now()
    return state.withLock { state in
      if state.users.count > Self.capacity { state.letGo(moment) }
      var use = state.users[.user(principal.user)] ?? Use()
      use.refusals = Self.bucket(use.refusals, Self.refusals, moment)
      let mayBe = use.refusals?.take(now: moment) == nil
      if !mayBe { use.unnoted = Unnoted(principal: principal, count: (use.unnoted?.count ?? 0) + 1) }
      state.users[.user(principal.user)] = use
      return mayBe
    }
  }

  /// The refusals that were only counted since this was asked last.
  public func takeUnnoted() -> [Unnoted] {
    state.withLock { state in
      let found = state.users.filter { $0.value.unnoted != nil }
      for key in found.keys { state.users[key]?.unnoted = nil }
      return found.values.compactMap(\.unnoted).sorted { $0.principal.user < $1.principal.user }
    }
  }

  /// Counts bytes of results that were handed on; false where that was the last that may be.
  public func charge(_ hold: Hold, bytes: Int) -> Bool {
    let moment = now()
    return state.withLock { state in
      var mayGoOn = true
      for key in hold.keys where state.users[key]?.bytes != nil {
        state.users[key]?.bytes?.charge(Double(bytes), now: moment)
        if state.users[key]?.bytes?.isEmpty(now: moment) == true { mayGoOn = false }
      }
      return mayGoOn
    }
  }

  public func end(_ hold: Hold) {
    state.withLock { state in
      for key in hold.keys { state.users[key]?.running -= 1 }
    }
  }

  private static func limits(
    _ key: Key, _ principal: Principal, _ limits: Limits, _ targetLimits: Limits
  ) -> (Limits, String) {
    switch key {
    case .user: (limits, principal.name)
    case .target(let pid, _): (targetLimits, "process \(pid)")
    }
  }

  /// A limit that was changed meanwhile begins anew.
  private static func bucket(_ old: TokenBucket?, _ rate: Rate, _ now: Double) -> TokenBucket {
    if let old, old.limit == rate { return old }
    return TokenBucket(rate, now: now)
  }

  private static func limited(_ message: String, _ wait: Double) -> CommandError {
    limited(message, "try again in \(Int(wait.rounded(.up))) s")
  }

  private static func limited(_ message: String, _ hint: String) -> CommandError {
    CommandError(.limited, message, hint: hint)
  }
}
