import Catalog
import ResultFixtures
import Terminal
import TestSupport
import Testing

@testable import IspyCommands

/// The screen of `top`, drawn without a terminal.
@Suite struct TopDrawingTests {
  private func state(_ change: (inout TopResult) -> Void = { _ in }) throws -> TopState {
    var result = try #require(try ResultFixture.top.result() as? TopResult)
    change(&result)
    var state = TopState(interval: 1, mode: "cpu")
    state.take(result)
    return state
  }

  private func text(_ state: TopState, _ rows: Int, _ columns: Int) -> String {
    var state = state
    let lines = TopDrawing.lines(&state, rows: rows, columns: columns)
    #expect(lines.count <= rows)
    for line in lines { #expect(line.columns <= columns, "\(line.text)") }
    return TerminalGrid(rows: rows, columns: columns, showing: shown(lines)).text + "\n"
  }

  private func shown(_ lines: [StyledLine]) -> String { lines.map(\.text).joined(separator: "\r\n") }

  private func pressing(_ keys: Key..., in state: TopState) -> TopState {
    var state = state
    _ = TopDrawing.lines(&state, rows: 24, columns: 80)
    for key in keys {
      _ = state.press(key)
      _ = TopDrawing.lines(&state, rows: 24, columns: 80)
    }
    return state
  }

  // MARK: - Snapshots

  @Test(arguments: [(24, 80), (20, 160), (10, 40)]) func everyTableIsAsInItsSnapshot(rows: Int, columns: Int) throws {
    let state = try state()
    let all = TopPanel.allCases.map { panel in
      "=== \(panel)\n" + text(pressing(.text(panel.title.lowercased().first ?? "f"), in: state), rows, columns)
    }
    assertSnapshot(all.joined(), named: "top-\(columns)x\(rows)")
  }

  @Test func detailsAndHelpAreAsInTheirSnapshots() throws {
    let state = try state()
    let views = [
      ("help", pressing(.text("h"), in: state)), ("function", pressing(.down, .enter, in: state)),
      ("thread", pressing(.text("t"), .enter, in: state)), ("request", pressing(.text("r"), .enter, in: state)),
      ("filter", pressing(.text("\\"), .text("r"), .text("o"), in: state)),
      ("paused worker", pressing(.right, .text("p"), in: state)),
    ]
    assertSnapshot(views.map { "=== \($0)\n" + text($1, 24, 80) }.joined(), named: "top-details")
  }

  @Test func longNamesAndWideCharactersStayInTheirColumns() throws {
    let state = try state { result in
      result.functions[0].function = "一つの長い名前の関数" + String(repeating: "x", count: 80)
      result.functions[0].file = "/" + String(repeating: "deep/", count: 40) + "日本.py"
      result.functions[1].function = "Widget.\u{1b}[2J"
      result.functions[3].function = "🙂🙂🙂"
    }
    let screen = text(state, 16, 80)
    #expect(!screen.contains("\u{1b}"))
    assertSnapshot(screen, named: "top-long")
  }

  @Test func manyWorkersFit() throws {
    let state = try state { result in
      let worker = result.workers[0]
      result.workers = (0..<200).map { index in
        var copy = worker
        copy.pid = 5000 + Int32(index)
        copy.cpuPercent = Double(index)
        copy.deadlocks = []
        return copy
      }
    }
    let screen = text(pressing(.text("w"), .end, in: state), 16, 80)
    #expect(screen.contains("200 processes"))
    // Sorted by CPU: the last row is the idlest.
    #expect(screen.contains("5000    0.0"))
  }

  // MARK: - Sizes

  @Test func aTerminalThatIsTooSmallSaysHowSmallItIs() throws {
    let state = try state()
    #expect(text(state, 5, 80) == "too small: 80x5, 36x9 needed\n\n\n\n\n")
    #expect(text(state, 24, 20).hasPrefix("too small: 20x24, 3…"))
    #expect(text(state, 1, 1).hasPrefix("…"))
    #expect(text(state, TopDrawing.leastRows, TopDrawing.leastColumns).contains("lines_of"))
  }

  @Test(arguments: [9, 10, 13, 24, 50, 100], [36, 40, 50, 60, 79, 80, 100, 132, 200, 400])
  func noSizeMakesARowTooLong(rows: Int, columns: Int) throws {
    for keys in [[Key.text("f")], [.text("t")], [.text("r")], [.text("w")], [.text("h")], [.text("t"), .enter]] {
      var state = try state()
      for key in keys {
        _ = state.press(key)
        _ = TopDrawing.lines(&state, rows: rows, columns: columns)
      }
      let lines = TopDrawing.lines(&state, rows: rows, columns: columns)
      #expect(lines.count == rows)
      for line in lines.dropFirst(state.detail == nil ? 0 : 30) { #expect(line.columns <= columns, "\(line.text)") }
    }
  }

  // MARK: - What must not be overlooked

  @Test func doubtfulFiguresAreMarked() throws {
    var good = try state { $0.sampling.reachedRate = 100 }
    var slow = try state { $0.sampling.reachedRate = 60 }
    var uncertain = try state { $0.sampling.uncertain = $0.sampling.samples / 10 }
    func style(_ state: inout TopState) -> Style { TopDrawing.lines(&state, rows: 24, columns: 80)[1].spans[0].style }
    #expect(style(&good) == .plain)
    #expect(style(&slow) == .warning)
    #expect(style(&uncertain) == .warning)
  }

  @Test func theSelectedRowIsSetOff() throws {
    var state = try state()
    let lines = TopDrawing.lines(&state, rows: 24, columns: 80)
    let selected = lines.filter { $0.rest == .selected }
    #expect(selected.count == 1 && selected[0].text.contains("lines_of"))
  }

  @Test func nothingToShowIsSaidInWords() throws {
    let state = try state { result in
      result.requests = []
      result.functions = []
    }
    #expect(text(state, 24, 80).contains("nothing ran; m counts waiting too"))
    #expect(text(pressing(.text("r"), in: state), 24, 80).contains("no requests in flight"))
    #expect(
      text(pressing(.text("\\"), .text("z"), in: state), 24, 80).contains("nothing has \"z\" in it; Escape shows all"))
  }
}
