import Catalog
import Redaction
import Testing

@testable import Control

@Suite struct KeptTextTests {
  @Test func aSecretIsWithheldWhereverTheTextIsCut() {
    for length in 2000..<2060 {
      let text = String(repeating: "x", count: length) + " password=planted-secret"
      #expect(!KeptText.text(text).contains("planted"), "\(length)")
    }
  }

  @Test func aTextIsCutAtACharacterOfItsOwn() {
    for text in [String(repeating: "é", count: 5000), "x" + String(repeating: "日本", count: 5000)] {
      let kept = KeptText.text(text)
      #expect(kept.utf8.count <= KeptText.byteLimit + 3)
      #expect(text.hasPrefix(kept.dropLast(3)) && kept.hasSuffix("..."))
    }
    #expect(KeptText.text("as it is") == "as it is")
    // One character of any number of accents.
    #expect(KeptText.text("e" + String(repeating: "\u{301}", count: 100_000)).utf8.count <= KeptText.byteLimit + 3)
  }

  @Test func onlySoManyWordsAreKept() {
    let kept = KeptText.words((0..<1000).map { "word\($0)" })
    #expect(kept.count == KeptText.wordLimit + 1)
    #expect(kept.last == "... 936 more")
  }

  @Test(arguments: [["version: 1"], ["--file=version: 1"], ["--", "version: 1"]])
  func ofTheContentsOfAFileThereIsADigest(words: [String]) throws {
    let parameter: Parameter =
      words[0].hasPrefix("--file") ? .option("file", .contents, "") : .positional("file", .contents, "")
    let specification = CommandSpecification(
      name: "check", rung: .observe, summary: "", discussion: "", parameters: [parameter], cost: "", examples: [],
      schema: "")
    let request = Request(
      principal: Principal(user: 0), entry: CatalogEntry.sample(specification),
      arguments: try Arguments(words, for: specification), values: .redacted)
    let kept = request.keptWords { "digest of \($0.count)" }
    #expect(kept == words.map { $0.replacing("version: 1", with: "digest of 10") })
  }
}
