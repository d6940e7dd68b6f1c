import Catalog
import Terminal

/// The screen of `top` as keys and results change it. Nothing here touches a terminal or a process.
struct TopState {
  /// What a key asks of the program.
  enum Effect: Equatable {
    case none
    case quit
    case suspend
    /// Draw everything anew.
    case redraw
    /// Seconds from one result to the next.
    case pace(Double)
    /// Count another kind of time, from the beginning.
    case mode(String)
  }

  /// What is looked at more closely.
  enum Detail: Equatable {
    case function(String)
    case thread(String)
    case request(String)
  }

  /// A word that is being typed.
  enum Prompt: Equatable {
    case search, filter, interval
  }

  private(set) var view = TopView()
  /// What is shown.
  private(set) var result: TopResult?
  /// What came while the screen was paused.
  private var waiting: TopResult?
  private(set) var isPaused = false
  private(set) var isHelp = false
  private(set) var detail: Detail?
  private(set) var detailOffset = 0
  private(set) var prompt: Prompt?
  private(set) var typed = LineBuffer()
  private(set) var search = ""
  /// Said in the last row until the next key.
  private(set) var message: String?
  /// Nothing has come since it was begun anew.
  private var isBeginning = false
  /// Why nothing more will come.
  private(set) var ending: String?
  private(set) var interval: Double
  private(set) var mode: String
  /// The selected row of each table; nil while the first one is, whichever that is.
  private var selected: [TopPanel: String] = [:]
  private var places: [TopPanel: Int] = [:]
  /// Rows of the table that are above the first one shown.
  private(set) var offset: [TopPanel: Int] = [:]
  /// Of the table, as it was drawn last.
  private var page = 10

  init(interval: Double, mode: String) {
    self.interval = interval
    self.mode = mode
  }

  // MARK: - Results

  mutating func take(_ new: TopResult) {
    if let worker = view.worker, !new.workers.contains(where: { $0.pid == worker }) {
      message = "process \(worker) has ended: all are shown"
      view.worker = nil
    }
    if isPaused, result != nil { waiting = new } else { result = new }
    if isBeginning { message = nil }
    isBeginning = false
  }

  /// Nothing more will come: all have ended, or looking failed.
  mutating func end(_ words: String) {
    ending = words
    if let waiting { result = waiting }
  }

  /// Counting begins anew, in another mode.
  mutating func begin(_ mode: String) {
    self.mode = mode
    waiting = nil
    isPaused = false
    isBeginning = true
    message = "counting \(TopDrawing.words(ofMode: mode)) …"
  }

  var table: TopTable? { result.map { TopTable(view.panel, of: $0, as: view) } }

  /// Where the selection is in a table, and how far that is scrolled to show it.
  mutating func place(in table: TopTable, page: Int) -> (selected: Int, offset: Int) {
    self.page = max(page, 1)
    let panel = table.panel
    let last = max(0, table.rows.count - 1)
    var index = min(places[panel] ?? 0, last)
    if let id = selected[panel], let found = table.rows.firstIndex(where: { $0.id == id }) { index = found }
    places[panel] = index
    var first = min(offset[panel] ?? 0, max(0, table.rows.count - self.page))
    if index < first { first = index }
    if index >= first + self.page { first = index - self.page + 1 }
    offset[panel] = first
    return (index, first)
  }

  // MARK: - Keys

  mutating func press(_ key: Key) -> Effect {
    if key == .control("c") { return .quit }
    if key == .control("z") { return .suspend }
    if key == .control("l") { return .redraw }
    message = nil
    if prompt != nil { return type(key) }
    if isHelp {
      isHelp = false
      return .none
    }
    if detail != nil, pressInDetail(key) { return .none }
    return command(key)
  }

  private mutating func command(_ key: Key) -> Effect {
    switch key {
    case .text("q"), .function(10): return .quit
    case .text("h"), .text("?"), .function(1): isHelp = true
    case .text("p"), .text(" "): pause()
    case .tab: show(panel(1))
    case .backTab: show(panel(-1))
    case .text("f"): show(.functions)
    case .text("t"): show(.threads)
    case .text("r"): show(.requests)
    case .text("w"): show(.workers)
    case .text("c"), .text("S"):
      view.window = TopView.Window(rawValue: view.window.rawValue + 1) ?? .interval
    case .text("m"): return nextMode()
    case .left: choose(-1)
    case .right: choose(1)
    case .text("a"): view.worker = nil
    case .enter: open()
    case .text("s"), .text("d"): ask(.interval)
    case .text("/"): ask(.search)
    case .function(3), .text("n"): findNext()
    case .text("\\"), .function(4): ask(.filter)
    case .escape:
      view.filter = ""
      search = ""
    case .text("k"), .function(9): message = TopKeys.withoutKill
    default: if !move(key), !sort(key) { message = "no such key here; h shows what there is" }
    }
    return .none
  }

  private mutating func pause() {
    isPaused.toggle()
    if !isPaused, let waiting {
      result = waiting
      self.waiting = nil
    }
  }

  private func panel(_ step: Int) -> TopPanel {
    let all = TopPanel.allCases
    return all[(view.panel.rawValue + step + all.count) % all.count]
  }

  private mutating func show(_ panel: TopPanel) {
    view.panel = panel
    detail = nil
  }

  /// One worker after the other; all of them between the last and the first.
  private mutating func choose(_ step: Int) {
    let choices: [Int32?] = [nil] + (result?.workers.map(\.pid).sorted() ?? [])
    let index = choices.firstIndex(of: view.worker) ?? 0
    view.worker = choices[(index + step + choices.count) % choices.count]
  }

  private func nextMode() -> Effect {
    guard ending == nil else { return .none }
    let modes = ["cpu", "wall", "gil"]
    let index = modes.firstIndex(of: mode) ?? 0
    return .mode(modes[(index + 1) % modes.count])
  }

