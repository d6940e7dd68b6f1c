import Catalog
import Terminal
import Values

/// The screen of `top` as rows of text: made of its state and the terminal's size, and of nothing else.
enum TopDrawing {
  static let leastRows = 9
  static let leastColumns = 36

  /// As many rows as the terminal has.
  static func lines(_ state: inout TopState, rows: Int, columns: Int) -> [StyledLine] {
    guard rows >= leastRows, columns >= leastColumns else {
      let text = "too small: \(columns)x\(rows), \(leastColumns)x\(leastRows) needed"
      return [StyledLine(text.cut(columns), .warning)]
    }
    guard let result = state.result else { return [StyledLine("looking …", .dim)] }
    var lines = head(result, state, columns)
    let body = rows - lines.count - 1
    if state.isHelp {
      lines += help(rows: body, columns: columns)
    } else if let detail = state.detail {
      let all = TopDetail(result: result, columns: columns).lines(of: detail)
      state.limitDetail(to: all.count, page: body)
      lines += all.dropFirst(state.detailOffset).prefix(body)
    } else {
      lines += table(&state, rows: body, columns: columns)
    }
    while lines.count < rows - 1 { lines.append(StyledLine()) }
    lines.append(foot(state, columns))
    return lines
  }

  static func words(ofMode mode: String) -> String {
    switch mode {
    case "cpu": "CPU time"
    case "gil": "GIL time"
    default: "time"
    }
  }

  // MARK: - Above the table

  private static func head(_ result: TopResult, _ state: TopState, _ columns: Int) -> [StyledLine] {
    let headline = TopHeadline(result: result, worker: state.view.worker)
    var lines = [
      StyledLine(fitting(headline.title, columns), .bold),
      StyledLine(fitting(headline.quality, columns), headline.isDoubtful ? .warning : .plain),
      StyledLine(fitting(headline.load, columns, between: "  ")),
    ]
    var alarms = headline.alarms
    if let ending = state.ending { alarms.insert(ending + "; this is the last screen, q quits", at: 0) }
    if let first = alarms.first {
      let more = alarms.count > 1 ? " (and \(alarms.count - 1) more)" : ""
      lines.append(StyledLine(first.cut(columns - more.columns) + more, .alarm))
    }
    lines.append(tabs(result, state, columns))
    return lines
  }

  /// As many of the pieces as fit, the first one whatever its length.
  private static func fitting(_ pieces: [String], _ columns: Int, between gap: String = ", ") -> String {
    guard var text = pieces.first else { return "" }
    for piece in pieces.dropFirst() where text.columns + gap.columns + piece.columns <= columns { text += gap + piece }
    return text.cut(columns)
  }

  private static func tabs(_ result: TopResult, _ state: TopState, _ columns: Int) -> StyledLine {
    var line = StyledLine()
    for panel in TopPanel.allCases {
      let title = columns < 72 ? panel.shortTitle : panel.title
      let isShown = panel == state.view.panel
      line.append(isShown ? "[\(title)]" : " \(title) ", isShown ? .bold : .dim)
    }
    // Right of them, what was chosen: the most important first.
    var flags: [(String, Style)] = []
    if state.isPaused { flags.append(("PAUSED", .warning)) }
    if let worker = state.view.worker { flags.append(("only \(worker)", .name)) }
    if !state.view.filter.isEmpty { flags.append(("filter \(ValueText.plain(state.view.filter, room: 20))", .name)) }
    if state.view.panel == .functions { flags.append((state.view.window.words(result.sampling), .plain)) }
    flags.append((words(ofMode: result.sampling.mode), .plain))
    var room = columns - line.columns - 1
    var shown: [(String, Style)] = []
    for flag in flags where flag.0.columns + 2 <= room {
      shown.append(flag)
      room -= flag.0.columns + 2
    }
    line.append(String(repeating: " ", count: max(1, room + 1)))
    for (text, style) in shown {
      line.append("  ")
      line.append(text, style)
    }
    return line
  }

  // MARK: - The table

  private static func table(_ state: inout TopState, rows: Int, columns: Int) -> [StyledLine] {
    guard let table = state.table else { return [] }
    let layout = TopLayout(table, columns: columns)
    let (selected, offset) = state.place(in: table, page: rows - 1)
    let sorting = state.view.sorting[table.panel] ?? table.panel.sorting
    var lines = [layout.heading(sorting: sorting, isTurned: state.view.turned.contains(table.panel))]
    for (index, row) in table.rows.enumerated().dropFirst(offset).prefix(rows - 1) {
      let line = layout.line(row)
      lines.append(index == selected ? line.inStyle(.selected) : line)
    }
    if table.rows.isEmpty { lines.append(StyledLine(nothing(table.panel, state).cut(columns), .dim)) }
    return lines
  }

  private static func nothing(_ panel: TopPanel, _ state: TopState) -> String {
    guard state.view.filter.isEmpty else { return "nothing has \"\(state.view.filter)\" in it; Escape shows all" }
    switch panel {
    case .functions: return state.mode == "wall" ? "no Python function was seen" : "nothing ran; m counts waiting too"
    case .threads: return "no threads"
    case .requests: return "no requests in flight"
    case .workers: return "no processes"
    }
  }

