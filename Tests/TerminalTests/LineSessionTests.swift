import TestSupport
import Testing

@testable import Terminal

struct LineSessionTests {
  private func session(
    history: [String] = [], _ candidates: [String] = []
  ) -> LineSession {
    LineSession(prompt: "(ispyd) ", history: history) { text in
      let word = text.split(separator: " ", omittingEmptySubsequences: false).last.map(String.init) ?? ""
      return .init(replaced: word.count, candidates: candidates.filter { $0.hasPrefix(word) })
    }
  }

  private func type(_ text: String, into session: inout LineSession) {
    for character in text { _ = session.press(.text(character)) }
  }

  @Test func enterEndsTheLine() {
    var line = session()
    type("dump 1", into: &line)
    #expect(line.press(.enter) == .done(.line("dump 1")))
  }

  @Test func controlDEndsOnlyAnEmptyLine() {
    var line = session()
    #expect(line.press(.control("d")) == .done(.end))
    type("ab", into: &line)
    _ = line.press(.home)
    #expect(line.press(.control("d")) == .edited)
    #expect(line.buffer.text == "b")
    #expect(line.press(.control("c")) == .done(.interrupted))
  }

  @Test func historyKeepsWhatWasBegun() {
    var line = session(history: ["one", "two"])
    type("new", into: &line)
    #expect(line.press(.up) == .edited)
    #expect(line.buffer.text == "two")
    _ = line.press(.control("p"))
    #expect(line.buffer.text == "one")
    #expect(line.press(.up) == .bell)
    _ = line.press(.alt(">"))
    #expect(line.buffer.text == "new")
    #expect(line.press(.down) == .bell)
  }

  @Test func searchFindsBackwards() {
    var line = session(history: ["dump 1", "peek 2 x", "dump 3"])
    _ = line.press(.control("r"))
    type("dump", into: &line)
    #expect(line.buffer.text == "dump 3")
    _ = line.press(.control("r"))
    #expect(line.buffer.text == "dump 1")
    #expect(line.press(.control("r")) == .bell)
    #expect(line.press(.enter) == .done(.line("dump 1")))
  }

  @Test func anEndedSearchLeavesTheLineAsItWas() {
    var line = session(history: ["dump 1"])
    type("new", into: &line)
    _ = line.press(.control("r"))
    type("du", into: &line)
    #expect(line.press(.control("g")) == .edited)
    #expect(line.buffer.text == "new")
  }

  @Test func oneCandidateIsWritten() {
    var line = session(["dump", "doctor", "--depth="])
    type("du", into: &line)
    #expect(line.press(.tab) == .edited)
    #expect(line.buffer.text == "dump ")
    type("--d", into: &line)
    _ = line.press(.tab)
    #expect(line.buffer.text == "dump --depth=")
  }

  @Test func severalCandidatesAreShownTheSecondTime() {
    var line = session(["process", "processes"])
    type("pr", into: &line)
    #expect(line.press(.tab) == .edited)
    #expect(line.buffer.text == "process")
    #expect(line.press(.tab) == .bell || line.buffer.text == "process")
    #expect(line.press(.tab) == .show(["process", "processes"]))
    type("x", into: &line)
    #expect(line.press(.tab) == .bell)
  }

  @Test func pastedLinesBecomeOne() {
    var line = session()
    #expect(line.press(.paste("peek 1\r\nx\t\u{1b}[31my\u{0}")) == .edited)
    #expect(line.buffer.text == "peek 1 x [31my")
  }

  @Test(arguments: [20, 21, 22, 7, 80]) func whatIsDrawnIsTheLineWithItsCursor(columns: Int) {
    var generator = SeededGenerator(seed: UInt64(columns))
    var line = session(history: ["a line that is longer than the screen 日本語 is wide", "x"])
    var screen = Screen(columns: columns)
    screen.write(line.redraw(columns: columns))
    let keys: [Key] = [
      .text("a"), .text("日"), .text(" "), .text("e"), .left, .right, .home, .end, .backspace, .up, .down, .control("w"),
      .control("y"), .wordLeft, .control("_"), .text("b"), .text("c"), .paste("pasted words"),
    ]
    for _ in 0..<300 {
      _ = line.press(keys.randomElement(using: &generator) ?? .left)
      screen.write(line.redraw(columns: columns))
      // What should stand there: the same written once, on a screen of its own.
      var fresh = Screen(columns: columns)
      fresh.write("(ispyd) " + line.buffer.text)
      let drawn = screen.lines.filter { !$0.isEmpty }
      #expect(drawn == fresh.lines.filter { !$0.isEmpty })
      var upToCursor = Screen(columns: columns)
      upToCursor.write("(ispyd) " + line.buffer.textBeforeCursor)
      let next = line.buffer.characters.dropFirst(line.buffer.cursor).first?.columns ?? 1
      // At the right edge the cursor stands at the start of the next row; a wide character is not parted.
      let wraps = upToCursor.column + (upToCursor.column == columns ? 1 : 0) > columns
      let place = wraps ? (upToCursor.row + 1, 0) : (upToCursor.row, upToCursor.column)
      #expect((screen.row, screen.column) == place || next == 2)
    }
  }

  @Test func leavingGoesBelowTheLine() {
    var line = session()
    type("a line of several rows, as it is seen on a narrow screen", into: &line)
    var screen = Screen(columns: 20)
    screen.write(line.redraw(columns: 20))
    _ = line.press(.home)
    screen.write(line.redraw(columns: 20))
    screen.write(line.leave(columns: 20))
    screen.write("done")
    #expect(screen.lines.last == "done")
    #expect(screen.lines.count == 5)
  }

  @Test func candidatesStandInColumns() {
    #expect(CandidateList.text(["a", "b", "c"], columns: 80) == "a  b  c\r\n")
    #expect(CandidateList.text(["aaaa", "b", "c"], columns: 13) == "aaaa  c\r\nb\r\n")
    #expect(CandidateList.text(["日本", "b"], columns: 80) == "日本  b\r\n")
    #expect(CandidateList.text((0..<300).map { "candidate\($0)" }, columns: 80).contains("… 100 more"))
  }
}
