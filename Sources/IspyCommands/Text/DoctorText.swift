import Catalog
import Terminal
import Values

extension DoctorResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = paint.bold("This ispy") + "\n" + reader.map { line($0, paint) }.joined()
    for target in targets {
      text += "\n" + paint.bold("Process \(target.pid)")
      if !target.commandLine.isEmpty { text += " " + ValueText.plain(target.commandLine, room: 100) }
      text += "\n"
      text += target.checks.map { line($0, paint) }.joined()
      let verdict = target.isReadable ? paint.good("can be read") : paint.alarm("cannot be read")
      text += "Process \(target.pid) \(verdict)\(target.isReadable && !target.isStoppable ? ", without --stop" : "").\n"
    }
    return text
  }

  private func line(_ check: DoctorCheck, _ paint: Paint) -> String {
    let mark =
      switch check.outcome {
      case .passed: paint.good("ok    ")
      case .failed: paint.alarm("FAILED")
      case .noted: paint.warning("note  ")
      }
    var text = "  \(mark)  \(check.name): \(ValueText.plain(check.evidence))\n"
    for fix in check.fixes { text += "          try: \(ValueText.plain(fix))\n" }
    return text
  }
}
