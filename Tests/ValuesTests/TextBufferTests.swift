import Testing

@testable import Values

struct TextBufferTests {
  @Test(arguments: [0, 7, 9, 10, 99, 100, 1_000, 65_535, -1, -10, Int.max, Int.min])
  func numbersAreWrittenInDecimal(_ number: Int) {
    var buffer = TextBuffer()
    buffer += "line "
    buffer.append(number)
    #expect(buffer.text == "line \(number)")
  }

  @Test(arguments: ["", "plain", "groß", "Здравствуйте", "日本語", "e\u{301}", "👩‍👩‍👧 and 🇩🇪", "\r\n"])
  func codePointsAreCountedAsPythonCountsThem(_ text: String) {
    #expect(text.codePointCount == text.unicodeScalars.count)
  }

  /// Eight bytes are counted together: each length and place of what is longer than a byte.
  @Test(arguments: 0..<20) func codePointsAreCountedWhereverTheyStand(length: Int) {
    for letter in ["a", "é", "日", "👩"] {
      let text = String(repeating: "x", count: length) + String(repeating: letter, count: length) + "é"
      #expect(text.codePointCount == text.unicodeScalars.count)
    }
  }
}
