import Catalog
import Redaction
import TestSupport
import Testing

@testable import Control

/// Decisions that are found by an index, against those that are found by going through every rule.
@Suite struct DecisionComparisonTests {
  @Test func anIndexDecidesAsGoingThroughAllRulesDoes() {
    var generator = SeededGenerator(seed: 11)
    var verdicts: [String: Int] = [:]
    for _ in 0..<2000 {
      let policy = generator.policy()
      for _ in 0..<20 {
        let (principal, command) = (generator.principal(), generator.command())
        let values = generator.one(of: ValueRight.allCases)
        let place = generator.place()
        let decision = policy.decide(principal, command, values: values, at: place)
        let plain = PlainPolicy(policy).decide(principal, command, values, place)
        #expect(decision == plain, "\(principal) \(command.title) \(values) \(place) \(policy)")
        if case .target(let labels) = place {
          let isVisible = policy.bindings.contains { PlainPolicy.isFor($0.subjects, $0.selectors, principal, labels) }
          #expect(policy.isVisible(labels, to: principal) == isVisible)
        }
        verdicts[decision.verdict, default: 0] += 1
      }
    }
    // It says something only where every verdict is among them, and none of them rare.
    #expect(verdicts.count == 3 && verdicts.values.allSatisfy { $0 > 1000 }, "\(verdicts)")
  }
}

extension Decision {
  fileprivate var verdict: String {
    switch self {
    case .allowed: "allowed"
    case .needsApproval: "approval"
    case .refused: "refused"
    }
  }
}

/// The words of `Policy.decide`, one after the other and without an index.
private struct PlainPolicy {
  let policy: Policy

  init(_ policy: Policy) { self.policy = policy }

  static func isFor(
    _ subjects: Subjects, _ selectors: [Selector], _ principal: Principal, _ labels: [String: String]?
  ) -> Bool {
    let isNamed =
      subjects.users.contains { $0 == principal.name || $0 == "*" }
      || !Set(subjects.groups).isDisjoint(with: principal.groups)
    guard isNamed, let labels, !selectors.isEmpty else { return isNamed }
    return selectors.contains { selector in
      selector.conditions.allSatisfy { condition in
        labels[condition.label].map { value in condition.patterns.contains { $0.matches(value) } } ?? false
      }
    }
  }

  private static func denies(_ role: Policy.Role, _ command: CommandSpecification) -> Bool {
    role.deny.contains { $0.matches(command.title) }
  }

  /// What is about others must be listed by name.
  private static func lists(_ patterns: [Glob], _ command: CommandSpecification) -> Bool {
    switch command.standing {
    case .rung: patterns.isEmpty || patterns.contains { $0.matches(command.title) }
    case .listed, .everybody: patterns.contains { $0.text != "*" && $0.matches(command.title) }
    }
  }

  func decide(
    _ principal: Principal, _ command: CommandSpecification, _ asked: ValueRight, _ place: Policy.Place
  ) -> Decision {
    if command.standing == .everybody { return .allowed(rule: "everybody may", values: asked, limits: policy.limits) }
    let labels: [String: String]? = if case .target(let labels) = place { labels } else { nil }
    let own = policy.bindings.filter { Self.isFor($0.subjects, $0.selectors, principal, labels) }
    let denying = own.first { Self.denies($0.role, command) }
    let denied = denying.map {
      Decision.refused(
        rule: "role \($0.role.name) by \($0.place) denies \(command.title)", needed: "a policy without that deny")
    }
    if place != .anywhere, let denied { return denied }
    var best: Policy.Binding?
    for binding in own where command.rung <= binding.role.rung && Self.lists(binding.role.allow, command) {
      if Self.denies(binding.role, command) { continue }
      if best.map({ $0.role.values < binding.role.values }) ?? true { best = binding }
    }
    if let best, asked <= best.role.values || asked <= .redacted {
      return .allowed(
        rule: "role \(best.role.name) by \(best.place)", values: min(asked, best.role.values),
        limits: policy.limits.stricter(best.role.limits))
    }
    for rule in policy.approvals where Self.isFor(rule.subjects, rule.selectors, principal, labels) {
      if place == .nowhere && command.takesTargets { break }
      if command.rung <= rule.rung, asked <= rule.values, Self.lists(rule.commands, command) {
        return .needsApproval(rule)
      }
    }
    if let best {
      return .refused(
        rule: "role \(best.role.name) by \(best.place) gives values: \(best.role.values.rawValue)",
        needed: "a role with values: \(asked.rawValue)")
    }
    var highest: Policy.Binding?
    for binding in own where highest.map({ $0.role.rung < binding.role.rung }) ?? true { highest = binding }
    guard let highest else {
      return .refused(
        rule: "no binding gives \(principal.name) a role there",
        needed: "a binding of \(principal.name) to a role with rung: \(command.rung.rawValue)")
    }
    if let denied { return denied }
    let rule = "role \(highest.role.name) by \(highest.place)"
    if command.rung > highest.role.rung {
      return .refused(
        rule: "\(rule) ends at rung \(highest.role.rung.rawValue); \(command.title) stands on \(command.rung.rawValue)",
        needed: "a role with rung: \(command.rung.rawValue)")
    }
    return .refused(rule: "\(rule) does not list \(command.title)", needed: "\(command.title) in allow: of a role")
  }
}

