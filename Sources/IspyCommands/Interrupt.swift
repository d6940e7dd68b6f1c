import Glibc
import Synchronization

/// Ctrl-C, and being told to end or losing the terminal: noticed and not obeyed at once, what was gathered is kept. A second
/// one ends the program as usual.
struct Interrupt: Sendable {
  private static let count = Atomic<Int32>(0)
  /// Of those that are to end the program, whatever Ctrl-C means just now.
  private static let ends = Atomic<Int32>(0)

  /// Begins anew: what was raised during an earlier command of a shell is over.
  ///
  /// - Parameter isForCommand: Ctrl-C is for what the command runs, as often as it is pressed.
  init(isForCommand: Bool = false) {
    Self.count.store(0, ordering: .relaxed)
    Self.ends.store(0, ordering: .relaxed)
    var action = sigaction()
    if isForCommand {
      action.__sigaction_handler.sa_handler = { _ in Interrupt.count.add(1, ordering: .relaxed) }
      sigaction(SIGINT, &action, nil)
    }
    action.__sigaction_handler.sa_handler = { number in
      Interrupt.count.add(1, ordering: .relaxed)
      if number != SIGINT { Interrupt.ends.add(1, ordering: .relaxed) }
      var usual = sigaction()
      usual.__sigaction_handler.sa_handler = SIG_DFL
      sigaction(number, &usual, nil)
    }
    if !isForCommand { sigaction(SIGINT, &action, nil) }
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

  var isEnding: Bool { Self.ends.load(ordering: .relaxed) > 0 }

  /// Whether Ctrl-C was pressed since this was asked last.
  func take() -> Bool { Self.count.exchange(0, ordering: .relaxed) > 0 }

  var isRaised: Bool { Self.count.load(ordering: .relaxed) > 0 }
}
