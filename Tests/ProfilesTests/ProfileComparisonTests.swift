import Profiles
import Testing

@Suite struct ProfileComparisonTests {
  @Test func sharesAreComparedWhateverTheLength() throws {
    let changes = try Samples.comparison().changes()
    let charge = try #require(changes.first)
    #expect(charge.function.name == "charge")
    // 50 of 80 before, 130 of 160 after.
    #expect(charge.own.before == 500_000_000 && charge.own.after == 1_300_000_000)
    let expected = 130.0 / 160 - 50.0 / 80
    #expect(abs(charge.ownChange - expected) < 1e-9)
    // It calls itself, and counts once.
    #expect(charge.total == charge.own)
    let uncertain = try #require(changes.first { $0.function.isMark })
    #expect(uncertain.ownChange < 0)
    // Own shares are all there is, but for the time in which no Python ran.
    let sum: Double = changes.reduce(0) { $0 + $1.ownChange }
    #expect(abs(sum - (4.0 / 80 - 4.0 / 160)) < 1e-9)
  }

  @Test func absoluteTimesAreComparedAsTheyAre() throws {
    let changes = try Samples.comparison(isAbsolute: true).changes()
    #expect(changes.map(\.ownChange) == [0.8, 0, 0, 0, 0])
    #expect(changes.filter { $0.function.name == "run" }.map(\.totalChange) == [0.8])
  }

  @Test func aProfileAgainstItselfHasNotChanged() throws {
    let file = try StoredProfile(name: "a", bytes: try ProfileFormat.html.bytes(of: Samples.shop()))
    let comparison = ProfileComparison(before: file, after: file, isAbsolute: false)
    #expect(comparison.changes().allSatisfy { $0.ownChange == 0 && $0.totalChange == 0 })
    #expect(comparison.warnings.isEmpty)
  }

  @Test func collapsedStacksHaveBothWeights() throws {
    let lines = try ProfileFormat.collapsed.text(of: Samples.comparison(isAbsolute: true)).split(separator: "\n")
    #expect(lines.contains("[no Python] 40000 40000"))
    #expect(
      lines.contains(
        "run (/usr/lib/python3.13/threading.py);checkout (/srv/shop/views.py);charge (/srv/shop/payment.py) 400000 1200000"
      ))
    let scaled = try ProfileFormat.collapsed.text(of: Samples.comparison()).split(separator: "\n")
    // The first is scaled to the whole of the second.
    #expect(scaled.contains("[no Python] 80000 40000"))
  }

  @Test func whatMakesThemHardToCompareIsSaid() throws {
    var other = Samples.shop()
    other.about.mode = .cpu
    other.about.uncertain = 30
    other.about.filters = []
    let before = try StoredProfile(name: "a", bytes: try ProfileFormat.html.bytes(of: Samples.shop()))
    let after = try StoredProfile(name: "b", bytes: try ProfileFormat.html.bytes(of: other))
    #expect(
      ProfileComparison(before: before, after: after, isAbsolute: false).warnings == [
        "the one counts wall time, the other cpu time", "they were limited to different things",
        "10.0 % of b is uncertain",
      ])
  }

  @Test func onlySomeFormatsHoldTwo() throws {
    for format in ProfileFormat.allCases {
      let content = try format.bytes(of: Samples.comparison())
      #expect((content != nil) == ProfileFormat.comparing.contains(format))
    }
  }
}
