public import Catalog
public import Redaction

/// Decides what may be done, before anything is.
public protocol Gate: Sendable {
  /// Throws where no target could be allowed. Asked before any is looked for, so that who may do nothing learns nothing.
  func consider(_ request: Request) throws(CommandError)
  /// Admits a command to these targets, or to none where none is meant; or throws a refusal that says which rule it is and
  /// what would be needed.
  func admit(_ request: Request, to targets: [Target]) throws(CommandError) -> Admission
  /// Whether who asks may know of a process at all.
  func isVisible(_ target: Target, to principal: Principal) -> Bool
}

/// What was granted.
public struct Admission: Equatable, Sendable {
  /// The rule that decided, as people find it.
  public let rule: String
  /// How much of values may be shown: at most what was asked for.
  public let values: ValueRight
  public let redaction: RedactionPolicy
  public let limits: Limits
  /// What each of the targets is asked at most, whoever asks.
  public let targetLimits: Limits

  public init(
    rule: String, values: ValueRight, redaction: RedactionPolicy = RedactionPolicy(), limits: Limits = Limits(),
    targetLimits: Limits = Limits()
  ) {
    self.rule = rule
    self.values = values
    self.redaction = redaction
    self.limits = limits
    self.targetLimits = targetLimits
  }

  /// What both admit.
  func narrowed(by other: Admission) -> Admission {
    Admission(
      rule: rule == other.rule ? rule : rule + "; " + other.rule, values: min(values, other.values),
      redaction: redaction, limits: limits.stricter(other.limits), targetLimits: targetLimits)
  }
}

/// The built-in policy of direct mode.
///
/// Whoever runs `ispy` directly holds the kernel's right to trace the target, and could do anything to it without `ispy`: so
/// everything but `console` is allowed. Control is real where operators do not have that right.
public struct DirectGate: Gate {
  /// The highest rung allowed.
  public let ceiling: Rung

  /// Commands above it that the owner of some processes has switched on there, by title.
  private let enabled: [Int32: Set<String>]

  public init(ceiling: Rung = .change, enabled: [Int32: Set<String>] = [:]) {
    self.ceiling = ceiling
    self.enabled = enabled
  }

  public func consider(_ request: Request) throws(CommandError) {
    guard request.specification.rung > ceiling, enabled.isEmpty else { return }
    throw refusal(of: request.specification)
  }

  public func admit(_ request: Request, to targets: [Target]) throws(CommandError) -> Admission {
    let specification = request.specification
    guard specification.rung <= ceiling || isEnabled(specification.title, in: targets) else {
      throw refusal(of: specification)
    }
    return Admission(rule: "direct mode", values: request.values, limits: Limits(probes: .direct))
  }

  private func isEnabled(_ title: String, in targets: [Target]) -> Bool {
    !targets.isEmpty && targets.allSatisfy { enabled[$0.pid]?.contains(title) == true }
  }

  private func refusal(of specification: CommandSpecification) -> CommandError {
    CommandError(
      .notPermitted,
      "\(specification.title) stands on the rung \(specification.rung.rawValue); without a gateway the highest is "
        + ceiling.rawValue,
      hint: "the rule is built into ispy; a gateway may grant more, and so may an application that loads ispyd itself")
  }

  public func isVisible(_ target: Target, to principal: Principal) -> Bool { true }
}
