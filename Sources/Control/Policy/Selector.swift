/// Which targets a rule is for: every label that it names must match one of its patterns.
public final class Selector: Equatable, Sendable {
  /// What the policy calls it.
  public let name: String
  /// The cheapest to ask first: those without wildcards, then by label.
  public let conditions: [Condition]

  public struct Condition: Equatable, Sendable {
    public let label: String
    public let patterns: [Glob]

    public init(label: String, patterns: [Glob]) {
      self.label = label
      self.patterns = patterns
    }

    /// Patterns that are not just a text to compare with.
    fileprivate var wildcards: Int { patterns.count { !$0.isLiteral } }
  }

  public init(name: String, conditions: [Condition]) {
    self.name = name
    self.conditions = conditions.sorted { ($0.wildcards, $0.label) < ($1.wildcards, $1.label) }
  }

  /// A label that the target does not have matches no pattern, not even `*`.
  public func matches(_ labels: [String: String]) -> Bool {
    for condition in conditions {
      guard let value = labels[condition.label], condition.patterns.contains(where: { $0.matches(value) }) else {
        return false
      }
    }
    return true
  }

  public static func == (left: Selector, right: Selector) -> Bool {
    left.name == right.name && left.conditions == right.conditions
  }
}
