/// Why a command did not do what it was asked: in one line, with what to do about it.
public struct CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  public let cause: Cause
  public let message: String
  /// What would help; nil where nothing is to be done.
  public let hint: String?

  public init(_ cause: Cause, _ message: String, hint: String? = nil) {
    self.cause = cause
    self.message = message
    self.hint = hint
  }

  /// The failures of several processes as one; its kind is theirs where they agree.
  init(all errors: [CommandError]) {
    let causes = Set(errors.map(\.cause))
    self.init(
      causes.count == 1 ? errors[0].cause : .failed, errors.map(\.message).joined(separator: "; "),
      hint: errors.lazy.compactMap(\.hint).first)
  }

  /// The kinds of failure; each is an exit code of its own. The numbers from 64 are those of sysexits.h where it has one.
  public enum Cause: Int32, CaseIterable, Sendable {
    /// Anything that has no code of its own.
    case failed = 1
    /// The command line was not understood; no target was touched.
    case usage = 64
    /// No such process, or it ended before anything was read.
    case noSuchProcess = 65
    /// A process that does not run Python.
    case notPython = 66
    /// Python of a version or build whose layout is not known.
    case unknownBuild = 67
    /// No running application is called so.
    case noSuchTarget = 68
    /// Several are, where one is needed.
    case ambiguousTarget = 69
    /// It has ended and waits for its parent.
    case zombie = 70
    /// What was asked for is not there: a name, an attribute, a plugin.
    case notFound = 71
    /// Part of the answer is there and was shown; the target ended or changed meanwhile.
    case partial = 72
    /// Everything was shown; but the target is stopped by a signal, so that nothing of it goes on.
    case stopped = 73
    /// So much in so much time was used up; or the command ran for as long as it may.
    case limited = 74
    /// Somebody else must agree first, and has been asked.
    case approvalNeeded = 75
    /// There is no gateway to be reached, or it is of another version.
    case unavailable = 76
    /// The kernel or the policy says no.
    case notPermitted = 77

    /// As `--help` and the documentation list it.
    public var meaning: String {
      switch self {
      case .failed: "failed"
      case .usage: "the command line was not understood; no target was touched"
      case .noSuchProcess: "no such process"
      case .notPython: "the process is not Python"
      case .unknownBuild: "Python of a version or build that is not known"
      case .noSuchTarget: "no running application has that name"
      case .ambiguousTarget: "several processes are meant where one is needed"
      case .zombie: "the process has ended (zombie)"
      case .notFound: "what was asked for is not there"
      case .partial: "a partial result was shown: the target ended or changed meanwhile"
      case .stopped: "all was shown, but the process is stopped by a signal: nothing of it goes on"
      case .limited: "a limit of the policy is reached: so much in so much time"
      case .approvalNeeded: "somebody else must approve it first, and has been asked"
      case .unavailable: "the gateway cannot be reached, or is of another version"
      case .notPermitted: "not permitted"
      }
    }
  }

  public var description: String { hint.map { message + " (" + $0 + ")" } ?? message }
}
