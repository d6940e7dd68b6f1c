import Catalog
import Glibc
import Terminal

/// Standard output and error: one write for a result, and a broken pipe is no error to talk about.
struct Output: Sendable {
  /// Writes to standard output; 0, or 1 where it is closed.
  func write(_ text: String) -> Int32 { Self.write(text, to: STDOUT_FILENO) ? 0 : 1 }

  /// Says on standard error what went wrong, and what to do about it.
  func complain(_ error: CommandError) {
    var text = "ispy: \(error.message)\n"
    if let hint = error.hint { text += "      \(hint)\n" }
    _ = Self.write(text, to: STDERR_FILENO)
  }

  /// Says on standard error what is no part of the result.
  func note(_ text: String) { _ = Self.write(text + "\n", to: STDERR_FILENO) }

  func paint(_ choice: Paint.Choice) -> Paint { Paint(choice, descriptor: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        guard let base = bytes.baseAddress else { return true }
        let count = Glibc.write(descriptor, base + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
  }
}
