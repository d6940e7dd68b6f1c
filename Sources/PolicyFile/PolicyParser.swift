import Catalog
import Control
import Redaction

/// The policy in a document. What it names must be there: roles, targets, applications, commands.
struct PolicyParser {
  private let fields: [String: FileNode]
  private let root: FileNode
  private let titles: [String]
  /// Those that applications bring: what commands they have is not known here.
  private let plugins: [String]

  private static let parts = [
    "version", "applications", "plugins", "labels", "targets", "roles", "bindings", "approvals", "limits",
    "target-limits",
    "redaction",
  ]
  /// Labels that the gateway gives by itself.
  static let knownLabels = [
    "application", "server", "role", "user", "uid", "host", "executable", "unit", "container", "container-id",
    "container-name", "image", "pod", "pod-name", "namespace",
  ]
  /// Those that come from what a process says of itself.
  private static let claims: Set<String> = ["application", "server", "role"]

  init(_ root: FileNode, catalog: Catalog) {
    self.root = root
    fields = root.fields(Self.parts)
    titles = catalog.entries.map(\.specification.title)
    plugins = fields["plugins"]?.words() ?? []
    for plugin in plugins where catalog.plugins.contains(plugin) {
      fields["plugins"]?.note("\(plugin) is a plugin of ispy's own, and need not be named")
    }
  }

  func policy() -> Policy {
    var policy = Policy()
    if let version = fields["version"] {
      if version.number(1...1) == nil { return policy }
    } else {
      root.note("version: 1 is missing")
    }
    policy.labels = labels()
    let own = policy.labels.map(\.label)
    policy.applications = applications(own)
    let targets = targets(own, applications: policy.applications)
    let roles = roles()
    policy.bindings = bindings(roles, targets)
    policy.approvals = approvals(targets)
    policy.limits = fields["limits"].map(limits) ?? Limits()
    policy.targetLimits = fields["target-limits"].map(limits) ?? Limits()
    policy.redaction = fields["redaction"].map(redaction) ?? RedactionPolicy()
    if policy.bindings.isEmpty { root.note("there is no binding: nothing is allowed to anybody", isWarning: true) }
    return policy
  }

  // MARK: - Targets

  private func selector(_ name: String, _ node: FileNode, _ known: [String]) -> Selector {
    Selector(
      name: name,
      conditions: node.members().compactMap { label, key, value in
        guard known.contains(label) else {
          let near = Suggestion.nearest(to: label, in: known).map { "did you mean \($0)?" }
          key.note("no target has a label \(label); " + (near ?? "there is \(known.joined(separator: ", "))"))
          return nil
        }
        let patterns = value.words().map(Glob.init)
        if patterns.isEmpty { value.note("\(value.title) names no pattern") }
        return Selector.Condition(label: label, patterns: patterns)
      })
  }

  private func applications(_ own: [String]) -> [String: Selector] {
    let known = (Self.knownLabels + own).filter { !Self.claims.contains($0) }
    return Dictionary(
      (fields["applications"]?.members() ?? []).map { name, key, value in
        let selector = selector(name, value, known)
        if selector.conditions.isEmpty {
          key.note(
            "anybody's process may call itself \(name): say of which user, unit or container it is", isWarning: true)
        }
        return (name, selector)
      }
    ) { first, _ in first }
  }

  private func labels() -> [Policy.LabelRule] {
    var own: [String] = []
    return (fields["labels"]?.items() ?? []).flatMap { item -> [Policy.LabelRule] in
      let fields = item.fields(["set", "where"])
      // A rule may build on those before it.
      let place = fields["where"].map { selector("", $0, Self.knownLabels + own) } ?? Selector(name: "", conditions: [])
      guard let set = fields["set"] else {
        item.note("\(item.title) has no set: with the labels that it gives")
        return []
      }
      return set.members().compactMap { label, key, value in
        guard !Self.knownLabels.contains(label) else {
          key.note("\(label) is given by the gateway itself")
          return nil
        }
        own.append(label)
        return value.text().map { Policy.LabelRule(label: label, value: $0, selector: place) }
      }
    }
  }

  private func targets(_ own: [String], applications: [String: Selector]) -> [String: Selector] {
    Dictionary(
      (fields["targets"]?.members() ?? []).map { name, key, value in
        let selector = selector(name, value, Self.knownLabels + own)
        for condition in selector.conditions where condition.label == "application" {
          for pattern in condition.patterns where !applications.keys.contains(where: pattern.matches) {
            value.note("application \(pattern.text) is not declared: say under applications: what a process must be")
          }
        }
        if selector.conditions.isEmpty { key.note("\(name) is every process", isWarning: true) }
        return (name, selector)
      }
    ) { first, _ in first }
  }

