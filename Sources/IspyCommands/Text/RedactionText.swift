import Catalog
import Terminal
import Values

extension RedactionCheckResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = ""
    for process in processes {
      let counts = process.withheld.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      let secrets = counts.isEmpty ? "nothing withheld" : "withheld: " + counts.joined(separator: ", ")
      text += paint.bold("Process \(process.pid)") + ": \(process.variables) variables, \(secrets)\n"
      for finding in process.findings {
        let mark = finding.isWithheld ? paint.warning("withheld") : "shown   "
        text += "  \(mark)  \(ValueText.plain(finding.place)) = \(ValueText().text(of: finding.value))\n"
      }
      if process.unlisted > 0 { text += "  … and \(process.unlisted) more (--limit)\n" }
    }
    return text + unread.map { $0.line(paint) }.joined()
  }
}

extension RedactionTestResult: TextRendering {
  func text(_ paint: Paint) -> String { text }
}
