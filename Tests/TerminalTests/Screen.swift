@testable import Terminal

/// A terminal as far as the line editor uses one: what stands on it after what was written to it.
struct Screen {
  let columns: Int
  private(set) var rows: [[Character]] = [[]]
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int) { self.columns = columns }

  var lines: [String] {
    rows.map { row in
      // A wide character has its second column in a cell of its own.
      String(row.filter { $0 != "\u{0}" }).replacingTrailingSpaces()
    }
  }

  mutating func write(_ text: String) {
    var rest = Array(text)[...]
    while let character = rest.popFirst() {
      switch character {
      case "\r\n":
        column = 0
        down()
      case "\r": column = 0
      case "\n": down()
      case "\u{7}": break
      case "\u{1b}":
        guard rest.popFirst() == "[" else { continue }
        var digits = ""
        while let next = rest.first, next.isNumber || next == "?" {
          digits.append(next)
          rest.removeFirst()
        }
        control(rest.popFirst() ?? " ", Int(digits) ?? 1)
      default: put(character)
      }
    }
  }

  private mutating func control(_ final: Character, _ count: Int) {
    switch final {
    case "A": row = max(0, row - count)
    case "B": for _ in 0..<count { down() }
    case "C": column = min(columns - 1, column + count)
    case "J":
      rows = Array(rows.prefix(row + 1))
      rows[row] = Array(rows[row].prefix(column))
    default: break
    }
  }

  private mutating func down() {
    row += 1
    if row == rows.count { rows.append([]) }
  }

  private mutating func put(_ character: Character) {
    let width = character.columns
    if column + width > columns {
      column = 0
      down()
    }
    while rows[row].count < column + width { rows[row].append(" ") }
    rows[row][column] = character
    if width == 2 { rows[row][column + 1] = "\u{0}" }
    column += width
  }
}

extension String {
  fileprivate func replacingTrailingSpaces() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
