import Testing

@testable import WebRequests

struct StartTimeTests {
  let look = LookTime(realtime: 1_800_000_000, monotonic: 5000)

  @Test func aStartByTheEpochIsExact() {
    #expect(StartTime.epoch(1_799_999_990).duration(at: look, zones: []) == .exact(10))
  }

  @Test func aStartByTheMonotonicClockIsExact() {
    #expect(StartTime.monotonic(4999.5).duration(at: look, zones: []) == .exact(0.5))
  }

  @Test func aStartJustAheadOfTheLookIsNow() {
    #expect(StartTime.epoch(1_800_000_000.1).duration(at: look, zones: []) == .exact(0))
  }

  @Test(arguments: [1_800_000_100, 0, Double.nan, .infinity, -.infinity])
  func aNumberThatCannotBeAStartIsUnknown(start: Double) {
    #expect(StartTime.epoch(start).duration(at: look, zones: []) == .unknown)
  }

  @Test func aWallClockInOneZoneIsExact() {
    let start = StartTime.wallClock(1_800_000_000 + 7200 - 3)
    #expect(start.duration(at: look, zones: [7200]) == .exact(3))
    #expect(start.duration(at: look, zones: [7200, 7200]) == .exact(3))
  }

  @Test func aWallClockThatOnlyDaylightSavingPutsIntoThePastIsExact() {
    #expect(StartTime.wallClock(1_800_000_000 + 7200 - 3).duration(at: look, zones: [3600, 7200]) == .exact(3))
  }

  @Test func aWallClockThatTwoZonesCanExplainIsAtLeastTheShorter() {
    #expect(StartTime.wallClock(1_800_000_000 + 3600 - 3).duration(at: look, zones: [3600, 7200]) == .atLeast(3))
  }

  @Test func aPackedDatetimeIsRead() throws {
    // datetime(2024, 2, 29, 23, 59, 58, 500000)
    let clock = try #require(WallClock(packed: [0x07, 0xe8, 2, 29, 23, 59, 58, 0x07, 0xa1, 0x20]))
    #expect(clock.secondsSince1970 == 1_709_251_198.5)
  }

  @Test func whatIsNoDateIsRefused() {
    #expect(WallClock(packed: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(WallClock(packed: [0x07, 0xe8, 13, 1, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(WallClock(packed: [0x07, 0xe8, 1, 1, 24, 0, 0, 0, 0, 0]) == nil)
    #expect(WallClock(packed: [0x07, 0xe8, 1, 1]) == nil)
  }
}
