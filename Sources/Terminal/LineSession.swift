/// One line while it is read: what keys do to it, and how it is drawn. Nothing here touches a terminal.
struct LineSession {
  enum Effect: Equatable {
    case edited
    /// The candidates for what stands before the cursor.
    case show([String])
    case clear
    case bell
    case suspend
    case done(LineEditor.Outcome)
  }

  private let prompt: String
  /// Of earlier lines, and at the end the one that was begun here.
  private var lines: [String]
  private var place: Int
  private let complete: (String) -> LineEditor.Completions
  private(set) var buffer = LineBuffer()
  private var search: Search?
  private var wasTab = false
  /// Rows from the prompt down to the cursor, as it was drawn last.
  private var cursorRow = 0
  private var lastRow = 0

  private struct Search {
    var query = ""
    var found: Int
    let before: String
  }

  init(prompt: String, history: [String], complete: @escaping (String) -> LineEditor.Completions) {
    self.prompt = prompt
    self.complete = complete
    lines = history + [""]
    place = history.count
  }

  // MARK: - Keys

  mutating func press(_ key: Key) -> Effect {
    if search != nil, let effect = pressInSearch(key) { return effect }
    let isSecondTab = wasTab
    wasTab = key == .tab
    switch key {
    case .enter: return .done(.line(buffer.text))
    case .control("c"): return .done(.interrupted)
    case .control("d"):
      if buffer.isEmpty { return .done(.end) }
      buffer.deleteForward()
    case .control("z"): return .suspend
    case .control("l"): return .clear
    case .tab: return completed(isSecond: isSecondTab)
    case .control("r"):
      search = Search(found: place, before: buffer.text)
    case .up, .control("p"): return go(to: place - 1)
    case .down, .control("n"): return go(to: place + 1)
    case .alt("<"): return go(to: 0)
    case .alt(">"): return go(to: lines.count - 1)
    default: return edit(key) ? .edited : .bell
    }
    return .edited
  }

  /// False where the key means nothing.
  private mutating func edit(_ key: Key) -> Bool {
    switch key {
    case .text(let character): buffer.insert(String(character))
    // Pasted lines do not run unseen: they become one.
    case .paste(let text): buffer.insert(Self.oneLine(text))
    case .backspace, .control("h"): buffer.deleteBackward()
    case .delete: buffer.deleteForward()
    case .left, .control("b"): buffer.moveLeft()
    case .right, .control("f"): buffer.moveRight()
    case .home, .control("a"): buffer.moveToStart()
    case .end, .control("e"): buffer.moveToEnd()
    case .wordLeft, .alt("b"): buffer.moveWordLeft()
    case .wordRight, .alt("f"): buffer.moveWordRight()
    case .control("k"): buffer.cutToEnd()
    case .control("u"): buffer.cutToStart()
    case .control("w"): buffer.cutToSpace()
    case .alt("d"): buffer.cutWordForward()
    case .altBackspace: buffer.cutWordBackward()
    case .control("y"): buffer.yank()
    case .control("t"): buffer.transpose()
    case .control("_"): buffer.undo()
    default: return false
    }
    return true
  }

  private static func oneLine(_ text: String) -> String {
    var line = ""
    for character in text {
      if character.isWhitespace { line += " " } else if character.columns > 0 { line.append(character) }
    }
    return line
  }

  // MARK: - History

  private mutating func go(to wanted: Int) -> Effect {
    guard lines.indices.contains(wanted), wanted != place else { return .bell }
    lines[place] = buffer.text
    place = wanted
    buffer.replace(with: lines[place])
    return .edited
  }

  /// Nil lets the key do what it does outside of a search, on what was found.
  private mutating func pressInSearch(_ key: Key) -> Effect? {
    guard var current = search else { return nil }
    switch key {
    case .text(let character): current.query.append(character)
    case .backspace: current.query = String(current.query.dropLast())
    case .control("r"): current.found -= 1
    case .control("g"), .control("c"):
      search = nil
      buffer.replace(with: current.before)
      return .edited
    default:
      search = nil
      return nil
    }
    let from = min(current.found, lines.count - 1)
    let found = from < 0 ? nil : (0...from).reversed().first { lines[$0].contains(current.query) }
    guard let found, !current.query.isEmpty else {
      // The query stays, and what was found before it.
      if !current.query.isEmpty { current.found += key == .control("r") ? 1 : 0 }
      search = current
      return current.query.isEmpty ? .edited : .bell
    }
    current.found = found
    search = current
    place = found
    buffer.replace(with: lines[found])
    return .edited
  }

  // MARK: - Completion

  private mutating func completed(isSecond: Bool) -> Effect {
    let found = complete(buffer.textBeforeCursor)
    guard let first = found.candidates.first else { return .bell }
    if found.candidates.count == 1 {
      buffer.replace(last: found.replaced, with: first.hasSuffix("=") ? first : first + " ")
      return .edited
    }
    let common = found.candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    if common.count > found.replaced {
      buffer.replace(last: found.replaced, with: common)
      return .edited
    }
    return isSecond ? .show(found.candidates) : .bell
  }

  // MARK: - Drawing

  /// What is to be written so that the line stands there as it is now, with the cursor in its place.
  mutating func redraw(columns: Int) -> String {
    let head = search.map { "(search \"\($0.query)\") " } ?? prompt
    var layout = Layout(columns: max(columns, 2))
    var text = back + "\u{1b}[J" + head + buffer.text
    for character in head { layout.advance(character) }
    var cursor = layout
    for (index, character) in buffer.characters.enumerated() {
      if index == buffer.cursor { cursor = layout }
      layout.advance(character)
    }
    if buffer.cursor == buffer.characters.count { cursor = layout }
    // At the last column a terminal waits with the wrap: this makes it.
    if layout.column == layout.columns {
      text += "\r\n"
      layout.wrap()
    }
    if cursor.column == cursor.columns { cursor.wrap() }
    if layout.row > cursor.row { text += "\u{1b}[\(layout.row - cursor.row)A" }
    text += "\r"
    if cursor.column > 0 { text += "\u{1b}[\(cursor.column)C" }
    cursorRow = cursor.row
    lastRow = layout.row
    return text
  }

  /// What leaves the line as it stands, with the cursor at the start of the next one.
  mutating func leave(columns: Int) -> String {
    let down = lastRow - cursorRow
    cursorRow = 0
    lastRow = 0
    return (down > 0 ? "\u{1b}[\(down)B" : "") + "\r\n"
  }

  private var back: String { cursorRow > 0 ? "\r\u{1b}[\(cursorRow)A" : "\r" }

  /// Where characters come to stand on a terminal.
  private struct Layout {
    let columns: Int
    var row = 0
    var column = 0

    init(columns: Int) { self.columns = columns }

    mutating func advance(_ character: Character) {
      let width = character.columns
      if column + width > columns { wrap() }
      column += width
    }

    mutating func wrap() {
      row += 1
      column = 0
    }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
