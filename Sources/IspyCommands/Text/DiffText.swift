import Catalog
import Profiles
import Terminal
import Values

extension DiffResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = line("before", comparison.before, paint) + line("after", comparison.after, paint)
    text += paint.dim(comparison.measure) + "\n"
    for warning in warnings { text += paint.warning(ValueText.plain(warning)) + "\n" }
    // What would be shown as no change at all is none.
    let least = comparison.isAbsolute ? 0.005 : 0.0005
    let changed = changes.filter { $0.ownChange.magnitude >= least || $0.totalChange.magnitude >= least }
    guard !changed.isEmpty else { return text + "\nnothing changed\n" }
    let rows = changed.prefix(Self.rowLimit).map { change in
      [
        signed(change.ownChange), signed(change.totalChange), part(change.own.before, comparison.before),
        part(change.own.after, comparison.after), part(change.total.before, comparison.before),
        part(change.total.after, comparison.after), change.function.name, change.function.file,
      ]
    }
    let heading = ["OWN", "TOTAL", "OWN BEFORE", "AFTER", "TOTAL BEFORE", "AFTER", "FUNCTION", "IN"]
    let lines = Columns.lines([heading] + rows, right: [0, 1, 2, 3, 4, 5])
    text += "\n" + paint.bold(lines[0]) + "\n"
    for (line, change) in zip(lines.dropFirst(), changed) {
      let change = change.ownChange != 0 ? change.ownChange : change.totalChange
      text += (change > 0 ? paint.warning(line) : paint.good(line)) + "\n"
    }
    let rest = changed.count - rows.count
    return rest > 0 ? text + paint.dim("and \(rest) more functions") + "\n" : text
  }

  private static let rowLimit = 20

  /// Of whom, how, and how good.
  private func line(_ title: String, _ side: ProfileComparison.Side, _ paint: Paint) -> String {
    let words = side.words.map { ValueText.plain($0, room: 200) }
    return paint.bold("\(title): \(words[0])") + "\n  "
      + ([Figures.seconds(side.nanoseconds) + " in all"] + words.dropFirst()).joined(separator: "; ") + "\n"
  }

  private func part(_ nanoseconds: UInt64, _ side: ProfileComparison.Side) -> String {
    if comparison.isAbsolute { return Figures.seconds(nanoseconds) }
    return Figures.percent(side.nanoseconds == 0 ? 0 : Double(nanoseconds) / Double(side.nanoseconds) * 100)
  }

  private func signed(_ change: Double) -> String {
    let words = comparison.isAbsolute ? Figures.fixed(change, places: 2) + "s" : Figures.percent(change * 100)
    return change > 0 ? "+" + words : words
  }
}
