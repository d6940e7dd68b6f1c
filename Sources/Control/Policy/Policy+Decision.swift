public import Catalog
public import Redaction

/// What a policy says of a command.
public enum Decision: Equatable, Sendable {
  /// - Parameters:
  ///   - rule: the one that decided, as people find it.
  ///   - values: at most what was asked for.
  case allowed(rule: String, values: ValueRight, limits: Limits)
  /// Somebody else must agree first.
  case needsApproval(Policy.ApprovalRule)
  /// - Parameter needed: what would allow it.
  case refused(rule: String, needed: String)
}

extension Policy {
  /// What a command is to be carried out on.
  public enum Place: Equatable, Sendable {
    /// A process, by its labels.
    case target([String: String])
    /// One that is not known yet: whether there could be one.
    case anywhere
    /// None at all: the command has no target.
    case nowhere

    var labels: [String: String]? { if case .target(let labels) = self { labels } else { nil } }
  }

  /// Decides about a command at one place.
  ///
  /// A `deny` of any role that the principal has there decides alone. Otherwise the roles that allow the command add up: the
  /// most of values that one of them gives, and the stricter limits of the one that decides. What no role allows may be
  /// asked for where an approval rule covers it; of a command that looks at processes somebody else agrees to those.
  public func decide(
    _ principal: Principal, _ command: CommandSpecification, values asked: ValueRight, at place: Place
  ) -> Decision {
    if command.standing == .everybody { return .allowed(rule: "everybody may", values: asked, limits: limits) }
    let own = bindingIndex.rules(for: principal, on: place.labels)
    // Of a target that is not known yet nothing is denied: another one may be meant.
    if place != .anywhere, let denying = own.first(where: { $0.role.denies(command) }) {
      return .refused(rule: "\(denying.rule) denies \(command.title)", needed: "a policy without that deny")
    }
    let allowing = own.filter { $0.role.allows(command) && !$0.role.denies(command) }
    if let best = allowing.max(by: { $0.role.values < $1.role.values }) {
      // Less than is usual is shown without a word; more than is usual was meant.
      if asked <= max(best.role.values, .redacted) {
        return .allowed(
          rule: best.rule, values: min(asked, best.role.values), limits: limits.stricter(best.role.limits))
      }
    }
    if place != .nowhere || !command.takesTargets,
      let rule = approvalIndex.rules(for: principal, on: place.labels)
        .first(where: { $0.covers(command, values: asked) })
    {
      return .needsApproval(rule)
    }
    return refusal(principal, command, asked, own: own, allowing: allowing)
  }

  private func refusal(
    _ principal: Principal, _ command: CommandSpecification, _ asked: ValueRight, own: [Binding], allowing: [Binding]
  ) -> Decision {
    if let best = allowing.max(by: { $0.role.values < $1.role.values }) {
      return .refused(
        rule: "\(best.rule) gives values: \(best.role.values.rawValue)", needed: "a role with values: \(asked.rawValue)"
      )
    }
    guard let highest = own.max(by: { $0.role.rung < $1.role.rung }) else {
      return .refused(
        rule: "no binding gives \(principal.name) a role there",
        needed: "a binding of \(principal.name) to a role with rung: \(command.rung.rawValue)")
    }
    if let denying = own.first(where: { $0.role.denies(command) }) {
      return .refused(rule: "\(denying.rule) denies \(command.title)", needed: "a policy without that deny")
    }
    if command.rung > highest.role.rung {
      return .refused(
        rule:
          "\(highest.rule) ends at rung \(highest.role.rung.rawValue); \(command.title) stands on \(command.rung.rawValue)",
        needed: "a role with rung: \(command.rung.rawValue)")
    }
    return .refused(
      rule: "\(highest.rule) does not list \(command.title)", needed: "\(command.title) in allow: of a role")
  }

  /// Whether the principal has any role on a target.
  public func isVisible(_ labels: [String: String], to principal: Principal) -> Bool {
    !bindingIndex.rules(for: principal, on: labels).isEmpty
  }
}
