import Testing

@testable import IspyCommands

@Suite struct FiguresTests {
  @Test(
    arguments: [
      (0, "0B"), (1, "1B"), (9, "9B"), (1023, "1023B"), (1024, "1.0K"), (10_239, "10.0K"), (10_240, "10K"),
      (1_048_575, "1023K"), (1_048_576, "1.0M"), (25_165_824, "24M"), (2_147_483_648, "2.0G"),
      (1_099_511_627_776, "1.0T"), (.max, "16777216.0T"),
    ] as [(UInt64, String)])
  func bytesAreShortened(count: UInt64, text: String) { #expect(Figures.bytes(count) == text) }

  @Test(arguments: [
    (0.0, "0s"), (0.999, "0s"), (59.99, "59s"), (60, "1m00s"), (192.25, "3m12s"), (3599.9, "59m59s"), (3600, "1h00m"),
    (18_420, "5h07m"), (86_399, "23h59m"), (86_400, "1d00h"), (1_048_980, "12d03h"), (-5, "0s"),
  ])
  func agesAreShortened(seconds: Double, text: String) { #expect(Figures.age(seconds) == text) }

  @Test(arguments: [
    (0.0, 0, "0"), (1.5, 0, "2"), (0.04, 1, "0.0"), (0.05, 1, "0.1"), (99.96, 1, "100.0"), (0.125, 2, "0.13"),
    (12.3456, 3, "12.346"), (-1.25, 1, "-1.3"), (-0.01, 1, "0.0"), (7, 2, "7.00"),
  ])
  func placesAreRounded(value: Double, places: Int, text: String) {
    #expect(Figures.fixed(value, places: places) == text)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e15, 1e300])
  func absurdNumbersAreNoFigures(value: Double) { #expect(Figures.fixed(value, places: 1) == "-") }

  @Test(arguments: [Double.nan, .infinity, 1e300]) func absurdAgesAreNoFigures(seconds: Double) {
    #expect(Figures.age(seconds) == "-")
  }

  @Test func percentsHaveTheirSign() { #expect(Figures.percent(99.96) == "100.0%") }
}
