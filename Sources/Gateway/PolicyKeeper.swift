import Catalog
import Control
import Logging
import PolicyFile
import RemoteProcess
import Synchronization

/// Keeps the policy of a file in force.
///
/// A file that is broken at the start means that nothing is allowed. One that is broken when it is read again leaves the
/// policy that was in force, and says so loudly.
final class PolicyKeeper: Sendable {
  let gate: PolicyGate
  let path: String
  private let logger: Logger
  private let reading = Mutex(())
  private let share: Int

  /// - Parameter share: commands that one person may have running where the policy says nothing of it.
  init(path: String, share: Int, desk: ApprovalDesk, trail: AuditTrail, logger: Logger) {
    self.path = path
    self.share = share
    self.logger = logger
    gate = PolicyGate(policy: Policy(), desk: desk) { approval in
      // Everybody who reads the log or the audit is to know.
      logger.critical(
        "the glass was broken",
        metadata: ["user": "\(approval.name)", "command": "\(approval.command)", "grant": "\(approval.number)"])
      trail.control(
        "break glass", by: Principal(user: approval.user, name: approval.name),
        note: "grant \(approval.number), by the rule \(approval.rule), because \(approval.reason)")
    }
  }

  /// Reads the file; true where what it says is in force now.
  func read() -> (isInForce: Bool, problems: [PolicyProblem]) {
    reading.withLock { _ in
      guard let text = try? Self.contents(path) else {
        let problem = PolicyProblem(line: 1, column: 1, message: "\(path) cannot be read, or is no text")
        logger.critical("the policy cannot be read; what was in force stays so", metadata: ["path": "\(path)"])
        return (false, [problem])
      }
      let found = PolicyFile.read(text)
      for problem in found.problems {
        logger.log(level: problem.isWarning ? .warning : .error, "\(path):\(problem)")
      }
      guard var policy = found.policy else {
        logger.critical("the policy is broken; what was in force stays so", metadata: ["path": "\(path)"])
        return (false, found.problems)
      }
      policy.limits.concurrent = policy.limits.concurrent ?? share
      gate.replace(policy)
      logger.notice("the policy is in force", metadata: ["path": "\(path)", "bindings": "\(policy.bindings.count)"])
      return (true, found.problems)
    }
  }

  /// Nil where it is longer than a policy is, or no text.
  static func contents(_ path: String) throws(BoundedFile.Failure) -> String? {
    String(validating: try BoundedFile.contents(of: path, limit: PolicyFile.sizeLimit), as: UTF8.self)
  }
}
