import Catalog
import JSON
import Terminal

/// Turns a result into what standard output gets.
struct Renderer: Sendable {
  let isJSON: Bool
  let paint: Paint

  /// - Parameter isAlone: each of several results is a line of its own (JSON lines).
  func text(_ result: any CommandResult, isAlone: Bool) -> String {
    guard !(result is EndOfResults) else { return "" }
    guard isJSON else {
      // To ask whether a type can be shown, the runtime looks through all there are: a dump of one thread takes less time.
      if let dump = result as? DumpResult { return dump.text(paint) }
      return (result as? any TextRendering)?.text(paint) ?? ""
    }
    guard let text = try? JSONText(isPretty: isAlone).text(of: result) else { return "" }
    return text + "\n"
  }
}

/// A result that can be shown to people.
protocol TextRendering {
  func text(_ paint: Paint) -> String
}
