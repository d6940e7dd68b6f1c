import Catalog
import FoundationEssentials

/// Turns a result into what standard output gets.
struct Renderer: Sendable {
  let isJSON: Bool
  let paint: Paint

  /// - Parameter isAlone: each of several results is a line of its own (JSON lines).
  func text(_ result: any CommandResult, isAlone: Bool) -> String {
    guard isJSON else { return (result as? any TextRendering)?.text(paint) ?? "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isAlone ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(result) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

/// A result that can be shown to people.
protocol TextRendering {
  func text(_ paint: Paint) -> String
}
