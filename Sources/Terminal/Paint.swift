import Glibc

/// Colours, where they are wanted: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
public struct Paint: Sendable {
  public let isColored: Bool

  public enum Choice: String, CaseIterable, Sendable {
    case automatic = "auto"
    case always
    case never
  }

  public init(_ choice: Choice, descriptor: Int32) {
    switch choice {
    case .always: isColored = true
    case .never: isColored = false
    case .automatic:
      let refuses = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
      isColored = isatty(descriptor) == 1 && !refuses && Self.canMoveCursor
    }
  }

  /// Whether the terminal understands escape sequences: one called `dumb`, or not called anything, does not.
  public static var canMoveCursor: Bool { getenv("TERM").map { $0.pointee != 0 && strcmp($0, "dumb") != 0 } ?? false }

  public func bold(_ text: String) -> String { wrap(text, "1") }
  public func dim(_ text: String) -> String { wrap(text, "2") }
  public func alarm(_ text: String) -> String { wrap(text, "1;31") }
  public func warning(_ text: String) -> String { wrap(text, "33") }
  public func good(_ text: String) -> String { wrap(text, "32") }
  public func name(_ text: String) -> String { wrap(text, "36") }

  private func wrap(_ text: String, _ code: String) -> String { isColored ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}
