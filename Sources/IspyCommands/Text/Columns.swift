import Terminal
import Values

/// A table of text: columns as wide as their widest cell.
enum Columns {
  /// - Parameter right: columns of numbers, set to the right.
  static func lines(_ rows: [[String]], right: Set<Int>) -> [String] {
    let cells = rows.map { row in row.map { ValueText.plain($0, room: 60) } }
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in cells.map { column < $0.count ? $0[column].columns : 0 }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.columns)
        let isLast = column == row.count - 1
        line += right.contains(column) ? padding + cell : cell + (isLast ? "" : padding)
        if !isLast { line += "  " }
      }
      return line
    }
  }
}
