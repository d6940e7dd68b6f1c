/// Why a process that a test wanted is not there.
public enum TestSupportError: Error, CustomStringConvertible {
  /// The kernel's refusal, and what was asked of it.
  case system(call: String, errno: Int32)
  /// What was waited for did not come in time; with all that the process had printed until then.
  case deadline(waitingFor: String, command: [String], transcript: String)
  /// The process closed its output, most often by ending, before what was waited for came.
  case ended(waitingFor: String, command: [String], transcript: String)
  /// A line of the process did not have the form agreed upon.
  case unexpected(line: String, command: [String])
  /// The interpreter or the packages that the test needs are not on this machine.
  case missing(String)

  public var description: String {
    switch self {
    case .system(let call, let errno): "\(call): errno \(errno)"
    case .deadline(let wanted, let command, let transcript):
      "no \(wanted) in time from \(command.joined(separator: " ")); it printed:\n\(transcript)"
    case .ended(let wanted, let command, let transcript):
      "\(command.joined(separator: " ")) ended before its \(wanted); it printed:\n\(transcript)"
    case .unexpected(let line, let command): "\(command.joined(separator: " ")) printed \(line)"
    case .missing(let what): what
    }
  }
}
