import Catalog
import ResultFixtures
import Terminal
import Testing

@testable import IspyCommands

/// What keys do to the screen of `top`.
@Suite struct TopStateTests {
  private func result() throws -> TopResult { try #require(try ResultFixture.top.result() as? TopResult) }

  private func state() throws -> TopState {
    var state = TopState(interval: 1, mode: "cpu")
    state.take(try result())
    draw(&state)
    return state
  }

  @discardableResult
  private func draw(_ state: inout TopState, rows: Int = 24, columns: Int = 100) -> [String] {
    TopDrawing.lines(&state, rows: rows, columns: columns).map(\.text)
  }

  @discardableResult
  private func press(_ keys: Key..., in state: inout TopState) -> TopState.Effect {
    var effect = TopState.Effect.none
    for key in keys {
      effect = state.press(key)
      draw(&state)
    }
    return effect
  }

  private func type(_ text: String, in state: inout TopState) { for key in text { press(.text(key), in: &state) } }

  private func first(_ state: TopState, _ column: TopColumn) -> String { state.table?.rows.first?.cells[column] ?? "" }

  // MARK: - Tables

  @Test func tablesAreChosenByTabAndByLetter() throws {
    var state = try state()
    #expect(state.view.panel == .functions)
    press(.tab, in: &state)
    #expect(state.view.panel == .threads)
    press(.backTab, .backTab, in: &state)
    #expect(state.view.panel == .workers)
    for (key, panel) in [("f", TopPanel.functions), ("t", .threads), ("r", .requests), ("w", .workers)] {
      press(.text(Character(key)), in: &state)
      #expect(state.view.panel == panel)
    }
  }

  @Test func functionsOfAllWorkersAreAddedUp() throws {
    let state = try state()
    let row = try #require(state.table?.rows.first { $0.cells[.function] == "rows" })
    #expect(row.cells[.ownTime] == "28.55s")
    #expect(state.table?.rows.count { $0.cells[.function] == "rows" } == 1)
  }

  @Test func arrowsGoFromWorkerToWorkerAndBackToAll() throws {
    var state = try state()
    press(.right, in: &state)
    #expect(state.view.worker == 4711)
    press(.right, in: &state)
    #expect(state.view.worker == 4712)
    #expect(state.table?.rows.map { $0.cells[.function] } == ["rows"])
    press(.right, in: &state)
    #expect(state.view.worker == nil)
    press(.left, .text("a"), in: &state)
    #expect(state.view.worker == nil)
  }

  @Test func aWorkerThatEndsIsNotWaitedFor() throws {
    var state = try state()
    press(.right, .right, in: &state)
    var next = try result()
    next.workers.removeLast()
    state.take(next)
    #expect(state.view.worker == nil)
    #expect(state.message?.contains("4712 has ended") == true)
  }

  @Test func enterOnAWorkerShowsItsFunctions() throws {
    var state = try state()
    press(.text("w"), .enter, in: &state)
    #expect(state.view.worker == 4711)
    #expect(state.view.panel == .functions)
  }

  // MARK: - Sorting

  @Test func lettersSortAsInTop() throws {
    var state = try state()
    #expect(first(state, .function) == "lines_of")
    press(.text("T"), in: &state)
    #expect(state.view.sorting[.functions] == .totalTime)
    press(.text("N"), in: &state)
    #expect(first(state, .function) == "[uncertain]")
    press(.text("R"), in: &state)
    #expect(first(state, .function) == "rows")
    press(.text("P"), in: &state)
    #expect(first(state, .function) == "lines_of")
    press(.text("M"), in: &state)
    #expect(state.view.panel == .workers && state.view.sorting[.workers] == .rss)
    #expect(first(state, .rss) == "32M")
  }

  @Test func theSortColumnMovesRoundTheTable() throws {
    var state = try state()
    press(.text(">"), in: &state)
    #expect(state.view.sorting[.functions] == .totalShare)
    press(.text("<"), .text("<"), in: &state)
    #expect(state.view.sorting[.functions] == .file)
    press(.function(6), in: &state)
    #expect(state.view.sorting[.functions] == .ownShare)
  }

  @Test func threadsStayInTheOrderOfInterestUntilTheyAreSorted() throws {
    var state = try state()
    press(.text("t"), in: &state)
    #expect(first(state, .state) == "lock")
    press(.text("P"), in: &state)
    #expect(first(state, .cpu) == "96.5")
    #expect(first(state, .state) == "run*")
  }

  @Test func sharesAreOfTheIntervalOrSmoothedOrOfAll() throws {
    var state = try state()
    #expect(first(state, .ownShare) == "60.8")
    press(.text("c"), in: &state)
    #expect(first(state, .ownShare) == "58.0")
    press(.text("S"), in: &state)
    #expect(first(state, .ownShare) == "61.3")
    press(.text("c"), in: &state)
    #expect(state.view.window == .interval)
  }

  // MARK: - Selecting

  @Test func theSelectionFollowsItsRow() throws {
    var state = try state()
    press(.down, in: &state)
    let id = try #require(state.table).rows[1].id
    var next = try result()
    next.functions[1].interval.own = 5
    state.take(next)
    var drawn = state
    let table = try #require(state.table)
    #expect(drawn.place(in: table, page: 5).selected == 0)
    #expect(table.rows[0].id == id)
  }

  @Test func atTheTopTheSelectionStaysAtTheTop() throws {
    var state = try state()
    var next = try result()
    next.functions[1].interval.own = 5
    state.take(next)
    let table = try #require(state.table)
    #expect(state.place(in: table, page: 5).selected == 0)
  }

  @Test func itScrollsNoFartherThanThereAreRows() throws {
    var state = try state()
    press(.end, in: &state)
    let table = try #require(state.table)
    #expect(state.place(in: table, page: 2) == (table.rows.count - 1, table.rows.count - 2))
    press(.pageDown, .down, in: &state)
    #expect(state.place(in: table, page: 2).selected == table.rows.count - 1)
    press(.home, .up, in: &state)
    #expect(state.place(in: table, page: 2) == (0, 0))
  }

  // MARK: - Searching and filtering

  @Test func aSearchSelectsWhatIsFoundAndGoesOn() throws {
    var state = try state()
    press(.text("/"), in: &state)
    type("database", in: &state)
    let table = try #require(state.table)
    let found = table.rows.indices.filter { table.rows[$0].contains("database") }
    #expect(state.place(in: table, page: 20).selected == found[0])
    press(.enter, .text("n"), in: &state)
    #expect(state.place(in: table, page: 20).selected == found[1])
    press(.function(3), in: &state)
    #expect(state.place(in: table, page: 20).selected == found[0])
    press(.text("/"), in: &state)
    type("zzz", in: &state)
    #expect(state.message?.contains("not found") == true)
    press(.escape, in: &state)
    #expect(state.search.isEmpty && state.prompt == nil)
  }

  @Test func aFilterLeavesOnlyWhatHasIt() throws {
    var state = try state()
    press(.text("\\"), in: &state)
    type("ORDERS", in: &state)
    #expect(state.table?.rows.count == 1)
    press(.enter, in: &state)
    #expect(state.view.filter == "ORDERS" && state.prompt == nil)
    press(.function(4), .backspace, in: &state)
    #expect(state.view.filter == "ORDER")
    press(.escape, in: &state)
    #expect(state.view.filter.isEmpty)
  }

  @Test func wordsAreEditedAsTheyAreTyped() throws {
    var state = try state()
    press(.text("/"), in: &state)
    type("qr", in: &state)
    press(.left, .text("w"), .home, .delete, .end, .paste("x\ny"), in: &state)
    #expect(state.typed.text == "wrxy")
    // No key is a command meanwhile but Control-C.
    #expect(press(.text("q"), in: &state) == .none)
    #expect(press(.control("c"), in: &state) == .quit)
  }

  // MARK: - The rest

  @Test func aPausedScreenStaysAndTheNextOneIsTheNewest() throws {
    var state = try state()
    press(.text("p"), in: &state)
    var next = try result()
    next.sampling.samples = 99_999
    state.take(next)
    #expect(state.result?.sampling.samples == 41_750)
    #expect(draw(&state).contains { $0.contains("PAUSED") })
    press(.text(" "), in: &state)
    #expect(state.result?.sampling.samples == 99_999)
  }

  @Test func anyKeyLeavesTheHelp() throws {
    for key in [Key.text("h"), .text("?"), .function(1)] {
      var state = try state()
      press(key, in: &state)
      #expect(state.isHelp)
      #expect(draw(&state, rows: 30).contains { $0.contains("There is no k (kill)") })
      #expect(press(.text("q"), in: &state) == .none)
      #expect(!state.isHelp)
    }
  }

  @Test func whatEndsIt() throws {
    for key in [Key.text("q"), .function(10), .control("c")] {
      var state = try state()
      #expect(press(key, in: &state) == .quit)
    }
    var state = try state()
    #expect(press(.control("z"), in: &state) == .suspend)
    #expect(press(.control("l"), in: &state) == .redraw)
  }

  @Test func nothingIsKilled() throws {
    var state = try state()
    #expect(press(.text("k"), in: &state) == .none)
    #expect(state.message == TopKeys.withoutKill)
    press(.function(9), in: &state)
    #expect(state.message == TopKeys.withoutKill)
    press(.text("€"), in: &state)
    #expect(state.message?.contains("no such key") == true)
  }

  @Test func theIntervalIsATime() throws {
    var state = try state()
    press(.text("s"), in: &state)
    type("2s", in: &state)
    #expect(press(.enter, in: &state) == .pace(2))
    #expect(state.interval == 2)
    for wrong in ["0", "50ms", "abc"] {
      press(.text("d"), in: &state)
      type(wrong, in: &state)
      #expect(press(.enter, in: &state) == .none)
      #expect(state.message?.contains("an interval is a time") == true)
    }
    press(.text("s"), in: &state)
    #expect(press(.enter, in: &state) == .none)
    #expect(state.interval == 2)
  }

  @Test func modesComeOneAfterTheOther() throws {
    var state = try state()
    #expect(press(.text("m"), in: &state) == .mode("wall"))
    state.begin("wall")
    #expect(press(.text("m"), in: &state) == .mode("gil"))
    state.end("process 4711 has ended")
    #expect(press(.text("m"), in: &state) == .none)
  }

  @Test func whatEndedStaysOnTheScreenWithTheReason() throws {
    var state = try state()
    state.end("process 4711 has ended")
    let lines = draw(&state)
    #expect(lines.contains { $0.hasPrefix("process 4711 has ended; this is the last screen, q quits") })
    #expect(lines.contains { $0.contains("lines_of") })
  }

  // MARK: - Looking closer

  @Test func enterShowsWhoCallsAFunction() throws {
    var state = try state()
    press(.down, .enter, in: &state)
    let lines = draw(&state)
    #expect(lines.contains { $0.contains("20.00s  lines_of (/srv/shop/database.py:28)") })
    // Of both processes together.
    #expect(lines.contains { $0.contains("8.55s  page (/srv/shop/catalog.py:40)") })
    press(.escape, in: &state)
    #expect(state.detail == nil)
  }

  @Test func enterShowsTheStackOfAThread() throws {
    var state = try state()
    press(.text("t"), .enter, in: &state)
    let lines = draw(&state)
    #expect(lines.contains { $0.hasPrefix("waiting for stock_lock (Lock), held by ThreadPoolExecutor-0_1") })
    // Another table is one key away.
    press(.text("r"), in: &state)
    #expect(state.view.panel == .requests && state.detail == nil)
    press(.enter, in: &state)
    #expect(draw(&state).contains { $0.contains("GET /orders/17") || $0.contains("/orders/17") })
  }

  @Test func aThreadThatEndsIsSaid() throws {
    var state = try state()
    press(.text("t"), .enter, in: &state)
    var next = try result()
    next.threads.removeAll()
    state.take(next)
    #expect(draw(&state).contains { $0.contains("The thread has ended") })
  }
}
