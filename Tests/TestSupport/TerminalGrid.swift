/// A terminal of some size as a program that draws on all of it sees it: what stands on it after what was written to it.
///
/// It knows the sequences that such programs need (ECMA-48 CUP, ED, EL, and modes); of others it only knows where they end.
public struct TerminalGrid: Sendable {
  public let rows: Int
  public let columns: Int
  private var cells: [[Character]]
  private var row = 0
  private var column = 0
  /// What stood on the screen that was left for the other one.
  private var left: (cells: [[Character]], row: Int, column: Int)?
  /// Private modes that are on: 1049 for the other screen, 25 for the cursor.
  public private(set) var modes: Set<Int> = [25, 7]
  /// Parameters of every SGR sequence that came.
  public private(set) var styles: Set<String> = []

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  public init(rows: Int, columns: Int, showing text: String) {
    self.init(rows: rows, columns: columns)
    write(text)
  }

  /// Its rows, without the blanks at their ends.
  public var lines: [String] {
    cells.map { row in
      var text = String(row.filter { $0 != "\u{0}" })
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  public var text: String { lines.joined(separator: "\n") }

  public mutating func write(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n": down()
      case "\u{1b}":
        guard rest.popFirst() == "[" else { continue }
        var parameters = ""
        while let next = rest.first, (0x20...0x3F).contains(next.value) {
          parameters.unicodeScalars.append(next)
          rest.removeFirst()
        }
        control(rest.popFirst() ?? " ", parameters)
      default: if scalar.value >= 0x20 { put(scalar) }
      }
    }
  }

  private mutating func control(_ final: Unicode.Scalar, _ parameters: String) {
    let numbers = parameters.drop { $0 == "?" }.split(separator: ";").map { Int($0) ?? 0 }
    switch final {
    case "H":
      row = min(rows, max(1, numbers.first ?? 1)) - 1
      column = min(columns, max(1, numbers.dropFirst().first ?? 1)) - 1
    case "J":
      cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    case "K": for place in column..<columns { cells[row][place] = " " }
    case "h":
      if numbers.contains(1049), !modes.contains(1049) { left = (cells, row, column) }
      modes.formUnion(numbers)
    case "l":
      if numbers.contains(1049), let left { (cells, row, column) = left }
      modes.subtract(numbers)
    case "m": styles.insert(parameters)
    default: break
    }
  }

  private mutating func down() {
    guard row == rows - 1 else { return row += 1 }
    cells.removeFirst()
    cells.append(Array(repeating: " ", count: columns))
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if scalar.properties.generalCategory == .nonspacingMark, column > 0 {
      cells[row][column - 1].combine(with: scalar)
      return
    }
    let isWide = scalar.value >= 0x1100 && (scalar.properties.isIdeographic || scalar.properties.isEmojiPresentation)
    guard column < columns else { return }
    cells[row][column] = Character(scalar)
    if isWide, column + 1 < columns { cells[row][column + 1] = "\u{0}" }
    column += isWide ? 2 : 1
  }
}

extension Character {
  fileprivate mutating func combine(with scalar: Unicode.Scalar) {
    var text = String(self)
    text.unicodeScalars.append(scalar)
    self = text.first ?? self
  }
}
