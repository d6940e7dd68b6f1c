import TestSupport
import Testing

@testable import Terminal

struct CanvasTests {
  private func canvas(_ lines: [String], rows: Int = 4, columns: Int = 12) -> Canvas {
    Canvas(lines.map { StyledLine($0) }, rows: rows, columns: columns)
  }

  @Test func whatIsNewIsWrittenAndOnlyThat() {
    let first = canvas(["one two", "three"])
    let second = canvas(["one TWO", "three"])
    let update = second.update(from: first, isColored: false)
    #expect(update.contains("TWO") && !update.contains("one") && !update.contains("three"))
    #expect(second.update(from: second, isColored: false) == "")
  }

  @Test func anotherSizeIsDrawnAnew() {
    let first = canvas(["one"])
    let second = canvas(["one"], rows: 5)
    #expect(second.update(from: first, isColored: false).contains("one"))
    #expect(second.update(from: first, isColored: false).contains("\u{1b}[2J"))
  }

  @Test func theRestOfARowIsErasedWithOneSequence() {
    let update = canvas(["x"]).update(from: canvas(["x and more"]), isColored: false)
    #expect(update == "\u{1b}[1;2H\u{1b}[K")
  }

  @Test func withoutColoursNoColourIsSent() {
    for style in Style.allCases {
      let codes = style.code(isColored: false).split(separator: ";").compactMap { Int($0) }
      #expect(codes.allSatisfy { $0 < 30 }, "\(style)")
    }
    let drawn = Canvas([StyledLine("a", .selected)], rows: 1, columns: 4)
    #expect(drawn.update(from: nil, isColored: false).contains("\u{1b}[0;7m"))
    #expect(drawn.update(from: nil, isColored: true).contains("\u{1b}[0;30;46m"))
  }

  @Test func halfOfAWideCharacterIsNotShown() {
    let drawn = canvas(["日本日本日本日"], rows: 1, columns: 5)
    var grid = TerminalGrid(rows: 1, columns: 5)
    grid.write(drawn.update(from: nil, isColored: false))
    #expect(grid.lines == ["日本"])
  }

  @Test func styledRowsGoToTheEdge() {
    let drawn = Canvas([StyledLine("ab").inStyle(.selected)], rows: 1, columns: 6)
    #expect(drawn.update(from: nil, isColored: false).hasSuffix("\u{1b}[0;7mab    \u{1b}[0m"))
  }

  /// Whatever stood there, after the update the screen is what it would be drawn on an empty one.
  @Test func anyUpdateGivesTheSameScreenAsDrawingAnew() {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("ab  …日🙂é|")
    func random() -> Canvas {
      Canvas(
        (0..<6).map { _ in
          var line = StyledLine()
          for _ in 0..<Int.random(in: 0..<5, using: &generator) {
            let text = String((0..<4).map { _ in alphabet.randomElement(using: &generator) ?? " " })
            line.append(text, Style.allCases.randomElement(using: &generator) ?? .plain)
          }
          return Bool.random(using: &generator) ? line : line.inStyle(.heading)
        }, rows: 6, columns: 15)
    }
    var shown = random()
    var grid = TerminalGrid(rows: 6, columns: 15)
    grid.write(shown.update(from: nil, isColored: true))
    for _ in 0..<300 {
      let next = random()
      grid.write(next.update(from: shown, isColored: true))
      shown = next
      let anew = TerminalGrid(rows: 6, columns: 15, showing: next.update(from: nil, isColored: true))
      #expect(grid.lines == anew.lines)
    }
  }

  // MARK: - Texts

  @Test func textsAreCutWhereTheyDoNotFit() {
    #expect("checkout".fitted(10) == "checkout  ")
    #expect("checkout".fitted(10, isRight: true) == "  checkout")
    #expect("checkout".fitted(5) == "chec…")
    #expect("/srv/shop/views.py:12".fitted(9, keepsEnd: true) == "…ws.py:12")
    #expect("日本語".cut(4) == "日…")
    #expect("日本語".fitted(6) == "日本語")
    #expect("x".cut(0) == "")
  }
}
