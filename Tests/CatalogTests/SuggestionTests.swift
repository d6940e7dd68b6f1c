import Testing

@testable import Catalog

@Suite struct SuggestionTests {
  private static let names = ["dump", "doctor", "peek", "ps", "requests"]

  @Test(arguments: [
    ("dmup", "dump"), ("dum", "dump"), ("DUMP", "dump"), ("request", "requests"), ("requsets", "requests"),
    ("docter", "doctor"), ("pek", "peek"), ("p", "ps"),
  ])
  func aSlipFindsTheNearestName(word: String, name: String) {
    #expect(Suggestion.nearest(to: word, in: Self.names) == name)
  }

  @Test(arguments: ["frobnicate", "", "xx", "stop", "requestsrequests"])
  func somethingElseFindsNone(word: String) { #expect(Suggestion.nearest(to: word, in: Self.names) == nil) }

  @Test func nothingIsSuggestedOutOfNothing() { #expect(Suggestion.nearest(to: "dump", in: []) == nil) }

  @Test func ofEquallyNearNamesTheFirstInOrderIsTaken() {
    #expect(Suggestion.nearest(to: "bat", in: ["cat", "bar"]) == "bar")
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
    ("abc", "ab", 1), ("abc", "xabc", 1), ("kitten", "sitting", 3),
  ])
  func distancesCountSlips(left: String, right: String, distance: Int) {
    #expect(Suggestion.distance(left, right) == distance)
    #expect(Suggestion.distance(right, left) == distance)
  }

  @Test func longWordsAreComparedByTheirBeginning() {
    #expect(Suggestion.distance(String(repeating: "a", count: 100_000), String(repeating: "a", count: 64)) == 0)
  }
}
