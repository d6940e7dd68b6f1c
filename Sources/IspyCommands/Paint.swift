import Glibc

/// Colours, where they are wanted: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
struct Paint: Sendable {
  let isColored: Bool

  enum Choice: String, CaseIterable, Sendable {
    case automatic = "auto"
    case always
    case never
  }

  init(_ choice: Choice, descriptor: Int32) {
    switch choice {
    case .always: isColored = true
    case .never: isColored = false
    case .automatic:
      let refuses = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
      let isDumb = getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? true
      isColored = isatty(descriptor) == 1 && !refuses && !isDumb
    }
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func alarm(_ text: String) -> String { wrap(text, "1;31") }
  func warning(_ text: String) -> String { wrap(text, "33") }
  func good(_ text: String) -> String { wrap(text, "32") }
  func name(_ text: String) -> String { wrap(text, "36") }

  private func wrap(_ text: String, _ code: String) -> String { isColored ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}
