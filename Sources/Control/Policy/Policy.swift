public import Catalog
public import Redaction

/// Who may do what to which targets, and see how much: the rules of a team, checked.
///
/// A policy is a value; it is made whole or not at all. What it does not allow is refused.
public struct Policy: Equatable, Sendable {
  /// What a process must be for its claim to be an application to be believed.
  public var applications: [String: Selector] = [:]
  /// Labels that the policy itself gives to targets.
  public var labels: [LabelRule] = []
  public var bindings: [Binding] = [] { didSet { bindingIndex = RuleIndex(bindings) } }
  public var approvals: [ApprovalRule] = [] { didSet { approvalIndex = RuleIndex(approvals) } }
  /// What holds for everybody, beside the limits of roles.
  public var limits = Limits()
  /// What one target is asked at most, whoever asks.
  public var targetLimits = Limits()
  public var redaction = RedactionPolicy()

  /// What decisions go by.
  private(set) var bindingIndex = RuleIndex<Binding>()
  private(set) var approvalIndex = RuleIndex<ApprovalRule>()

  public init() {}

  /// Gives the label to targets that match.
  public struct LabelRule: Equatable, Sendable {
    public let label: String
    public let value: String
    public let selector: Selector

    public init(label: String, value: String, selector: Selector) {
      self.label = label
      self.value = value
      self.selector = selector
    }
  }

  /// What may be done.
  public struct Role: Equatable, Sendable {
    public let name: String
    /// The highest rung.
    public let rung: Rung
    /// Titles of commands, as `process *`; empty means all up to the rung.
    public let allow: [Glob]
    /// What is refused whatever else allows it, approval included.
    public let deny: [Glob]
    public let values: ValueRight
    public let limits: Limits

    public init(
      name: String, rung: Rung, allow: [Glob] = [], deny: [Glob] = [], values: ValueRight, limits: Limits = Limits()
    ) {
      self.name = name
      self.rung = rung
      self.allow = allow
      self.deny = deny
      self.values = values
      self.limits = limits
    }

    func denies(_ command: CommandSpecification) -> Bool { deny.contains { $0.matches(command.title) } }

    func allows(_ command: CommandSpecification) -> Bool { command.rung <= rung && allow.list(command) }
  }

  /// Gives a role to people, on targets.
  public struct Binding: PolicyRule {
    /// `binding 2 (line 31)`: where people find it.
    public let place: String
    public let subjects: Subjects
    public let role: Role
    /// One of them must match; empty means every target.
    public let selectors: [Selector]

    public init(place: String, subjects: Subjects, role: Role, selectors: [Selector]) {
      self.place = place
      self.subjects = subjects
      self.role = role
      self.selectors = selectors
    }

    func says(theSameAs other: Binding) -> Bool { role == other.role }

    /// `role developer by binding 2 (line 31)`.
    var rule: String { "role \(role.name) by \(place)" }
  }

  /// What people may do once somebody else has agreed.
  public struct ApprovalRule: PolicyRule {
    public let name: String
    public let place: String
    /// Who may ask.
    public let subjects: Subjects
    public let selectors: [Selector]
    /// The highest rung that can be asked for.
    public let rung: Rung
    /// Empty means all up to the rung.
    public let commands: [Glob]
    public let values: ValueRight
    public let approvers: Subjects
    /// How many must agree.
    public let count: Int
    /// The longest time that a grant can last, in seconds.
    public let longest: Double
    /// Nobody need agree: it is granted at once, and everybody is told in the log.
    public let isBreakGlass: Bool

    public init(
      name: String, place: String, subjects: Subjects, selectors: [Selector], rung: Rung, commands: [Glob],
      values: ValueRight, approvers: Subjects, count: Int = 1, longest: Double = 900, isBreakGlass: Bool = false
    ) {
      self.name = name
      self.place = place
      self.subjects = subjects
      self.selectors = selectors
      self.rung = rung
      self.commands = commands
      self.values = values
      self.approvers = approvers
      self.count = count
      self.longest = longest
      self.isBreakGlass = isBreakGlass
    }

    /// Each has a name of its own, by which it is asked for.
    func says(theSameAs other: ApprovalRule) -> Bool { false }

    func covers(_ command: CommandSpecification, values: ValueRight) -> Bool {
      command.rung <= rung && values <= self.values && commands.list(command)
    }
  }
}

extension [Glob] {
  /// Whether these patterns of commands, of which none at all means every command, name one. What is about others must be
  /// named by more than `*`.
  fileprivate func list(_ command: CommandSpecification) -> Bool {
    guard command.standing == .rung else { return contains { $0.matches(command.title) && !$0.matchesEverything } }
    return isEmpty || contains { $0.matches(command.title) }
  }
}

extension [Selector] {
  /// No selector at all means every target. A target that is not known yet may be of any, and what has none is of all.
  func cover(_ labels: [String: String]?) -> Bool {
    guard let labels, !isEmpty else { return true }
    return contains { $0.matches(labels) }
  }
}
