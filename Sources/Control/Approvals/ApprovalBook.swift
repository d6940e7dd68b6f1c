public import Catalog
import Redaction

/// All requests for approval, and the grants that came of them.
///
/// A value with no clock of its own: time is told, twice. `time` is seconds since 1970, for people; `moment` is seconds of a
/// clock that never goes back: a grant has expired when either says so, so that setting the clock back does not lengthen it.
public struct ApprovalBook: Sendable {
  public private(set) var approvals: [Int: Approval] = [:]
  private var nextNumber = 1
  /// When grants end by the clock that never goes back; missing for those of an earlier life of the gateway.
  private var ends: [Int: Double] = [:]

  /// Requests that wait at one time, of one person.
  public static let pendingLimit = 20
  /// Those that are over are kept for people to look at.
  private static let keptLimit = 10_000
  /// A request that nobody answers is over after a day.
  static let answerLimit = 86_400.0

  public struct Now: Sendable {
    public let time: Double
    public let moment: Double

    public init(time: Double, moment: Double) {
      self.time = time
      self.moment = moment
    }
  }

  public init(_ kept: [Approval] = []) {
    for approval in kept { approvals[approval.number] = approval }
    nextNumber = (approvals.keys.max() ?? 0) + 1
  }

  // MARK: - Asking

  /// Notes what is asked for; the same thing asked twice is one request.
  public mutating func ask(
    _ request: Request, words: [String], targets: [ApprovedTarget], reason: String, rule: Policy.ApprovalRule,
    _ now: Now
  ) throws(ApprovalError) -> Approval {
    expire(now)
    let user = request.principal.user
    let own = approvals.values.filter { $0.user == user && $0.state == .pending }
    if let same = own.first(where: {
      $0.command == request.specification.title && $0.words == words && $0.targets == targets
        && $0.values == request.values
    }) {
      return same
    }
    guard own.count < Self.pendingLimit else { throw .tooMany(Self.pendingLimit) }
    var approval = Approval(
      number: nextNumber, user: user, name: request.principal.name, command: request.specification.title,
      rung: request.specification.rung, words: words, targets: targets, values: request.values, reason: reason,
      rule: rule.name, needed: rule.isBreakGlass ? 0 : rule.count, longest: rule.longest,
      isBreakGlass: rule.isBreakGlass, asked: now.time, state: .pending)
    nextNumber += 1
    if rule.isBreakGlass { grant(&approval, for: rule.longest, isOnce: false, now) }
    approvals[approval.number] = approval
    trim()
    return approval
  }

  // MARK: - Answering

  /// - Parameter seconds: how long it lasts once it is granted; nil means once, within the longest time of the rule.
  public mutating func approve(
    _ number: Int, by principal: Principal, approvers: Subjects, for seconds: Double?, _ now: Now
  ) throws(ApprovalError) -> Approval {
    expire(now)
    var approval = try pending(number)
    guard principal.user != approval.user else { throw .ownRequest }
    guard approvers.contains(principal) else { throw .notAnApprover(approvers) }
    guard !approval.approvers.contains(where: { $0.user == principal.user }) else { throw .alreadyApproved }
    if let seconds, seconds > approval.longest { throw .tooLong(longest: approval.longest) }
    approval.approvers.append(.init(user: principal.user, name: principal.name, time: now.time))
    if approval.approvers.count >= approval.needed {
      grant(&approval, for: seconds ?? approval.longest, isOnce: seconds == nil, now)
    }
    approvals[number] = approval
    return approval
  }

  public mutating func deny(
    _ number: Int, by principal: Principal, approvers: Subjects, _ now: Now
  ) throws(ApprovalError) -> Approval {
    expire(now)
    var approval = try pending(number)
    // Who asked may take it back.
    guard principal.user == approval.user || approvers.contains(principal) else { throw .notAnApprover(approvers) }
    approval.state = .denied
    approval.ended = .init(user: principal.user, name: principal.name, time: now.time)
    approvals[number] = approval
    return approval
  }

  /// Ends a grant before its time.
  public mutating func revoke(
    _ number: Int, by principal: Principal, approvers: Subjects, _ now: Now
  ) throws(ApprovalError) -> Approval {
    expire(now)
    guard var approval = approvals[number] else { throw .unknown(number) }
    guard approval.state == .granted else { throw .wrongState(approval.state) }
    guard principal.user == approval.user || approvers.contains(principal) else { throw .notAnApprover(approvers) }
    approval.state = .revoked
    approval.ended = .init(user: principal.user, name: principal.name, time: now.time)
    approvals[number] = approval
    return approval
  }

  // MARK: - Using

  /// The grant that covers a command on all of these targets, or on none where it was asked for without one; one that is
  /// for once is used up by it.
  public mutating func use(
    _ request: Request, words: [String], on targets: [(target: Target, labels: [String: String])], _ now: Now
  ) -> Approval? {
    expire(now)
    for number in approvals.keys.sorted() {
      guard var approval = approvals[number], approval.state == .granted,
        approval.user == request.principal.user, approval.command == request.specification.title,
        request.specification.rung <= approval.rung, request.values <= approval.values,
        !approval.isOnce || approval.words == words, approval.targets.isEmpty == targets.isEmpty,
        targets.allSatisfy({ pair in approval.targets.contains { $0.covers(pair.target, labels: pair.labels) } })
      else { continue }
      if approval.isOnce {
        approval.state = .used
        approvals[number] = approval
      }
      return approval
    }
    return nil
  }

  // MARK: - Time

  /// Ends what is over.
  public mutating func expire(_ now: Now) {
    for (number, approval) in approvals {
      switch approval.state {
      case .granted where now.time >= approval.expires ?? 0 || now.moment >= ends[number] ?? .infinity:
        approvals[number]?.state = .expired
      case .pending where now.time >= approval.asked + Self.answerLimit: approvals[number]?.state = .expired
      default: continue
      }
      ends[number] = nil
    }
  }

  private mutating func grant(_ approval: inout Approval, for seconds: Double, isOnce: Bool, _ now: Now) {
    approval.state = .granted
    approval.isOnce = isOnce
    approval.expires = now.time + seconds
    ends[approval.number] = now.moment + seconds
  }

  private func pending(_ number: Int) throws(ApprovalError) -> Approval {
    guard let approval = approvals[number] else { throw .unknown(number) }
    guard approval.state == .pending else { throw .wrongState(approval.state) }
    return approval
  }

  private mutating func trim() {
    let over = approvals.values.filter { $0.state != .pending && $0.state != .granted }.map(\.number).sorted()
    for number in over.dropLast(Self.keptLimit) { approvals[number] = nil }
  }
}
