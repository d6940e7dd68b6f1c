/// The state of a process or thread, as the letter of `/proc/PID/stat`.
public struct ProcessState: Hashable, Sendable, CustomStringConvertible {
  public let letter: Character

  init(_ byte: UInt8) { letter = Character(Unicode.Scalar(byte)) }

  /// On a CPU or ready to be.
  public var isRunning: Bool { letter == "R" }
  public var isZombie: Bool { letter == "Z" }
  /// Ended: a zombie that nobody has waited for yet, or about to vanish.
  public var isDead: Bool { letter == "Z" || letter == "X" || letter == "x" }
  /// Stopped by a signal.
  public var isStopped: Bool { letter == "T" }
  /// Stopped by a tracer.
  public var isTraced: Bool { letter == "t" }

  public var description: String {
    switch letter {
    case "R": "running"
    case "S": "sleeping"
    case "D": "in uninterruptible sleep"
    case "T": "stopped"
    case "t": "stopped by a tracer"
    case "Z": "zombie"
    case "X", "x": "dead"
    case "I": "idle"
    case "P": "parked"
    default: "state \(letter)"
    }
  }
}
