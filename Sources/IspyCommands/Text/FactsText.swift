import Catalog
import Terminal
import Values

extension FactsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    processes.map { process in
      let head = processes.count > 1 ? paint.bold("process \(process.pid)") + "\n" : ""
      if let problem = process.problem {
        let trace = (process.trace ?? []).map { "    " + ValueText.plain($0) + "\n" }.joined()
        return head + paint.warning(ValueText.plain(problem)) + "\n" + trace
      }
      let note = process.note.map { paint.dim(ValueText.plain($0)) + "\n" } ?? ""
      return head + FactText(paint: paint).text(process.fact) + note
    }.joined()
  }
}

/// A fact for people: a line, lines, or a table.
struct FactText {
  let paint: Paint

  func text(_ fact: Fact) -> String {
    switch fact {
    case .list(let items):
      if !items.allSatisfy(Self.isFields) {
        items.map { cell($0) + "\n" }.joined()
      } else if items.contains(where: isTall) {
        items.map(text).joined(separator: "\n")
      } else {
        table(items)
      }
    case .fields(let fields): fields.map(text).joined()
    default: cell(fact) + "\n"
    }
  }

  /// A fact by its name: what is several itself stands below that, farther in.
  private func text(_ field: Fact.Field) -> String {
    let name = paint.name(ValueText.plain(field.name))
    switch field.fact {
    case .fields(let fields) where !fields.isEmpty: return name + "\n" + indented(text(field.fact))
    case .list(let items) where !items.isEmpty && items.allSatisfy(Self.isFields) || isLong(field.fact):
      return name + "\n" + indented(text(field.fact))
    default: return name + " = " + cell(field.fact) + "\n"
    }
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
      .joined(separator: "\n")
  }

  /// A list that is read line by line, as a stack is: it is too long for a line.
  private func isLong(_ fact: Fact) -> Bool {
    if case .list(let items) = fact { items.count > 1 && cell(fact).count > 80 } else { false }
  }

  private func isTall(_ row: Fact) -> Bool {
    if case .fields(let fields) = row { fields.contains { isLong($0.fact) } } else { false }
  }

  private static func isFields(_ fact: Fact) -> Bool {
    if case .fields = fact { true } else { false }
  }

  private func table(_ rows: [Fact]) -> String {
    let fields = rows.compactMap { row -> [Fact.Field]? in
      if case .fields(let fields) = row { fields } else { nil }
    }
    guard let first = fields.first else { return paint.dim("none") + "\n" }
    let numbers = Set(
      first.indices.filter { column in
        fields.allSatisfy { row in
          guard column < row.count, case .number = row[column].fact else { return false }
          return true
        }
      })
    let lines = Columns.lines(
      [first.map { $0.name.uppercased() }] + fields.map { $0.map { cell($0.fact) } }, right: numbers)
    return paint.bold(lines[0]) + "\n" + lines.dropFirst().map { $0 + "\n" }.joined()
  }

  private func cell(_ fact: Fact) -> String {
    switch fact {
    case .missing: "-"
    case .flag(let flag): flag ? "yes" : "no"
    case .number(let number): String(number)
    case .text(let text): ValueText.plain(text)
    case .list(let items): items.map(cell).joined(separator: ", ")
    case .fields(let fields): fields.map { ValueText.plain($0.name) + "=" + cell($0.fact) }.joined(separator: " ")
    }
  }
}
