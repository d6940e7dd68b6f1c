import Testing

@testable import Sampling

@Suite struct SampleClockTests {
  @Test func oneMomentInEveryPeriod() {
    var clock = SampleClock(rate: 1000, duty: nil)
    var weights: UInt64 = 0
    while let weight = clock.next(before: 100_000_000, isCancelled: { false }) { weights += weight }
    // Late looks weigh more, up to a limit: in all they are the time that went by.
    #expect(clock.periods <= 100)
    #expect(weights <= 100_000_000)
    #expect(weights >= UInt64(clock.periods - clock.missed) * 1_000_000)
  }

  @Test func anInterruptEndsTheWait() {
    var clock = SampleClock(rate: 1, duty: nil)
    var count = 0
    let weight = clock.next(before: .max) {
      count += 1
      return count > 1
    }
    #expect(weight == nil || count <= 1)
  }

  @Test func dutyLeavesPausesThatAreNotMissed() {
    var clock = SampleClock(rate: 1000, duty: (on: 0.02, period: 0.1))
    var moments: [UInt64] = []
    while clock.next(before: 300_000_000, isCancelled: { false }) != nil { moments.append(clock.elapsed) }
    #expect(!moments.isEmpty)
    #expect(clock.periods < 100)
  }
}
