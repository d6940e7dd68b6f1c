import Catalog
import Terminal
import Values

/// A snapshot of `top`: what the screen shows, all of it below each other.
extension TopResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let headline = TopHeadline(result: self)
    var text = paint.bold(headline.title.joined(separator: ", ")) + "\n"
    let quality = headline.quality.joined(separator: ", ")
    text += (headline.isDoubtful ? paint.warning(quality) : quality) + "\n"
    text += headline.load.joined(separator: "  ") + "\n"
    for alarm in headline.alarms { text += paint.alarm(alarm) + "\n" }
    for panel in [TopPanel.functions, .threads, .requests, .workers] {
      // One process is described above.
      if panel == .workers, workers.count == 1 { continue }
      text += table(panel, paint)
    }
    return text + "\n"
  }

  private func table(_ panel: TopPanel, _ paint: Paint) -> String {
    let table = TopTable(panel, of: self, as: TopView())
    guard !table.rows.isEmpty else { return "" }
    let rows = table.rows.prefix(Self.rowLimit).map { row in table.columns.map { row.cells[$0] ?? "" } }
    let right = Set(table.columns.indices.filter { table.columns[$0].isRight })
    let lines = Columns.lines([table.columns.map(\.title)] + rows, right: right)
    var text = "\n" + paint.bold(lines[0]) + "\n" + lines.dropFirst().joined(separator: "\n") + "\n"
    let rest = table.rows.count - rows.count
    if rest > 0 { text += paint.dim("and \(rest) more \(panel.title.lowercased())") + "\n" }
    return text
  }

  private static let rowLimit = 20
}
