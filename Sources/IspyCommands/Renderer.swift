import Catalog
import JSON
import Terminal

/// Turns a result into what standard output gets.
struct Renderer: Sendable {
  let isJSON: Bool
  let paint: Paint

  /// - Parameter isLast: results before the last one are lines of their own (JSON lines).
  func text(_ result: any CommandResult, isLast: Bool) -> String {
    guard isJSON else { return (result as? any TextRendering)?.text(paint) ?? "" }
    guard let text = try? JSONText(isPretty: isLast).text(of: result) else { return "" }
    return text + "\n"
  }
}

/// A result that can be shown to people.
protocol TextRendering {
  func text(_ paint: Paint) -> String
}
