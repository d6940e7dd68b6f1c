import Testing

@testable import Control

@Suite struct GlobTests {
  @Test(arguments: [
    ("shop", "shop", true), ("shop", "shops", false), ("shop*", "shop", true), ("shop*", "shop.app", true),
    ("*shop", "myshop", true), ("*", "", true), ("*", "anything", true), ("?", "", false), ("?", "é", true),
    ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXcYb", false), ("**", "x", true), ("", "", true), ("", "x", false),
    ("process *", "process environ", true), ("process *", "process", false), ("a?c", "abc", true),
  ])
  func aPatternMatchesWholeTexts(pattern: String, text: String, matches: Bool) {
    #expect(Glob(pattern).matches(text) == matches)
  }

  @Test func manyStarsAreNoTrap() {
    // A matcher that tries every way would not come back from this.
    let pattern = Glob(String(repeating: "a*", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 20_000)))
  }
}
