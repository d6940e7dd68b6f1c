import Glibc
import Synchronization

/// Ctrl-Z, kept from this process while it must not stop.
enum TerminalStop {
  /// A signal's disposition belongs to the whole process: the first who enters sets it, the last restores it.
  private struct Users {
    var count = 0
    var previous = sigaction()
  }
  private static let users = Mutex(Users())

  static func ignored<Value>(_ body: () -> Value) -> Value {
    users.withLock { users in
      if users.count == 0 {
        var ignore = sigaction()
        ignore.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(SIGTSTP, &ignore, &users.previous)
      }
      users.count += 1
    }
    defer {
      users.withLock { users in
        users.count -= 1
        if users.count == 0 { sigaction(SIGTSTP, &users.previous, nil) }
      }
    }
    return body()
  }
}
