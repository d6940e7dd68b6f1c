import Attaching

extension CommandError {
  /// Why nothing was attached, or an agent did not do what it was asked, with what to do about it.
  init(_ error: AttachError, pid: Int32) {
    let words = "process \(pid): \(error)"
    switch error {
    case .processGone: self.init(.noSuchProcess, words, hint: "ispy ps lists the Python processes")
    case .notPermitted: self.init(.notPermitted, words, hint: "ispy doctor \(pid) says what would permit it")
    case .forbiddenByOwner:
      self.init(.notPermitted, words, hint: "what is read from outside is not affected: ispy dump \(pid)")
    case .stopped: self.init(.stopped, words, hint: "kill -CONT \(pid) lets it go on")
    case .refused: self.init(.failed, words)
    case .occupied: self.init(.failed, words, hint: "another ispy, or a gateway, holds it")
    case .noSafePoint, .notConfirmed:
      self.init(.failed, words, hint: "see where its threads are, from outside: ispy dump \(pid)")
    case .interpreter: self.init(.usage, words, hint: "--interpreter N")
    case .version: self.init(.unavailable, words)
    case .unending: self.init(.failed, words, hint: "see where it is, from outside: ispy dump \(pid)")
    case .kernelTooOld, .architecture, .sandboxed, .unsuitable, .traced, .notRunning, .malformedAnswer, .disconnected,
      .failed:
      self.init(.failed, words)
    }
  }
}

extension AttachError {
  /// After this the agent is not to be talked to any more.
  var endsAgent: Bool { if case .refused = self { false } else { true } }
}
