import Catalog
import Values

extension ProcessListResult: TextRendering {
  func text(_ paint: Paint) -> String {
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
    let lines = Columns.lines([head] + rows, right: [0, 5, 6, 7, 8])
    var text = paint.bold(lines[0]) + "\n"
    for (line, process) in zip(lines.dropFirst(), processes) {
      text += line + "\n"
      if let problem = process.problem { text += "        " + paint.warning(ValueText.plain(problem)) + "\n" }
    }
    return text
  }
}
