/// A rule of a policy: for whom it is, and on which targets.
protocol PolicyRule: Equatable, Sendable {
  var subjects: Subjects { get }
  /// One of them must match; empty means every target.
  var selectors: [Selector] { get }
  /// Whether both differ in nothing but whom and what they are for, so that the first of them decides for both.
  func says(theSameAs other: Self) -> Bool
}

/// The rules of a policy by whom and what they name: a decision touches none that is for other people, and few that are for
/// other targets.
struct RuleIndex<Rule: PolicyRule>: Equatable, Sendable {
  private var rules: [Rule] = []
  /// For each rule the first that says the same.
  private var firsts: [Int] = []
  private var users: [String: Shelf] = [:]
  private var groups: [String: Shelf] = [:]
  private var everybody = Shelf()

  init() {}

  init(_ rules: [Rule]) {
    self.rules = rules
    var different: [Int] = []
    for (number, rule) in rules.enumerated() {
      if let first = different.first(where: { rules[$0].says(theSameAs: rule) }) {
        firsts.append(first)
      } else {
        firsts.append(number)
        different.append(number)
      }
      for user in Set(rule.subjects.users) {
        if user == Subjects.everybody {
          everybody.add(number, rule.selectors, first: firsts[number])
        } else {
          users[user, default: Shelf()].add(number, rule.selectors, first: firsts[number])
        }
      }
      for group in Set(rule.subjects.groups) {
        groups[group, default: Shelf()].add(number, rule.selectors, first: firsts[number])
      }
    }
  }

  /// What holds for a principal on a target with these labels, in the order of the policy; of rules that say the same the
  /// first.
  ///
  /// - Parameter labels: nil is a target that is not known yet, or none.
  func rules(for principal: Principal, on labels: [String: String]?) -> [Rule] {
    var candidates: [Int] = []
    everybody.collect(labels, into: &candidates)
    users[principal.name]?.collect(labels, into: &candidates)
    for group in principal.groups { groups[group]?.collect(labels, into: &candidates) }
    candidates.sort()
    var isFound = [Bool](repeating: false, count: candidates.isEmpty ? 0 : rules.count)
    var found: [Rule] = []
    for number in candidates where !isFound[firsts[number]] && rules[number].selectors.cover(labels) {
      isFound[firsts[number]] = true
      found.append(rules[number])
    }
    return found
  }

  /// All the rest is made of them.
  static func == (left: Self, right: Self) -> Bool { left.rules == right.rules }
}

extension RuleIndex {
  /// The rules for one user or one group, by their numbers.
  private struct Shelf {
    /// Of those that say the same the first: where the target is not known, all of them count.
    private var different: [Int] = []
    private var seen: Set<Int> = []
    private var unconditional: [Int] = []
    /// The others: each of their selectors by the label that it is cheapest to ask for first.
    private var conditional: [String: Conditions] = [:]

    mutating func add(_ number: Int, _ selectors: [Selector], first: Int) {
      if seen.insert(first).inserted { different.append(number) }
      if selectors.isEmpty { unconditional.append(number) }
      for selector in selectors {
        if let condition = selector.conditions.first {
          conditional[condition.label, default: Conditions()].add(number, condition.patterns)
        } else {
          unconditional.append(number)
        }
      }
    }

    /// Adds those that may be for a target, some of them twice: what else a selector asks for remains to be asked.
    func collect(_ labels: [String: String]?, into found: inout [Int]) {
      guard let labels else { return found += different }
      found += unconditional
      for (label, conditions) in conditional {
        if let value = labels[label] { conditions.collect(value, into: &found) }
      }
    }
  }

  /// What is asked of one label.
  private struct Conditions {
    private var literals: [String: [Int]] = [:]
    private var wildcards: [(pattern: Glob, number: Int)] = []

    mutating func add(_ number: Int, _ patterns: [Glob]) {
      for pattern in patterns {
        if pattern.isLiteral {
          literals[pattern.text, default: []].append(number)
        } else {
          wildcards.append((pattern, number))
        }
      }
    }

    func collect(_ value: String, into found: inout [Int]) {
      if let numbers = literals[value] { found += numbers }
      for (pattern, number) in wildcards where pattern.matches(value) { found.append(number) }
    }
  }
}
