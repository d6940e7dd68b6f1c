import Glibc
import Synchronization

/// Ctrl-C, noticed and not obeyed at once: what was gathered is kept. A second one ends the program as usual.
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
  }

  var isRaised: Bool { Self.count.load(ordering: .relaxed) > 0 }
}
