import Testing

@testable import Redaction

@Suite struct NameWordTests {
  private func words(_ name: String) -> [NameWord] {
    var words: [NameWord] = []
    let bytes = Array(name.utf8)
    NameWord.split(bytes, bytes.indices, into: &words)
    return words
  }

  @Test(arguments: [
    ("db_password", "db password"), ("dbPassword", "db password"), ("DB-PASSWORD", "db password"),
    ("APIKey", "api key"),
    ("userPWD", "user pwd"), ("HTTP_X_CSRFToken", "http x csrf token"), ("password2", "password"),
    ("oauth2_token", "oauth token"),
    ("a.b[c]", "a b c"), ("", ""), ("123", ""), ("contraseña", "contraseña"), ("card%5Bnumber%5D", "card bnumber d"),
  ])
  func namesAreSplitIntoTheirWords(name: String, expected: String) {
    #expect(words(name) == expected.split(separator: " ").map { NameWord(String($0)) })
  }

  @Test(arguments: 1...40) func anyLengthOfWordIsCompared(length: Int) {
    let word = NameWord(String(repeating: "x", count: length) + "connectionstring")
    #expect(word.hasSuffix(NameWord("connectionstring")))
    #expect(word.hasSuffix(NameWord("g")))
    #expect(!word.hasSuffix(NameWord("connectionstrinq")))
    #expect(word.hasPrefix(NameWord("x")))
    #expect(!word.hasPrefix(NameWord("y")))
    #expect(NameWord("connectionstring").hasPrefix(NameWord("connectionstring")))
    #expect(!NameWord("short").hasSuffix(NameWord("connectionstring")))
    var names = SecretNames()
    for name in [String(repeating: "a", count: length), String(repeating: "aB", count: length)] {
      #expect(names.verdict(name) == nil)
    }
    #expect(names.verdict(String(repeating: "x", count: 200 * length) + "_password")?.kind == .password)
  }

  @Test func pluralsAreFoundByTheirSingular() {
    #expect(NameWord("tokens").singular == NameWord("token"))
    #expect(NameWord("token").singular == nil)
    #expect(NameWord("its").singular == nil)
  }

  @Test(arguments: [
    ("a", "a", "a"), ("abc", "abc", "abc"), ("abcd", "abc", "bcd"), ("abcdefghijklmnop", "abc", "nop"),
    ("abcdefghijklmnopq", "abc", "opq"),
  ])
  func wordsAreGroupedByTheirEnds(word: String, first: String, last: String) {
    #expect(NameWord(word).firstThree == NameWord(first))
    #expect(NameWord(word).lastThree == NameWord(last))
  }

  @Test func aTableHoldsItsWordsAndNoOthers() {
    let words = (0..<500).map { NameWord(String(repeating: "abcdefgh", count: 2).prefix($0 % 16 + 1) + "") }
    let table = WordTable(words.enumerated().map { ($0.element, $0.offset) })
    // The first one counts.
    for (index, word) in words.enumerated() { #expect(table[word] == index % 16) }
    #expect(table[NameWord("b")] == nil)
    #expect(table[NameWord("abcdefghabcdefgha")] == nil)
    #expect(!WordTable<Void>([]).contains(NameWord("a")))
  }
}
