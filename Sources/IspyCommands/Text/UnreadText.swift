import Catalog
import Terminal
import Values

extension UnreadProcess {
  /// A line for a process that was meant and could not be read.
  func line(_ paint: Paint) -> String {
    let text = ValueText.plain(problem)
    // Most problems name the process themselves.
    return paint.warning(problem.contains("process \(pid)") ? text : "process \(pid): \(text)") + "\n"
  }
}