  // MARK: - Moving

  private mutating func move(_ key: Key) -> Bool {
    let index = places[view.panel] ?? 0
    switch key {
    case .up: select(index - 1)
    case .down: select(index + 1)
    case .pageUp, .control("b"): select(index - page)
    case .pageDown, .control("f"): select(index + page)
    case .home:
      select(0)
      // At the top it stays there, whatever comes to the top.
      selected[view.panel] = nil
    case .end: select(.max)
    default: return false
    }
    return true
  }

  private mutating func select(_ index: Int) {
    guard let rows = table?.rows, !rows.isEmpty else { return }
    let index = min(max(index, 0), rows.count - 1)
    places[view.panel] = index
    selected[view.panel] = rows[index].id
  }

  // MARK: - Sorting

  private mutating func sort(_ key: Key) -> Bool {
    let panel = view.panel
    let columns = panel.columns(ofSeveral: (result?.workers.count ?? 0) > 1 && view.worker == nil)
    let now = view.sorting[panel] ?? panel.sorting
    let wanted: TopColumn?
    switch key {
    case .text("P"): wanted = columns.first { [.ownShare, .cpu, .duration].contains($0) }
    case .text("T"): wanted = columns.first { [.totalTime, .duration, .gil].contains($0) }
    case .text("M"):
      wanted = .rss
      view.panel = .workers
    case .text("N"): wanted = columns.first { [.function, .thread, .request].contains($0) } ?? .pid
    case .text("R"), .text("I"):
      view.turned.formSymmetricDifference([panel])
      return true
    case .text("<"), .text(">"), .function(6):
      let step = key == .text("<") ? -1 : 1
      // Where nothing is sorted by, the first of either end is next.
      let index = now.flatMap { columns.firstIndex(of: $0) } ?? (step > 0 ? -1 : columns.count)
      wanted = columns[(index + step + columns.count) % columns.count]
    default: return false
    }
    guard let wanted else { return true }
    view.sorting[view.panel] = wanted
    view.turned.remove(view.panel)
    selected[view.panel] = nil
    places[view.panel] = 0
    return true
  }

  // MARK: - Words

  private mutating func ask(_ prompt: Prompt) {
    self.prompt = prompt
    typed = LineBuffer()
    switch prompt {
    case .search: typed.insert(search)
    case .filter: typed.insert(view.filter)
    case .interval: break
    }
  }

  private mutating func type(_ key: Key) -> Effect {
    switch key {
    case .text(let character): typed.insert(String(character))
    case .paste(let text): typed.insert(String(text.filter { $0.columns > 0 }))
    case .backspace: typed.deleteBackward()
    case .delete: typed.deleteForward()
    case .left: typed.moveLeft()
    case .right: typed.moveRight()
    case .home, .control("a"): typed.moveToStart()
    case .end, .control("e"): typed.moveToEnd()
    case .control("u"): typed.cutToStart()
    case .control("w"): typed.cutToSpace()
    case .escape, .control("g"):
      if prompt == .filter { view.filter = "" }
      if prompt == .search { search = "" }
      prompt = nil
      return .none
    case .enter: return entered()
    case .function(3) where prompt == .search: findNext()
    default: return .none
    }
    if prompt == .filter { view.filter = typed.text }
    if prompt == .search {
      search = typed.text
      find(from: 0)
    }
    return .none
  }

  private mutating func entered() -> Effect {
    defer { prompt = nil }
    guard prompt == .interval, !typed.isEmpty else { return .none }
    guard let seconds = Arguments.seconds(typed.text), seconds >= 0.1 else {
      message = "an interval is a time such as 500ms, 2s or 1m, 100ms at least"
      return .none
    }
    interval = seconds
    return .pace(seconds)
  }

  private mutating func findNext() {
    guard !search.isEmpty else { return ask(.search) }
    find(from: (places[view.panel] ?? 0) + 1)
  }

  /// Selects the next row with the words in it, round the end of the table.
  private mutating func find(from start: Int) {
    guard let rows = table?.rows, !search.isEmpty else { return }
    let order = rows.indices.map { (start + $0) % max(rows.count, 1) }
    guard let found = order.first(where: { rows[$0].contains(search) }) else {
      message = "not found: \(search)"
      return
    }
    select(found)
  }

  // MARK: - Looking closer

  private mutating func open() {
    guard let table, !table.rows.isEmpty else { return }
    let row = table.rows[min(places[view.panel] ?? 0, table.rows.count - 1)]
    detailOffset = 0
    switch view.panel {
    case .functions: detail = .function(row.id)
    case .threads: detail = .thread(row.id)
    case .requests: detail = .request(row.id)
    case .workers:
      view.worker = Int32(row.id)
      view.panel = .functions
    }
  }

  /// False where the key means what it means elsewhere.
  private mutating func pressInDetail(_ key: Key) -> Bool {
    switch key {
    case .escape, .enter, .text("q"), .left, .backspace: detail = nil
    case .up: detailOffset = max(0, detailOffset - 1)
    case .down: detailOffset += 1
    case .pageUp: detailOffset = max(0, detailOffset - page)
    case .pageDown: detailOffset += page
    case .home: detailOffset = 0
    case .end: detailOffset = .max / 2
    case .text("p"), .text(" "): pause()
    case .tab, .backTab, .text("f"), .text("t"), .text("r"), .text("w"), .text("h"), .text("?"), .function: return false
    default: break
    }
    return true
  }

  /// The lines of a detail are so many: it is not scrolled beyond them.
  mutating func limitDetail(to lines: Int, page: Int) {
    self.page = max(page, 1)
    detailOffset = min(detailOffset, max(0, lines - page))
  }
}
