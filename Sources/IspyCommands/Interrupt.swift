import Glibc
import Synchronization

/// Ctrl-C, and being told to end or losing the terminal: noticed and not obeyed at once, what was gathered is kept. A second
/// one ends the program as usual.
struct Interrupt: Sendable {
  private static let count = Atomic<Int32>(0)

  /// Begins anew: what was raised during an earlier command of a shell is over.
  init() {
    Self.count.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      Interrupt.count.add(1, ordering: .relaxed)
      var usual = sigaction()
      usual.__sigaction_handler.sa_handler = SIG_DFL
      sigaction(number, &usual, nil)
    }
    sigaction(SIGINT, &action, nil)
    // Whoever ignores one, as `nohup` does, goes on ignoring it.
    for number in Self.endings where !Self.isIgnored(number) { sigaction(number, &action, nil) }
  }

  private static let endings = [SIGTERM, SIGHUP]

  private static func isIgnored(_ number: Int32) -> Bool {
    var before = sigaction()
    guard sigaction(number, nil, &before) == 0 else { return false }
    return unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The command is over: signals end the program as usual.
  func end() {
    var usual = sigaction()
    usual.__sigaction_handler.sa_handler = SIG_DFL
    for number in Self.endings where !Self.isIgnored(number) { sigaction(number, &usual, nil) }
  }

  var isRaised: Bool { Self.count.load(ordering: .relaxed) > 0 }
}
