import Glibc
import Synchronization
import Terminal

/// How far long work is: one line of standard error, written over and over, where that is a terminal.
final class ProgressLine: Sendable {
  private let isShown: Bool
  private let width = Mutex(0)

  init(isQuiet: Bool) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 && Paint.canMoveCursor }

  /// Always true: work goes on whether or not anybody looks.
  func show(_ text: String) -> Bool {
    guard isShown else { return true }
    width.withLock { width in
      let text = String(text.prefix(TerminalSize(of: STDERR_FILENO).columns - 1))
      write("\r" + text + String(repeating: " ", count: max(0, width - text.count)))
      width = text.count
    }
    return true
  }

  func clear() {
    width.withLock { width in
      if width > 0 { write("\r" + String(repeating: " ", count: width) + "\r") }
      width = 0
    }
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}