  /// The targets that a rule names.
  private func selectors(_ node: FileNode?, _ targets: [String: Selector]) -> [Selector] {
    let items = node?.items() ?? []
    // None at all would mean every target.
    if let node, items.isEmpty { node.note("\(node.title) names no target") }
    return items.compactMap { item in
      guard let name = item.text() else { return nil }
      if let selector = targets[name] { return selector }
      let near = Suggestion.nearest(to: name, in: targets.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
      item.note("targets: has no \(name)" + near)
      return nil
    }
  }

  // MARK: - Roles

  private func roles() -> [String: Policy.Role] {
    Dictionary(
      (fields["roles"]?.members() ?? []).map { name, key, value in
        let fields = value.fields(["rung", "allow", "deny", "values", "limits"])
        if fields["rung"] == nil { key.note("role \(name) has no rung:") }
        return (
          name,
          Policy.Role(
            name: name, rung: fields["rung"]?.choice(Rung.self) ?? .observe, allow: commands(fields["allow"]),
            deny: commands(fields["deny"]), values: fields["values"]?.choice(ValueRight.self) ?? .redacted,
            limits: fields["limits"].map(limits) ?? Limits())
        )
      }
    ) { first, _ in first }
  }

  /// Patterns of commands; one that no command matches is a mistake.
  private func commands(_ node: FileNode?) -> [Glob] {
    (node?.items() ?? []).compactMap { item in
      guard let text = item.text() else { return nil }
      let pattern = Glob(text)
      let isOfOthers = plugins.contains { text.hasPrefix($0 + " ") }
      if !isOfOthers, !titles.contains(where: pattern.matches) {
        let near = Suggestion.nearest(to: text, in: titles).map { "; did you mean \($0)?" } ?? ""
        item.note("no command is called \(text)" + near)
      }
      return pattern
    }
  }

  private func limits(_ node: FileNode) -> Limits {
    let fields = node.fields(["rate", "concurrent", "bytes", "timeout", "probes"])
    return Limits(
      rate: fields["rate"]?.rate(), concurrent: fields["concurrent"]?.number(1...10_000),
      bytes: fields["bytes"]?.rate(bytes: true), timeout: fields["timeout"]?.seconds(),
      probes: fields["probes"].map(probes))
  }

  /// What is not said stays as it is without a policy.
  private func probes(_ node: FileNode) -> ProbeAllowance {
    let fields = node.fields(["hits", "rate", "cpu", "for", "all-at-once"])
    var allowance = ProbeAllowance.standard
    if let hits = fields["hits"]?.number(1...100_000) { allowance.hits = hits }
    if let rate = fields["rate"]?.number(1...1000) { allowance.rate = rate }
    if let cpu = fields["cpu"]?.percent() { allowance.cpu = cpu }
    if let seconds = fields["for"]?.seconds() { allowance.seconds = seconds }
    if let isAllAtOnce = fields["all-at-once"]?.flag() { allowance.isAllAtOnce = isAllAtOnce }
    return allowance
  }

  // MARK: - Rules

  private func subjects(_ node: FileNode?, _ title: String) -> Subjects {
    guard let node else { return Subjects() }
    let fields = node.fields(["users", "groups"])
    let subjects = Subjects(users: fields["users"]?.words() ?? [], groups: fields["groups"]?.words() ?? [])
    if subjects.isEmpty { node.note("\(title) names nobody") }
    return subjects
  }

  private func bindings(_ roles: [String: Policy.Role], _ targets: [String: Selector]) -> [Policy.Binding] {
    (fields["bindings"]?.items() ?? []).enumerated().compactMap { index, item in
      let fields = item.fields(["users", "groups", "role", "on"])
      let subjects = Subjects(users: fields["users"]?.words() ?? [], groups: fields["groups"]?.words() ?? [])
      if subjects.isEmpty { item.note("\(item.title) names no users and no groups") }
      if fields["on"] == nil { item.note("\(item.title) has no on: with the targets that it is for") }
      guard let node = fields["role"], let name = node.text() else {
        item.note("\(item.title) has no role:")
        return nil
      }
      guard let role = roles[name] else {
        let near = Suggestion.nearest(to: name, in: roles.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
        node.note("roles: has no \(name)" + near)
        return nil
      }
      return Policy.Binding(
        place: "binding \(index + 1) (line \(item.line))", subjects: subjects, role: role,
        selectors: selectors(fields["on"], targets))
    }
  }

  private func approvals(_ targets: [String: Selector]) -> [Policy.ApprovalRule] {
    (fields["approvals"]?.items() ?? []).enumerated().map { index, item in
      let fields = item.fields([
        "name", "users", "groups", "on", "rung", "commands", "values", "approvers", "count", "for", "break-glass",
      ])
      let subjects = Subjects(users: fields["users"]?.words() ?? [], groups: fields["groups"]?.words() ?? [])
      if subjects.isEmpty { item.note("\(item.title) names no users and no groups that may ask") }
      if fields["rung"] == nil { item.note("\(item.title) has no rung:") }
      if fields["on"] == nil { item.note("\(item.title) has no on: with the targets that it is for") }
      let isBreakGlass = fields["break-glass"]?.flag() ?? false
      if !isBreakGlass, fields["approvers"] == nil { item.note("\(item.title) has no approvers:") }
      if isBreakGlass, fields["approvers"] == nil {
        item.note("\(item.title) has no approvers:, so that nobody could revoke it", isWarning: true)
      }
      return Policy.ApprovalRule(
        name: fields["name"]?.text() ?? "approval \(index + 1)", place: "line \(item.line)", subjects: subjects,
        selectors: selectors(fields["on"], targets), rung: fields["rung"]?.choice(Rung.self) ?? .observe,
        commands: commands(fields["commands"]), values: fields["values"]?.choice(ValueRight.self) ?? .redacted,
        approvers: self.subjects(fields["approvers"], "\(item.title).approvers"),
        count: fields["count"]?.number(1...10) ?? 1,
        longest: fields["for"]?.seconds() ?? 900, isBreakGlass: isBreakGlass)
    }
  }

  // MARK: - Redaction

  private func redaction(_ node: FileNode) -> RedactionPolicy {
    let fields = node.fields(["names", "shown", "types", "email", "only-listed"])
    return RedactionPolicy(
      names: fields["names"]?.words() ?? [], shownNames: fields["shown"]?.words() ?? [],
      types: fields["types"]?.words() ?? [], withholdsEmail: fields["email"]?.flag() ?? false,
      showsOnlyListed: fields["only-listed"]?.flag() ?? false)
  }
}
