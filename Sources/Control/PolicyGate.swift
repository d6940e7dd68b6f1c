public import Catalog
import Redaction
import Synchronization

/// The gate of a gateway: decides by the policy in force, by grants, and by limits.
public final class PolicyGate: Gate {
  private let policy: Mutex<Policy>
  public let desk: ApprovalDesk
  private let labels = TargetLabels()
  private let glassBroken: @Sendable (Approval) -> Void

  /// - Parameters:
  ///   - policy: an empty one allows nothing.
  ///   - glassBroken: is told of each grant that nobody agreed to.
  public init(policy: Policy, desk: ApprovalDesk, glassBroken: @escaping @Sendable (Approval) -> Void = { _ in }) {
    self.policy = Mutex(policy)
    self.desk = desk
    self.glassBroken = glassBroken
  }

  public var current: Policy { policy.withLock { $0 } }

  /// Puts another policy in force, from the next command on.
  public func replace(_ new: Policy) { policy.withLock { $0 = new } }

  public func labels(of target: Target) -> [String: String] {
    current.labels(of: target, attested: labels.attested(pid: target.pid))
  }

  public func isVisible(_ target: Target, to principal: Principal) -> Bool {
    current.isVisible(labels(of: target), to: principal)
  }

  public func consider(_ request: Request) throws(CommandError) {
    let decision = current.decide(request.principal, request.specification, values: request.values, at: .anywhere)
    if case .refused(let rule, let needed) = decision { throw Self.refusal(request, nil, rule, needed) }
  }

  public func admit(_ request: Request, to targets: [Target]) throws(CommandError) -> Admission {
    let policy = current
    var admissions: [Admission] = []
    var open: [(target: Target, labels: [String: String])] = []
    /// The first that asks for approval.
    var asking: Policy.ApprovalRule?
    for (target, place) in places(targets, policy) {
      switch policy.decide(request.principal, request.specification, values: request.values, at: place) {
      case .allowed(let rule, let values, let limits):
        admissions.append(Self.admission(policy, rule, values, limits))
      case .needsApproval(let rule):
        asking = asking ?? rule
        if let target, let labels = place.labels { open.append((target, labels)) }
      case .refused(let rule, let needed): throw Self.refusal(request, target, rule, needed)
      }
    }
    if let asking {
      guard let grant = try grant(for: request, open) else { throw try ask(request, open, asking) }
      let rule = "grant \(grant.number) of \(grant.approvers.map(\.name).joined(separator: ", "))"
      admissions.append(Self.admission(policy, rule, request.values, policy.limits))
    }
    if request.specification.rung == .console, request.reason?.isEmpty != false {
      throw CommandError(
        .notPermitted, "\(request.specification.title) stands on the rung console, which asks for a reason",
        hint: "--reason 'why'")
    }
    // What is shown of all of them is what may be shown of each.
    return admissions.reduce(admissions[0]) { $0.narrowed(by: $1) }
  }

  /// Where a command is to be carried out: on each of its targets, or nowhere.
  private func places(_ targets: [Target], _ policy: Policy) -> [(Target?, Policy.Place)] {
    guard !targets.isEmpty else { return [(nil, .nowhere)] }
    return targets.map { ($0, .target(policy.labels(of: $0, attested: labels.attested(pid: $0.pid)))) }
  }

  private static func admission(_ policy: Policy, _ rule: String, _ values: ValueRight, _ limits: Limits) -> Admission {
    Admission(
      rule: rule, values: values, redaction: policy.redaction, limits: limits, targetLimits: policy.targetLimits)
  }

  private static func refusal(
    _ request: Request, _ target: Target?, _ rule: String, _ needed: String
  ) -> CommandError {
    let place = target.map { " on process \($0.pid)" } ?? ""
    return CommandError(
      .notPermitted, "\(request.specification.title)\(place) is not allowed to \(request.principal.name): \(rule)",
      hint: "needed: \(needed)")
  }

