import Catalog
import Synchronization
import Testing

@testable import Control

@Suite struct LimitKeeperTests {
  private static let ann = Principal(user: 1000, name: "ann")
  private static let bob = Principal(user: 1001, name: "bob")

  /// A clock that is set by hand.
  private final class Hand: Sendable {
    private let time = Mutex(0.0)
    var now: Double { time.withLock { $0 } }
    func pass(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private func target(_ pid: Int32) -> Target {
    Target(pid: pid, startTime: 1, application: Application(name: nil, server: nil), commandLine: "")
  }

  private func begin(
    _ keeper: LimitKeeper, _ limits: Limits = Limits(), by principal: Principal = ann, on targets: [Target] = [],
    targetLimits: Limits = Limits()
  ) throws -> LimitKeeper.Hold {
    try keeper.begin(principal, limits: limits, targets: targets, targetLimits: targetLimits)
  }

  @Test func aRateIsForOnePerson() throws {
    let hand = Hand()
    let keeper = LimitKeeper(now: { hand.now })
    let limits = Limits(rate: Rate(count: 2, seconds: 10))
    for _ in 0..<2 { keeper.end(try begin(keeper, limits)) }
    let refusal = #expect(throws: CommandError.self) { try begin(keeper, limits) }
    #expect(refusal?.cause == .limited)
    #expect(refusal?.hint == "try again in 5 s")
    keeper.end(try begin(keeper, limits, by: Self.bob))
    hand.pass(5)
    keeper.end(try begin(keeper, limits))
  }

  @Test func whatRunsCountsUntilItEnds() throws {
    let keeper = LimitKeeper()
    let limits = Limits(concurrent: 1)
    let hold = try begin(keeper, limits)
    #expect(throws: CommandError.self) { try begin(keeper, limits) }
    keeper.end(hold)
    keeper.end(try begin(keeper, limits))
  }

  @Test func aTargetIsProtectedFromAllTogether() throws {
    let keeper = LimitKeeper()
    let limits = Limits(concurrent: 1)
    let hold = try begin(keeper, on: [target(7)], targetLimits: limits)
    #expect(throws: CommandError.self) { try begin(keeper, by: Self.bob, on: [target(7)], targetLimits: limits) }
    keeper.end(try begin(keeper, by: Self.bob, on: [target(8)], targetLimits: limits))
    keeper.end(hold)
    keeper.end(try begin(keeper, by: Self.bob, on: [target(7)], targetLimits: limits))
  }

  @Test func bytesBeyondTheLimitAreMadeUpForBeforeMore() throws {
    let hand = Hand()
    let keeper = LimitKeeper(now: { hand.now })
    let limits = Limits(bytes: Rate(count: 100, seconds: 10))
    let hold = try begin(keeper, limits)
    #expect(keeper.charge(hold, bytes: 99))
    #expect(!keeper.charge(hold, bytes: 101))
    keeper.end(hold)
    #expect(throws: CommandError.self) { try begin(keeper, limits) }
    hand.pass(11)
    keeper.end(try begin(keeper, limits))
  }

  @Test func aRefusedCommandHoldsNothing() throws {
    let keeper = LimitKeeper()
    let hold = try begin(keeper, on: [target(7)], targetLimits: Limits(concurrent: 1))
    for _ in 0..<10 {
      #expect(throws: CommandError.self) {
        try begin(keeper, Limits(concurrent: 5), by: Self.bob, on: [target(7)], targetLimits: Limits(concurrent: 1))
      }
    }
    keeper.end(hold)
    keeper.end(
      try begin(keeper, Limits(concurrent: 1), by: Self.bob, on: [target(7)], targetLimits: Limits(concurrent: 1)))
  }

  @Test func refusalsAreWrittenDownForSoLong() throws {
    let hand = Hand()
    let keeper = LimitKeeper(now: { hand.now })
    var noted = 0
    while noted < 1000, keeper.mayNoteRefusal(Self.ann) { noted += 1 }
    #expect(noted == 120)
    for _ in 0..<9 { _ = keeper.mayNoteRefusal(Self.ann) }
    let unnoted = keeper.takeUnnoted()
    #expect(unnoted.map(\.count) == [10] && unnoted.map(\.principal) == [Self.ann], "the others are counted")
    #expect(keeper.takeUnnoted().isEmpty, "once")
    #expect(keeper.mayNoteRefusal(Self.bob))
    hand.pass(1)
    #expect(keeper.mayNoteRefusal(Self.ann))
  }

  @Test func theStricterLimitHolds() {
    let own = Limits(rate: Rate(count: 60, seconds: 60), concurrent: 8, timeout: 10)
    let all = Limits(rate: Rate(count: 10, seconds: 1), bytes: Rate(count: 1, seconds: 1), timeout: 5)
    #expect(
      own.stricter(all)
        == Limits(
          rate: Rate(count: 60, seconds: 60), concurrent: 8, bytes: Rate(count: 1, seconds: 1), timeout: 5))
  }

  @Test func aTargetsTimeHoldsForWhoeverHasMore() throws {
    let keeper = LimitKeeper()
    let short = Limits(timeout: 5)
    #expect(try begin(keeper, Limits(timeout: 10), on: [target(7)], targetLimits: short).timeout == 5)
    #expect(try begin(keeper, on: [target(7)], targetLimits: short).timeout == 5)
    #expect(try begin(keeper, Limits(timeout: 2), on: [target(7)], targetLimits: short).timeout == 2)
    #expect(try begin(keeper, Limits(timeout: 10), on: [], targetLimits: short).timeout == 10)
  }
}
