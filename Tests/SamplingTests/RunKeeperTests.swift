import Profiles
import Testing

@testable import Sampling

@Suite struct RunKeeperTests {
  @Test func equalNeighboursAreOneRun() {
    var keeper = RunKeeper(closesGaps: true)
    // Looks come early and late; time has no gaps for that.
    for (now, node) in [(10, 1), (19, 1), (31, 2), (40, 2), (52, 1)] as [(UInt64, Int)] {
      keeper.add(track: 0, node: node, nanoseconds: 10, at: now)
    }
    #expect(
      keeper.runs == [
        Profile.Run(track: 0, node: 1, start: 0, nanoseconds: 19),
        Profile.Run(track: 0, node: 2, start: 19, nanoseconds: 21),
        Profile.Run(track: 0, node: 1, start: 40, nanoseconds: 12),
      ])
  }

  @Test func aPauseIsNotFilled() {
    var keeper = RunKeeper(closesGaps: true)
    keeper.add(track: 0, node: 1, nanoseconds: 10, at: 10)
    keeper.add(track: 0, node: 1, nanoseconds: 10, at: 1000)
    #expect(keeper.runs.map(\.start) == [0, 990])
    #expect(keeper.runs.map(\.nanoseconds) == [10, 10])
  }

  @Test func tracksDoNotMix() {
    var keeper = RunKeeper(closesGaps: true)
    for now in [10, 20, 30] as [UInt64] {
      for track in 0..<2 { keeper.add(track: track, node: 7, nanoseconds: 10, at: now) }
    }
    #expect(keeper.runs.map(\.nanoseconds) == [30, 30])
  }

  @Test func weightsThatAreKnownLaterKeepTheirSumAndTheirOrder() {
    var keeper = RunKeeper(closesGaps: false)
    for (node, weight) in [(1, 30), (2, 20), (1, 25)] as [(Int, UInt64)] {
      keeper.add(track: 0, node: node, nanoseconds: weight, at: 100)
    }
    keeper.add(track: 0, node: 3, nanoseconds: 10, at: 300)
    #expect(keeper.runs.map(\.nanoseconds) == [30, 20, 25, 10])
    #expect(keeper.runs.map(\.node) == [1, 2, 1, 3])
    for (first, second) in zip(keeper.runs, keeper.runs.dropFirst()) {
      #expect(first.start + first.nanoseconds <= second.start)
    }
  }

  @Test func theOldestAreForgottenWhereThereIsNoMoreRoom() {
    var keeper = RunKeeper(limit: 100, closesGaps: true)
    for step in 1...1000 as ClosedRange<UInt64> {
      keeper.add(track: Int(step % 2), node: Int(step), nanoseconds: 10, at: step * 10)
    }
    #expect(keeper.runs.count <= 100)
    #expect(keeper.runs.last?.node == 1000)
    #expect(keeper.forgotten == 9000)
    #expect(keeper.runs.allSatisfy { $0.start + $0.nanoseconds >= keeper.forgotten })
  }
}
