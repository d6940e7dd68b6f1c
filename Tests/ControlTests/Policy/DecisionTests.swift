import Catalog
import Redaction
import Testing

@testable import Control

@Suite struct DecisionTests {
  private static let ann = Principal(user: 1000, name: "ann", groups: ["dev"])
  private static let bob = Principal(user: 1001, name: "bob", groups: ["ops"])
  private static let staging = Selector(
    name: "staging", conditions: [.init(label: "environment", patterns: [Glob("staging")])])
  private static let production = Selector(
    name: "production", conditions: [.init(label: "environment", patterns: [Glob("production")])])

  private func command(_ name: String, _ rung: Rung, takesTargets: Bool = true) -> CommandSpecification {
    CommandSpecification(
      name: name, rung: rung, summary: "", discussion: "",
      parameters: takesTargets ? [.positional("target", .target, "")] : [], cost: "", examples: [], schema: "")
  }

  private func policy(_ change: (inout Policy) -> Void = { _ in }) -> Policy {
    var policy = Policy()
    policy.bindings = [
      .init(
        place: "binding 1", subjects: Subjects(groups: ["dev"]),
        role: .init(name: "developer", rung: .inspect, deny: [Glob("heap")], values: .redacted),
        selectors: [Self.staging]),
      .init(
        place: "binding 2", subjects: Subjects(groups: ["dev"]),
        role: .init(name: "watcher", rung: .observe, values: .summary), selectors: [Self.production]),
      .init(
        place: "binding 3", subjects: Subjects(users: ["bob"]),
        role: .init(name: "operator", rung: .inspect, allow: [Glob("dump"), Glob("process *")], values: .raw),
        selectors: []),
    ]
    policy.approvals = [
      .init(
        name: "production reads", place: "line 9", subjects: Subjects(groups: ["dev"]), selectors: [Self.production],
        rung: .inspect, commands: [Glob("dump")], values: .redacted, approvers: Subjects(groups: ["ops"]))
    ]
    change(&policy)
    return policy
  }

  private func verdict(
    _ policy: Policy, _ who: Principal, _ command: CommandSpecification, values: ValueRight = .redacted,
    on labels: [String: String]?
  ) -> String {
    let place = labels.map { Policy.Place.target($0) } ?? (command.takesTargets ? .anywhere : .nowhere)
    return switch policy.decide(who, command, values: values, at: place) {
    case .allowed(let rule, let values, _): "allowed \(values.rawValue) by \(rule)"
    case .needsApproval(let rule): "approval by \(rule.name)"
    case .refused(let rule, _): "refused: \(rule)"
    }
  }

  @Test func nothingIsAllowedByAnEmptyPolicy() {
    for rung in Rung.allCases {
      let decision = verdict(Policy(), Self.ann, command("x", rung), on: [:])
      #expect(decision == "refused: no binding gives ann a role there")
    }
  }