  // MARK: - Approval

  private func grant(
    for request: Request, _ targets: [(target: Target, labels: [String: String])]
  ) throws(CommandError) -> Approval? {
    try desk.change { (book, now) throws(ApprovalError) in
      book.use(request, words: request.arguments.words, on: targets, now)
    }
  }

  /// Asks, and returns the refusal that says so.
  private func ask(
    _ request: Request, _ targets: [(Target, [String: String])], _ rule: Policy.ApprovalRule
  ) throws(CommandError) -> CommandError {
    guard let reason = request.reason, reason.contains(where: { !$0.isWhitespace }) else {
      return CommandError(
        .approvalNeeded,
        "\(request.specification.title) needs somebody else's approval, by the rule \(rule.name)",
        hint: "ask with --reason TEXT; it may be approved by \(rule.approvers.description)")
    }
    // Whoever approves must see the very words, and nobody may see a secret.
    guard KeptText.words(request.arguments.words) == request.arguments.words else {
      return CommandError(
        .usage, "the words hold what looks like a secret, or are too long, and so cannot be shown to whoever approves",
        hint: "ask for it without the secret, and in fewer words")
    }
    let approval = try desk.change { (book, now) throws(ApprovalError) in
      try book.ask(
        request, words: request.arguments.words, targets: Self.approvedTargets(request, targets),
        reason: KeptText.text(reason), rule: rule, now)
    }
    let number = approval?.number ?? 0
    if rule.isBreakGlass {
      if let approval { glassBroken(approval) }
      return CommandError(
        .approvalNeeded, "the glass is broken: grant \(number) is yours, and everybody has been told",
        hint: "give the command once more")
    }
    return CommandError(
      .approvalNeeded, "approval \(number) was asked for, by the rule \(rule.name)",
      hint: "once it is approved (by \(rule.approvers.description)) give the same command again; see: ispy approvals")
  }

  /// The application where it was named and all agree on it; else each process for good.
  private static func approvedTargets(
    _ request: Request, _ targets: [(target: Target, labels: [String: String])]
  ) -> [ApprovedTarget] {
    let names = Set(targets.map { $0.labels["application"] })
    let isNamed = request.targetWords.allSatisfy { Int32($0) == nil && !$0.contains("/") }
    if isNamed, names.count == 1, case .some(.some(let name)) = names.first { return [.application(name)] }
    return targets.map { .process(pid: $0.target.pid, startTime: $0.target.startTime) }
  }

  /// Whoever may answer a request: those whom the rule that it was made under names now.
  public func approvers(of approval: Approval) -> Subjects {
    current.approvals.first { $0.name == approval.rule }?.approvers ?? Subjects()
  }

  public func approve(_ number: Int, by principal: Principal, for seconds: Double?) throws(CommandError) -> Approval {
    try answer(number) { (book, approvers, now) throws(ApprovalError) in
      try book.approve(number, by: principal, approvers: approvers, for: seconds, now)
    }
  }

  public func deny(_ number: Int, by principal: Principal) throws(CommandError) -> Approval {
    try answer(number) { (book, approvers, now) throws(ApprovalError) in
      book.approvals[number]?.state == .granted
        ? try book.revoke(number, by: principal, approvers: approvers, now)
        : try book.deny(number, by: principal, approvers: approvers, now)
    }
  }

  private func answer(
    _ number: Int, _ answer: (inout ApprovalBook, Subjects, ApprovalBook.Now) throws(ApprovalError) -> Approval
  ) throws(CommandError) -> Approval {
    let changed = try desk.change { (book, now) throws(ApprovalError) in
      guard let approval = book.approvals[number] else { throw .unknown(number) }
      return try answer(&book, approvers(of: approval), now)
    }
    guard let changed else { throw CommandError(ApprovalError.unknown(number)) }
    return changed
  }
}
