/// How far a command reaches into the target. A grant names the highest rung; a command names the one it stands on.
public enum Rung: String, Codable, CaseIterable, Comparable, Sendable {
  /// Nothing happens to the target: only what the kernel or the application already shows is looked at.
  case observe
  /// Memory is read from outside; no code runs in it and no byte of it is written.
  case inspect
  /// A small agent runs in it: bounded, budgeted, leased, removed.
  case probe
  /// State is altered, recorded, and reverted on expiry.
  case change
  /// Anything.
  case console

  /// As help says it.
  public var meaning: String {
    switch self {
    case .observe: "nothing happens to the target; what the kernel or the application shows is looked at"
    case .inspect: "memory is read from outside; no code runs in the target and no byte of it is written"
    case .probe: "a small agent runs in the target: bounded, budgeted, removed afterwards"
    case .change: "the target's state is altered, recorded, and reverted on expiry"
    case .console: "anything may happen to the target"
    }
  }

  public static func < (left: Rung, right: Rung) -> Bool { left.height < right.height }

  private var height: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