  @Test func aRoleHoldsOnItsTargetsOnly() {
    #expect(
      verdict(policy(), Self.ann, command("dump", .inspect), on: ["environment": "staging"])
        == "allowed redacted by role developer by binding 1")
    #expect(
      verdict(policy(), Self.ann, command("dump", .inspect), on: ["environment": "testing"])
        == "refused: no binding gives ann a role there")
    #expect(
      verdict(policy(), Self.ann, command("dump", .inspect), on: [:])
        == "refused: no binding gives ann a role there")
  }

  @Test func aRungAboveTheRolesIsRefused() {
    #expect(
      verdict(policy(), Self.ann, command("probe", .probe), on: ["environment": "staging"])
        == "refused: role developer by binding 1 ends at rung inspect; probe stands on probe")
  }

  @Test func denyWinsOverEveryOtherRole() {
    let widened = policy { policy in
      policy.bindings.append(
        .init(
          place: "binding 4", subjects: Subjects(users: ["ann"]),
          role: .init(name: "all", rung: .console, values: .raw), selectors: []))
      policy.approvals.append(
        .init(
          name: "heap", place: "", subjects: Subjects(users: ["ann"]), selectors: [], rung: .console, commands: [],
          values: .raw, approvers: Subjects(), isBreakGlass: true))
    }
    #expect(
      verdict(widened, Self.ann, command("heap", .inspect), on: ["environment": "staging"])
        == "refused: role developer by binding 1 denies heap")
    #expect(
      verdict(widened, Self.ann, command("heap", .inspect), on: ["environment": "production"])
        == "allowed redacted by role all by binding 4")
  }

  @Test func anAllowListLeavesAllElseOut() {
    #expect(verdict(policy(), Self.bob, command("dump", .inspect), on: [:]).hasPrefix("allowed"))
    #expect(verdict(policy(), Self.bob, command("process fds", .inspect), on: [:]).hasPrefix("allowed"))
    #expect(
      verdict(policy(), Self.bob, command("peek", .inspect), on: [:])
        == "refused: role operator by binding 3 does not list peek")
  }

  @Test func lessOfValuesIsShownAndMoreIsRefused() {
    let observe = command("ps", .observe, takesTargets: false)
    #expect(
      verdict(policy(), Self.ann, command("threads", .observe), on: ["environment": "production"])
        == "allowed summary by role watcher by binding 2")
    #expect(
      verdict(policy(), Self.ann, command("dump", .inspect), values: .raw, on: ["environment": "staging"])
        == "refused: role developer by binding 1 gives values: redacted")
    #expect(verdict(policy(), Self.bob, observe, values: .raw, on: nil).hasPrefix("refused"))
    #expect(
      verdict(policy(), Self.bob, command("dump", .inspect), values: .raw, on: [:])
        == "allowed raw by role operator by binding 3")
    #expect(
      verdict(policy(), Self.bob, command("dump", .inspect), values: .none, on: [:])
        == "allowed none by role operator by binding 3")
  }

  @Test func whatNoRoleAllowsMayBeAskedFor() {
    let labels = ["environment": "production"]
    #expect(verdict(policy(), Self.ann, command("dump", .inspect), on: labels) == "approval by production reads")
    #expect(verdict(policy(), Self.ann, command("peek", .inspect), on: labels).hasPrefix("refused"))
    #expect(verdict(policy(), Self.ann, command("dump", .inspect), values: .raw, on: labels).hasPrefix("refused"))
    let stranger = Principal(user: 1002, name: "eve", groups: ["guests"])
    #expect(verdict(policy(), stranger, command("dump", .inspect), on: labels).hasPrefix("refused"))
  }

  /// What an approval rule for these commands says of one without a target.
  private func asking(for patterns: [String], _ standing: CommandSpecification.Standing) -> String {
    let specification = CommandSpecification(
      name: "audit", rung: .observe, summary: "", discussion: "", standing: standing, cost: "", examples: [], schema: ""
    )
    let open = policy { policy in
      policy.bindings = []
      policy.approvals = [
        .init(
          name: "glass", place: "", subjects: Subjects(users: ["ann"]), selectors: [Self.production], rung: .console,
          commands: patterns.map(Glob.init), values: .raw, approvers: Subjects(), isBreakGlass: true)
      ]
    }
    return verdict(open, Self.ann, specification, on: nil)
  }

  @Test func whatHasNoTargetMayBeAskedFor() {
    for patterns in [[], ["*"], ["audit"], ["aud*"]] {
      #expect(asking(for: patterns, .rung) == "approval by glass", "\(patterns)")
    }
    #expect(asking(for: ["dump"], .rung).hasPrefix("refused"))
  }

  @Test func whatIsAboutOthersMayBeAskedForByNameOnly() {
    for patterns in [[], ["*"], ["dump"], ["*", "dump"]] {
      #expect(asking(for: patterns, .listed).hasPrefix("refused"), "\(patterns)")
    }
    for patterns in [["audit"], ["aud*"], ["*", "audit"]] {
      #expect(asking(for: patterns, .listed) == "approval by glass", "\(patterns)")
    }
  }

  @Test func whatLooksAtTargetsIsNotAskedForWithoutOne() {
    let labels = ["environment": "production"]
    let dump = command("dump", .inspect)
    let open = policy { $0.bindings = [] }
    #expect(verdict(open, Self.ann, dump, on: labels) == "approval by production reads")
    let decision = open.decide(Self.ann, dump, values: .redacted, at: .nowhere)
    #expect(
      decision
        == .refused(
          rule: "no binding gives ann a role there", needed: "a binding of ann to a role with rung: inspect"))
  }

  @Test func whatIsAboutOthersMustBeListedByName() {
    let specification = CommandSpecification(
      name: "audit", rung: .observe, summary: "", discussion: "", standing: .listed, cost: "", examples: [], schema: "")
    func decide(_ allow: [Glob]) -> String {
      verdict(
        policy { policy in
          policy.bindings = [
            .init(
              place: "1", subjects: Subjects(users: ["ann"]),
              role: .init(name: "r", rung: .console, allow: allow, values: .raw), selectors: [])
          ]
        }, Self.ann, specification, on: nil)
    }
    #expect(decide([]).hasPrefix("refused"))
    #expect(decide([Glob("*")]).hasPrefix("refused"))
    #expect(decide([Glob("audit")]).hasPrefix("allowed"))
    #expect(decide([Glob("audit*")]).hasPrefix("allowed"))
  }

  @Test func aMissingLabelMatchesNothing() {
    let any = Selector(name: "any", conditions: [.init(label: "container", patterns: [Glob("*")])])
    #expect(!any.matches([:]))
    #expect(any.matches(["container": "docker 0123"]))
  }
}
