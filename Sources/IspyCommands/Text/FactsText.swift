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
    case .list(let items): items.allSatisfy(Self.isFields) ? table(items) : items.map { cell($0) + "\n" }.joined()
    case .fields(let fields):
      fields.map { paint.name(ValueText.plain($0.name)) + " = " + cell($0.fact) + "\n" }.joined()
    default: cell(fact) + "\n"
    }
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
