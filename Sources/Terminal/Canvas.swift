/// What is to stand on a full screen: a cell for each place.
struct Canvas: Equatable, Sendable {
  let rows: Int
  let columns: Int
  private(set) var cells: [Cell]

  struct Cell: Equatable, Sendable {
    /// NUL in the second column of a wide character.
    var character: Character = " "
    var style = Style.plain
  }

  init(_ lines: [StyledLine], rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = [Cell](repeating: Cell(), count: rows * columns)
    for (row, line) in lines.prefix(rows).enumerated() { put(line, in: row) }
  }

  private mutating func put(_ line: StyledLine, in row: Int) {
    var column = 0
    let start = row * columns
    for span in line.spans {
      for character in span.text {
        let width = character.columns
        guard width > 0 else { continue }
        guard column + width <= columns else {
          // Half of a wide character is not shown.
          column = columns
          break
        }
        cells[start + column] = Cell(character: character, style: span.style)
        if width == 2 { cells[start + column + 1] = Cell(character: "\u{0}", style: span.style) }
        column += width
      }
    }
    guard line.rest != .plain else { return }
    while column < columns {
      cells[start + column].style = line.rest
      column += 1
    }
  }

  // MARK: - Writing

  /// What makes of a screen with `old` on it one with this; everything where `old` is nil or of another size.
  func update(from old: Canvas?, isColored: Bool) -> String {
    let isSameSize = old?.rows == rows && old?.columns == columns
    var writer = Writer(isColored: isColored, text: isSameSize ? "" : "\u{1b}[0m\u{1b}[H\u{1b}[2J")
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      if isSameSize, let old, old.cells[range] == cells[range] { continue }
      write(row, from: isSameSize ? old : nil, to: &writer)
    }
    writer.turn(to: .plain)
    return writer.text
  }

  private func write(_ row: Int, from old: Canvas?, to writer: inout Writer) {
    let start = row * columns
    func isChanged(_ column: Int) -> Bool { (old?.cells[start + column] ?? Cell()) != cells[start + column] }
    // From here on the row is empty.
    var end = columns
    while end > 0, cells[start + end - 1] == Cell() { end -= 1 }
    var column = 0
    while column < end {
      guard isChanged(column) else {
        column += 1
        continue
      }
      if cells[start + column].character == "\u{0}", column > 0 { column -= 1 }
      writer.move(row, column)
      // A gap of a few equal cells costs less than moving over it.
      var equal = 0
      while column < end, equal < 6 {
        let cell = cells[start + column]
        equal = isChanged(column) ? 0 : equal + 1
        if cell.character != "\u{0}" {
          writer.turn(to: cell.style)
          writer.put(cell.character)
        }
        column += 1
      }
    }
    guard (end..<columns).contains(where: isChanged) else { return }
    writer.turn(to: .plain)
    writer.move(row, end)
    writer.text += "\u{1b}[K"
  }

  private struct Writer {
    let isColored: Bool
    var text: String
    private var style = Style.plain
    /// Where the cursor is known to be.
    private var place: (row: Int, column: Int)?

    init(isColored: Bool, text: String) {
      self.isColored = isColored
      self.text = text
    }

    mutating func move(_ row: Int, _ column: Int) {
      if let place, place == (row, column) { return }
      text += "\u{1b}[\(row + 1);\(column + 1)H"
      place = (row, column)
    }

    mutating func turn(to new: Style) {
      guard new != style else { return }
      let code = new.code(isColored: isColored)
      if code != style.code(isColored: isColored) { text += code.isEmpty ? "\u{1b}[0m" : "\u{1b}[0;\(code)m" }
      style = new
    }

    mutating func put(_ character: Character) {
      text.append(character)
      guard let place else { return }
      let next = (row: place.row, column: place.column + character.columns)
      self.place = next
      // Terminals differ in how wide some characters are: what follows one is put where it belongs.
      if !character.isASCII {
        text += "\u{1b}[\(next.row + 1);\(next.column + 1)H"
      }
    }
  }
}
