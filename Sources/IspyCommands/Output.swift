import Catalog
import Glibc
import Terminal
import Values

/// Standard output and error: one write for a result, and a broken pipe is no error to talk about.
struct Output: Sendable {
  /// Makes sure that no file opened later gets the number of an output that the caller closed: what it is then given
  /// cannot be written to either, so that writing still fails.
  static func closeGaps() {
    var status = stat()
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fstat(descriptor, &status) != 0 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Writes to standard output; 0, or 1 where that fails. Whoever closed the pipe knows it; all else is said.
  func write(_ text: String) -> Int32 {
    let failure = Self.write(text, to: STDOUT_FILENO)
    if failure != 0, failure != EPIPE {
      let reason = failure == EBADF ? "it is closed" : String(cString: strerror(failure))
      complain(CommandError(.failed, "standard output cannot be written: \(reason)"))
    }
    return failure == 0 ? 0 : 1
  }

  /// Says on standard error what went wrong, and what to do about it.
  func complain(_ error: CommandError) {
    // What was typed or read is quoted in it: a terminal must not obey that, nor a screen be filled by it.
    var text = "ispy: \(ValueText.plain(error.message, room: 1000))\n"
    if let hint = error.hint { text += "      \(ValueText.plain(hint, room: 1000))\n" }
    _ = Self.write(text, to: STDERR_FILENO)
  }

  /// Says on standard error what is no part of the result.
  func note(_ text: String) { _ = Self.write(text + "\n", to: STDERR_FILENO) }

  func paint(_ choice: Paint.Choice) -> Paint { Paint(choice, descriptor: STDOUT_FILENO) }

  /// 0, or the error's number.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        guard let base = bytes.baseAddress else { return 0 }
        let count = Glibc.write(descriptor, base + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        done += count
      }
      return 0
    }
  }
}
