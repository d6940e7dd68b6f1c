import Testing

@testable import Sampling

@Suite struct SampleClockTests {
  @Test func oneMomentInEveryPeriod() {
    let clock = SampleClock(rate: 1000, duty: nil)
    var weights: UInt64 = 0
    while let weight = clock.next(before: 100_000_000, isCancelled: { false }) { weights += weight }
    // Late looks weigh more, up to a limit: in all they are the time that went by.
    #expect(clock.periods <= 100)
    #expect(weights <= 100_000_000)
    #expect(weights >= UInt64(clock.periods - clock.missed) * 1_000_000)
  }

  @Test func anInterruptEndsTheWait() {
    let clock = SampleClock(rate: 1, duty: nil)
    var count = 0
    let weight = clock.next(before: .max) {
      count += 1
      return count > 1
    }
    #expect(weight == nil || count <= 1)
  }

  @Test func dutyLeavesPausesThatAreNotMissed() {
    let clock = SampleClock(rate: 1000, duty: (on: 0.02, period: 0.1))
    var moments: [UInt64] = []
    while clock.next(before: 300_000_000, isCancelled: { false }) != nil { moments.append(clock.elapsed) }
    #expect(!moments.isEmpty)
    #expect(clock.periods < 100)
  }

  /// A machine that sleeps stops the monotonic clock, so nothing is to be seen of it; but the sampler itself may stand
  /// still, by a signal or because a whole virtual machine does. What was not seen is not made up.
  @Test func aLongPauseOfTheSamplerWeighsTenPeriodsAtMost() {
    var time: UInt64 = 5_000_000_000
    let clock = SampleClock(rate: 100, duty: nil) { time }
    func next() -> UInt64? {
      clock.next(before: .max) {
        // Time goes on while it waits.
        time += 5_000_000
        return false
      }
    }
    #expect(next().map { $0 <= 30_000_000 } == true)
    time += 3_600_000_000_000
    #expect(next() == 100_000_000)
    #expect(clock.missed > 359_000)
    #expect(next().map { $0 <= 30_000_000 } == true)
  }

  @Test func whatWasMadeReadyBeforeIsNoTimeOfTheRecording() {
    var time: UInt64 = 5_000_000_000
    let clock = SampleClock(rate: 100, duty: nil) { time }
    time += 2_000_000_000
    clock.begin()
    #expect(clock.elapsed == 0)
    var weights: UInt64 = 0
    while let weight = clock.next(
      before: 3_000_000_000,
      isCancelled: {
        time += 1_000_000
        return false
      })
    {
      weights += weight
    }
    clock.end(at: min(clock.elapsed, 3_000_000_000))
    #expect(clock.periods == 300)
    #expect(clock.missed == 0)
    #expect(weights == 3_000_000_000)
  }

  @Test func whatWentByUnseenAtTheEndWasMissed() {
    var time: UInt64 = 5_000_000_000
    let clock = SampleClock(rate: 100, duty: nil) { time }
    clock.begin()
    let weight = clock.next(before: 1_000_000_000) {
      time += 1_000_000
      return false
    }
    #expect(weight != nil)
    let seen = clock.periods
    time += 2_000_000_000
    clock.end(at: min(clock.elapsed, 1_000_000_000))
    #expect(clock.periods == 100)
    #expect(clock.missed == 100 - seen)
    // Once only.
    clock.end(at: 1_000_000_000)
    #expect(clock.periods == 100)
  }

  @Test func timeAsleepDoesNotPassWhileAwake() {
    let before = SampleClock.timeAsleep()
    var sum = 0
    for number in 0..<100_000 { sum &+= number }
    #expect(sum > 0)
    // The two clocks are not read at the same moment.
    #expect(SampleClock.timeAsleep() < before + 50_000_000)
  }
}
