import Catalog
import Terminal
import Values

extension PeekResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let values = ValueText(room: 20_000, textRoom: 5_000, itemRoom: 10_000, depth: 20)
    return processes.map { process in
      let head = processes.count > 1 ? paint.bold(String(process.pid)) + ": " : ""
      if let value = process.value { return head + values.text(of: value) + "\n" }
      return head + paint.warning(ValueText.plain(process.problem ?? "nothing")) + "\n"
    }.joined()
  }
}
