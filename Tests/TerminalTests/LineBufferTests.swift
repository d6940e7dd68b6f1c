import Terminal
import Testing

struct LineBufferTests {
  private func buffer(_ text: String, at cursor: Int? = nil) -> LineBuffer {
    var buffer = LineBuffer()
    buffer.insert(text)
    for _ in 0..<(buffer.characters.count - (cursor ?? buffer.characters.count)) { buffer.moveLeft() }
    return buffer
  }

  /// The text with `|` where the cursor is.
  private func shown(_ buffer: LineBuffer) -> String {
    buffer.textBeforeCursor + "|" + buffer.text.dropFirst(buffer.textBeforeCursor.count)
  }

  @Test func textIsWrittenWhereTheCursorIs() {
    var line = buffer("ac", at: 1)
    line.insert("b")
    #expect(shown(line) == "ab|c")
  }

  @Test func aCombiningCharacterJoinsTheOneBeforeIt() {
    var line = buffer("e")
    line.insert("\u{301}")
    #expect(line.characters == ["é"])
    #expect(line.cursor == 1)
    line.deleteBackward()
    #expect(line.isEmpty)
  }

  @Test func deletingStaysWithinTheLine() {
    var line = buffer("ab", at: 0)
    line.deleteBackward()
    #expect(shown(line) == "|ab")
    line.deleteForward()
    #expect(shown(line) == "|b")
    line.moveToEnd()
    line.deleteForward()
    #expect(shown(line) == "b|")
  }

  @Test func wordsAreLettersDigitsAndUnderscores() {
    var line = buffer("dump --locals shop_1")
    line.moveWordLeft()
    #expect(shown(line) == "dump --locals |shop_1")
    line.moveWordLeft()
    #expect(shown(line) == "dump --|locals shop_1")
    line.moveWordRight()
    #expect(shown(line) == "dump --locals| shop_1")
    line.cutWordBackward()
    #expect(shown(line) == "dump --| shop_1")
    line.cutToSpace()
    #expect(shown(line) == "dump | shop_1")
  }

  @Test func whatWasCutComesBack() {
    var line = buffer("one two", at: 3)
    line.cutToEnd()
    #expect(shown(line) == "one|")
    line.moveToStart()
    line.yank()
    #expect(shown(line) == " two|one")
    line.cutToStart()
    line.moveToEnd()
    line.yank()
    #expect(shown(line) == "one two|")
  }

  @Test func neighboursChangePlaces() {
    var line = buffer("ab")
    line.transpose()
    #expect(shown(line) == "ba|")
    line = buffer("abc", at: 1)
    line.transpose()
    #expect(shown(line) == "ba|c")
    line = buffer("a")
    line.transpose()
    #expect(shown(line) == "a|")
  }

  @Test func everyStepIsUndone() {
    var line = LineBuffer()
    line.insert("one")
    line.insert(" two")
    line.cutToSpace()
    #expect(shown(line) == "one |")
    line.undo()
    #expect(shown(line) == "one two|")
    line.undo()
    line.undo()
    line.undo()
    #expect(line.isEmpty)
  }

  @Test func completionTakesThePlaceOfWhatWasBegun() {
    var line = buffer("dump sh --locals", at: 7)
    line.replace(last: 2, with: "shop ")
    #expect(shown(line) == "dump shop | --locals")
  }
}
