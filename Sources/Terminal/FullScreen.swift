import CLinux
import Glibc

/// A terminal taken as a whole: drawn anew with as few bytes as it takes, and given back as it was on every way out.
///
/// Signals that end the program are seen by `next` while there is a screen. One that means a fault of the program's own
/// finds a handler that gives the terminal back first.
public struct FullScreen: ~Copyable {
  private let terminal: RawTerminal
  private let output: Int32
  private let isColored: Bool
  private var shown: Canvas?
  private var decoder = KeyDecoder()

  public enum Event: Equatable, Sendable {
    case keys([Key])
    /// It has another size, or is to be drawn anew: the program was stopped, and goes on.
    case changed
    /// The descriptor that was waited for as well can be read.
    case woken
    case nothing
    /// The program is to end: by this signal.
    case terminated(Int32)
    /// The terminal is gone.
    case closed
  }

  /// Another screen than that of the shell, no cursor, no line that goes on in the next row.
  private static let enter = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[0m\u{1b}[H\u{1b}[2J"
  private static let leave = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l\u{1b}[?2004l"

  /// Nil where these are no terminals.
  public init?(input: Int32, output: Int32, isColored: Bool) {
    clinux_terminal_guard(input, output, Self.leave)
    guard let terminal = RawTerminal(input: input, output: output) else {
      clinux_terminal_unguard()
      return nil
    }
    self.terminal = terminal
    self.output = output
    self.isColored = isColored
    self.terminal.write(Self.enter)
  }

  deinit {
    terminal.write(Self.leave)
    clinux_terminal_unguard()
  }

  public var size: TerminalSize { TerminalSize(of: output) }

  /// Shows these lines: in one write, and only what is not there already.
  public mutating func draw(_ lines: [StyledLine], size: TerminalSize) {
    let canvas = Canvas(lines, rows: size.rows, columns: size.columns)
    let update = canvas.update(from: shown, isColored: isColored)
    shown = canvas
    // Terminals that know it show all of it at once: https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
    if !update.isEmpty { terminal.write("\u{1b}[?2026h" + update + "\u{1b}[?2026l") }
  }

  /// The next `draw` writes everything, whatever something else may have left on the screen.
  public mutating func forget() { shown = nil }

  /// Waits for what happens next.
  /// - Parameter other: one more descriptor to wait for.
  public mutating func next(or other: Int32) -> Event {
    // A lone Escape is a key by itself where nothing follows it soon.
    switch terminal.next(within: decoder.isInside ? 50 : -1, or: other) {
    case .bytes(let bytes): return .keys(decoder.keys(bytes))
    case .pause: return decoder.flush().map { .keys([$0]) } ?? .nothing
    case .resized: return .changed
    case .continued:
      resume()
      return .changed
    case .woken: return .woken
    case .terminated(let number): return .terminated(number)
    case .closed: return .closed
    }
  }

  /// Gives the terminal back and stops this program, as Control-Z asks; goes on when it is let.
  public mutating func suspend() {
    terminal.write(Self.leave)
    terminal.suspend()
    resume()
  }

  private mutating func resume() {
    terminal.begin()
    terminal.write(Self.enter)
    forget()
  }
}
