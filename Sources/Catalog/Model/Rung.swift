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

  public static func < (left: Rung, right: Rung) -> Bool { left.height < right.height }

  private var height: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
