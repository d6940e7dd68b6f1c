import Attaching
import CPython

/// An agent that can be asked: one that was attached, or one that the application has loaded itself and that listens.
final class PresentAgent {
  let link: AgentLink
  /// Nil where it listens: it was there before, and stays.
  private let attached: AttachedAgent?

  init(_ attached: AttachedAgent) {
    self.attached = attached
    link = attached.link
  }

  init(at address: AgentAddress) throws(AttachError) {
    attached = nil
    link = try AgentLink(at: address)
  }

  /// What is known of it beside the process.
  func summary(of target: Target, isNew: Bool) -> AttachmentSummary {
    var summary = AttachmentSummary(
      pid: target.pid, application: target.application.name, state: .attached,
      pythonVersion: attached?.process.runtime.version.description)
    let status = try? link.status()
    summary.ceiling = status.flatMap { Rung(rawValue: $0.ceiling) }
    summary.isNew = isNew
    if isNew, let attached {
      summary.milliseconds = Double(attached.duration / .microseconds(10)) / 100
      if case .thread(_, let nanoseconds) = attached.way { summary.stoppedMicroseconds = Int(nanoseconds / 1000) }
    }
    return summary
  }

  /// Whether of what was replaced in the code and is over nothing is left, as seen from outside; nil where it listens, and
  /// nothing is looked at.
  func isUndone() throws(AttachError) -> Bool? { try attached?.isUndone() }

  /// It goes, or where it listens hears no more of us: both undo what was changed.
  func detach(from target: Target) throws(AttachError) -> AttachmentSummary {
    var summary = AttachmentSummary(
      pid: target.pid, application: target.application.name, state: .detached,
      pythonVersion: attached?.process.runtime.version.description)
    if let attached { summary.proof = .init(try attached.detach()) }
    return summary
  }
}
