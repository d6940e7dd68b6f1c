import Glibc

/// Whether a process can be read by this one; if not, why, and what would change that. The rules are those of
/// `__ptrace_may_access` in the kernel's `kernel/ptrace.c`; the answer is the kernel's own, to reading one byte.
public struct AccessCheck: Sendable {
  public let pid: Int32
  /// All that was found, the decisive first. Empty where the process can be read and stopped.
  public let findings: [AccessFinding]
  public let surroundings: Surroundings

  /// Whether its memory can be read.
  public var isReadable: Bool { !findings.contains { $0.cause.preventsReading } }
  /// Whether its threads can be stopped as well.
  public var isStoppable: Bool { findings.isEmpty }

  public init(pid: Int32, users: UserNames = UserNames()) throws(ProcessError) {
    self.init(AccessEvidence(pid: pid), surroundings: try Surroundings(), users: users)
  }

  init(_ evidence: AccessEvidence, surroundings: Surroundings, users: UserNames) {
    pid = evidence.pid
    self.surroundings = surroundings
    let words = AccessWords(evidence: evidence, surroundings: surroundings, users: users)
    findings = Self.causes(evidence, surroundings).map { cause in
      AccessFinding(cause: cause, evidence: words.evidence(of: cause), fixes: words.fixes(of: cause))
    }
  }

  // MARK: - Judging

  private static func causes(_ evidence: AccessEvidence, _ surroundings: Surroundings) -> [AccessCause] {
    guard evidence.exists else { return [.noSuchProcess] }
    guard let status = evidence.status else {
      // Known to the kernel, not shown: hidden from us, whatever else would keep us from reading it.
      return surroundings.hidepid == nil ? [.noSuchProcess] : [.hiddenByProc]
    }
    if status.process != evidence.pid, status.process > 0 { return [.isThread(of: status.process)] }
    if status.state.isDead { return [.zombie(parent: status.parent)] }
    if status.isKernelThread { return [.kernelThread] }
    let traced: [AccessCause] = status.tracer == 0 ? [] : [.traced(by: status.tracer)]
    if evidence.probe == 0 { return traced }
    if evidence.probe == ESRCH { return [.noSuchProcess] }
    if evidence.ownProbe != 0 { return [.seccomp] + traced }
    let refusals = refusals(evidence, status, surroundings)
    return (refusals.isEmpty ? [.unexplained(errno: evidence.probe)] : refusals) + traced
  }

  /// What the kernel may have refused for. Several may hold, and each has to be lifted, except that CAP_SYS_PTRACE lifts
  /// all but the last scope of Yama.
  private static func refusals(
    _ evidence: AccessEvidence, _ status: ProcessStatus, _ surroundings: Surroundings
  ) -> [AccessCause] {
    var causes: [AccessCause] = []
    if surroundings.hasPtraceCapability {
      if surroundings.yamaScope == 3 { causes.append(.yama(scope: 3)) }
      let isElsewhere = Namespaces.differ(evidence.userNamespace, evidence.ownUserNamespace)
      if isElsewhere || !surroundings.isInitialUserNamespace { causes.append(.otherUserNamespace) }
      return causes
    }
    let own = surroundings.status
    if !isSameUser(status, own) {
      causes.append(.otherUser(target: status.users.effective, own: own.users.real))
    } else if let owner = evidence.filesOwner, owner != status.users.effective {
      causes.append(.notDumpable)
    } else if status.permittedCapabilities & ~own.permittedCapabilities != 0 {
      causes.append(.moreCapabilities)
    }
    if let scope = surroundings.yamaScope, scope > 0 { causes.append(.yama(scope: scope)) }
    return causes
  }

  /// The reader's real ids must be all three of the target's.
  private static func isSameUser(_ target: ProcessStatus, _ own: ProcessStatus) -> Bool {
    [target.users.real, target.users.effective, target.users.saved].allSatisfy { $0 == own.users.real }
      && [target.groups.real, target.groups.effective, target.groups.saved].allSatisfy { $0 == own.groups.real }
  }
}