  // MARK: - Below it

  private static func foot(_ state: TopState, _ columns: Int) -> StyledLine {
    if let prompt = state.prompt {
      let name =
        switch prompt {
        case .search: "search: "
        case .filter: "filter: "
        case .interval: "interval, now \(Figures.fixed(state.interval, places: 1))s: "
        }
      var line = StyledLine(name, .bold)
      let room = columns - name.columns - 1
      let typed = state.typed
      let before = typed.textBeforeCursor.cut(room, keepsEnd: true)
      line.append(before)
      let rest = String(typed.text.dropFirst(typed.cursor))
      line.append(String(rest.prefix(1)).isEmpty ? " " : String(rest.prefix(1)), .selected)
      line.append(String(rest.dropFirst()).cut(max(0, room - before.columns)))
      return line
    }
    if let message = state.message { return StyledLine(message.cut(columns), .warning) }
    let labels: [(String, String)] =
      if state.isHelp {
        [("any key", "back")]
      } else if state.detail != nil {
        [("Esc", "back"), ("PgDn", "on"), ("p", "pause"), ("q", "back")]
      } else {
        [
          ("h", "help"), ("q", "quit"), ("Tab", "table"), ("Enter", "more"), ("/", "search"), ("\\", "filter"),
          ("P", "own"),
          ("T", "total"), ("c", "window"), ("m", "mode"), ("p", "pause"), ("s", "interval"),
        ]
      }
    var line = StyledLine()
    for (key, meaning) in labels where line.columns + key.columns + meaning.columns + 2 <= columns {
      line.append(key, .label)
      line.append(" " + meaning + " ")
    }
    return line
  }

  private static func help(rows: Int, columns: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    let width = columns < 60 ? 0 : 28
    for (keys, meaning) in TopKeys.all {
      if width == 0 {
        lines.append(StyledLine("\(keys): \(meaning)".cut(columns)))
      } else {
        var line = StyledLine(keys.fitted(width), .name)
        line.append(meaning.cut(columns - width))
        lines.append(line)
      }
    }
    // Nothing of it is left out without a word.
    guard lines.count + 2 > rows else {
      return lines + [StyledLine(), StyledLine(TopKeys.withoutKill.cut(columns), .dim)]
    }
    return Array(lines.prefix(max(0, rows - 1))) + [
      StyledLine("more: ispy help top, or a taller window".cut(columns), .dim)
    ]
  }
}

/// How wide each column of a table is on a screen.
struct TopLayout {
  private var widths: [(column: TopColumn, width: Int)] = []

  init(_ table: TopTable, columns: Int) {
    var shown = table.columns
    func least() -> Int { shown.reduce(0) { $0 + $1.width } + shown.count - 1 }
    for column in table.panel.dispensable where least() > columns { shown.removeAll { $0 == column } }
    // What is left over goes to those that need it, by weight.
    var needs = shown.map { column -> Int in
      guard column.weight > 0 else { return 0 }
      let most = table.rows.reduce(column.title.columns + 1) { max($0, $1.cells[column]?.columns ?? 0) }
      // In steps, so that they do not tremble from one result to the next.
      return max(0, (most + 7) / 8 * 8 - column.width)
    }
    var widths = shown.map(\.width)
    var room = max(0, columns - least())
    while room > 0 {
      let open = shown.indices.filter { needs[$0] > 0 }
      guard !open.isEmpty else { break }
      let weights = open.reduce(0) { $0 + shown[$1].weight }
      let before = room
      for index in open {
        let share = min(needs[index], max(1, before * shown[index].weight / weights), room)
        widths[index] += share
        needs[index] -= share
        room -= share
      }
    }
    // On the narrowest screens the last column has what is left.
    if let last = widths.indices.last { widths[last] -= max(0, least() - columns) }
    self.widths = zip(shown, widths).map { ($0, $1) }
  }

  func heading(sorting: TopColumn?, isTurned: Bool) -> StyledLine {
    var line = StyledLine(rest: .heading)
    for (index, (column, width)) in widths.enumerated() {
      var title = column.title
      if column == sorting { title += column.isAscending != isTurned ? "↑" : "↓" }
      line.append((index > 0 ? " " : "") + title.fitted(width, isRight: column.isRight), .heading)
    }
    return line
  }

  func line(_ row: TopTable.Row) -> StyledLine {
    var line = StyledLine()
    for (index, (column, width)) in widths.enumerated() {
      if index > 0 { line.append(" ") }
      var text = row.cells[column] ?? ""
      if text.columns > width, let short = row.short[column] { text = short }
      let cell = text.fitted(width, isRight: column.isRight, keepsEnd: column.keepsEnd)
      line.append(cell, row.style != .plain ? row.style : [.function, .thread].contains(column) ? .name : .plain)
    }
    return line
  }
}