extension SeededGenerator {
  fileprivate mutating func one<Choice>(of choices: [Choice]) -> Choice {
    choices[Int.random(in: choices.indices, using: &self)]
  }

  private mutating func some<Choice>(of choices: [Choice], atMost count: Int) -> [Choice] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in one(of: choices) }
  }

  fileprivate mutating func principal() -> Principal {
    Principal(user: 1, name: one(of: ["ann", "bob", "cat"]), groups: some(of: ["dev", "ops", "web"], atMost: 3))
  }

  private mutating func subjects() -> Subjects {
    Subjects(
      users: some(of: ["ann", "bob", "cat", "*"], atMost: 2), groups: some(of: ["dev", "ops", "web"], atMost: 2))
  }

  fileprivate mutating func command() -> CommandSpecification {
    CommandSpecification(
      name: one(of: ["dump", "heap", "process fds", "audit"]), rung: one(of: Rung.allCases), summary: "",
      discussion: "", parameters: Bool.random(using: &self) ? [.positional("target", .target, "")] : [],
      standing: one(of: [.rung, .rung, .rung, .listed, .listed, .everybody]), cost: "", examples: [], schema: "")
  }

  private mutating func commands() -> [Glob] {
    some(of: ["dump", "heap", "*", "process *", "a*", "????"], atMost: 2).map(Glob.init)
  }

  fileprivate mutating func place() -> Policy.Place {
    switch Int.random(in: 0..<8, using: &self) {
    case 0: return .anywhere
    case 1: return .nowhere
    default:
      var labels: [String: String] = [:]
      for label in ["user", "unit", "image"] where Bool.random(using: &self) {
        labels[label] = one(of: ["shop", "shop-1", "pay", "é", "e\u{301}", ""])
      }
      return .target(labels)
    }
  }

  private mutating func selectors() -> [Selector] {
    (0..<Int.random(in: 0...3, using: &self)).map { number in
      Selector(
        name: "t\(number)",
        conditions: some(of: ["user", "unit", "image"], atMost: 3).map { label in
          .init(
            label: label,
            patterns: some(of: ["shop", "shop*", "*", "?", "pay", "é", "s*-?", ""], atMost: 3).map(Glob.init))
        })
    }
  }

  fileprivate mutating func policy() -> Policy {
    let roles = (0..<Int.random(in: 1...4, using: &self)).map { number in
      Policy.Role(
        name: "r\(number)", rung: one(of: Rung.allCases), allow: commands(),
        deny: Int.random(in: 0..<4, using: &self) == 0 ? commands() : [], values: one(of: ValueRight.allCases),
        limits: Limits(concurrent: one(of: [nil, 1, 7])))
    }
    var policy = Policy()
    policy.limits.concurrent = one(of: [nil, 3])
    policy.bindings = (0..<Int.random(in: 0...6, using: &self)).map { number in
      Policy.Binding(place: "binding \(number)", subjects: subjects(), role: one(of: roles), selectors: selectors())
    }
    policy.approvals = (0..<Int.random(in: 0...3, using: &self)).map { number in
      Policy.ApprovalRule(
        name: "a\(number)", place: "line \(number)", subjects: subjects(), selectors: selectors(),
        rung: one(of: Rung.allCases), commands: commands(), values: one(of: ValueRight.allCases), approvers: subjects())
    }
    return policy
  }
}
