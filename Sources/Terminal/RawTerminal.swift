import CLinux
import Glibc

/// A terminal that gives every key as it is pressed, until `end`.
///
/// Signals that must not leave it like that (SIGTERM, SIGHUP) wait meanwhile and are seen by `next`, as are changes of its
/// size.
struct RawTerminal: ~Copyable {
  private let input: Int32
  private let output: Int32
  private var saved: termios
  private let signals: Int32

  enum Event {
    case bytes([UInt8])
    /// Nothing came within the time.
    case pause
    case resized
    /// The program was stopped, and goes on: the terminal may have been given other modes meanwhile.
    case continued
    /// The descriptor that was waited for as well can be read.
    case woken
    /// The program is to end: by this signal.
    case terminated(Int32)
    /// The terminal is gone.
    case closed
  }

  /// Nil where these are no terminals.
  init?(input: Int32, output: Int32) {
    var mode = termios()
    guard isatty(output) == 1, tcgetattr(input, &mode) == 0 else { return nil }
    let signals = clinux_signals_begin()
    guard signals >= 0 else { return nil }
    self.input = input
    self.output = output
    self.signals = signals
    saved = mode
    begin()
  }

  /// Every key by itself, none echoed, none turned into a signal; pasted text comes in brackets.
  func begin() {
    var raw = saved
    cfmakeraw(&raw)
    // Output stays as it was: a newline returns the carriage.
    raw.c_oflag = saved.c_oflag
    tcsetattr(input, TCSADRAIN, &raw)
    write("\u{1b}[?2004h")
  }

  /// As it was before.
  func restore() {
    write("\u{1b}[?2004l")
    var mode = saved
    tcsetattr(input, TCSADRAIN, &mode)
  }

  deinit {
    restore()
    clinux_signals_end(signals)
  }

  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = Glibc.write(output, base + done, bytes.count - done)
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count > 0 else { return }
        done += count
      }
    }
  }

  /// Columns of the terminal.
  var columns: Int { TerminalSize(of: output).columns }

  /// Waits for what happens next.
  /// - Parameters:
  ///   - milliseconds: -1 waits as long as it takes.
  ///   - other: one more descriptor to wait for; -1 for none.
  func next(within milliseconds: Int32, or other: Int32 = -1) -> Event {
    var waiting = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&waiting, 3, milliseconds)
    if count < 0 { return errno == EINTR ? .pause : .closed }
    if waiting[1].revents != 0 {
      switch clinux_signals_next(signals) {
      case SIGCONT: return .continued
      case let number where number == SIGTERM || number == SIGHUP: return .terminated(number)
      default: return .resized
      }
    }
    guard waiting[0].revents != 0 else { return waiting[2].revents != 0 ? .woken : .pause }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let length = read(input, &bytes, bytes.count)
    if length > 0 { return .bytes(Array(bytes[..<length])) }
    return length < 0 && errno == EINTR ? .pause : .closed
  }

  /// Gives the terminal back and stops this program, as Control-Z asks; goes on when it is let.
  func suspend() {
    restore()
    kill(0, SIGTSTP)
    begin()
  }
}
