import Catalog
import Terminal
import Values

extension ProcessListResult: TextRendering {
  func text(_ paint: Paint) -> String { text(paint, isNumbered: false) }

  /// - Parameter isNumbered: with the number of each row in front, from 1, as the shell's `connect N` takes it.
  func text(_ paint: Paint, isNumbered: Bool) -> String {
    guard !processes.isEmpty else { return "no Python processes\n" }
    let rows = processes.map { process in
      [
        String(process.pid), process.application.name ?? "-", process.application.server ?? "-",
        process.application.role == .single ? "-" : process.application.role.rawValue, process.pythonVersion ?? "?",
        String(process.threads), Figures.percent(process.cpuPercent),
        process.residentBytes.map(Figures.bytes) ?? "-", Figures.age(process.ageSeconds), process.user,
        process.container ?? "-",
      ]
    }
    let head = [
      "PID", "APPLICATION", "SERVER", "ROLE", "PYTHON", "THREADS", "CPU", "RSS", "AGE", "USER", "CONTAINER",
    ]
    var table = [head] + rows
    if isNumbered { table = table.enumerated().map { [$0 == 0 ? "N" : String($0)] + $1 } }
    let right = [0, 5, 6, 7, 8].map { isNumbered ? $0 + 1 : $0 }
    let lines = Columns.lines(table, right: Set(isNumbered ? [0] + right : right))
    var text = paint.bold(lines[0]) + "\n"
    for (line, process) in zip(lines.dropFirst(), processes) {
      text += line + "\n"
      if let problem = process.problem { text += "        " + paint.warning(ValueText.plain(problem)) + "\n" }
    }
    return text
  }
}
