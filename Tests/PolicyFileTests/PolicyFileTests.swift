import Catalog
import Control
import Redaction
import Testing

@testable import PolicyFile

@Suite struct PolicyFileTests {
  static let whole = """
    version: 1
    applications:
      shop: {user: www-data}
    labels:
      - set: {environment: production}
        where: {host: "web-*"}
    targets:
      shop-production: {application: shop, environment: production}
    roles:
      developer:
        rung: inspect
        deny: [heap]
        values: redacted
        limits: {rate: 60/m, concurrent: 4, bytes: 10M/m, timeout: 30s}
      auditor:
        rung: observe
        allow: ["audit*", sessions]
        values: none
    bindings:
      - users: [ann]
        groups: [dev]
        role: developer
        on: shop-production
    approvals:
      - name: raw values
        groups: [dev]
        on: [shop-production]
        rung: inspect
        commands: [peek]
        values: raw
        approvers: {groups: [ops]}
        count: 2
        for: 10m
    limits: {concurrent: 100}
    target-limits: {rate: 20/s}
    redaction: {names: [customer_id], email: true}

    """

  @Test func aWholePolicyIsReadAsItIsMeant() throws {
    let reading = PolicyFile.read(Self.whole)
    #expect(reading.problems == [])
    let policy = try #require(reading.policy)
    let binding = try #require(policy.bindings.first)
    #expect(binding.subjects == Subjects(users: ["ann"], groups: ["dev"]))
    #expect(binding.place == "binding 1 (line 20)")
    #expect(binding.role.rung == .inspect && binding.role.values == .redacted)
    #expect(
      binding.role.limits
        == Limits(
          rate: Rate(count: 60, seconds: 60), concurrent: 4, bytes: Rate(count: 10 << 20, seconds: 60), timeout: 30))
    #expect(binding.selectors.map(\.name) == ["shop-production"])
    let rule = try #require(policy.approvals.first)
    #expect(rule.name == "raw values" && rule.count == 2 && rule.longest == 600 && rule.values == .raw)
    #expect(policy.limits.concurrent == 100)
    #expect(policy.targetLimits.rate == Rate(count: 20, seconds: 1))
    #expect(policy.redaction.withholdsEmail && policy.redaction.names == ["customer_id"])
  }

  @Test func labelsFollowTheirRules() throws {
    let policy = try #require(PolicyFile.read(Self.whole).policy)
    let shop = Target(
      pid: 1, startTime: 1, application: Application(name: "shop", server: "gunicorn"), commandLine: "")
    let labels = policy.labels(of: shop, attested: ["host": "web-3", "user": "www-data"])
    #expect(labels["application"] == "shop" && labels["environment"] == "production")
    // Another user's process calls itself shop, and is not believed.
    let liar = policy.labels(of: shop, attested: ["host": "web-3", "user": "mallory"])
    #expect(liar["application"] == nil && liar["server"] == nil)
    #expect(policy.labels(of: shop, attested: ["host": "db-1", "user": "www-data"])["environment"] == nil)
  }

  /// A change that breaks the policy, and what must be said of it, with its place.
  @Test(arguments: [
    ("version: 1", "version: 2", "1:10: error: version is a number from 1 to 1"),
    ("version: 1\n", "", "1:1: error: version: 1 is missing"),
    ("rung: inspect\n    deny", "rung: inspekt\n    deny", "11:11: error: roles.developer.rung is one of"),
    ("deny: [heap]", "deny: [heep]", "12:12: error: no command is called heep; did you mean heap?"),
    ("role: developer", "role: develper", "22:11: error: roles: has no develper; did you mean developer?"),
    ("on: shop-production", "on: shop", "23:9: error: targets: has no shop"),
    ("on: shop-production", "on: []", "23:9: error: bindings[0].on names no target"),
    ("    on: shop-production\n", "", "20:5: error: bindings[0] has no on:"),
    ("application: shop,", "application: store,", "8:20: error: application store is not declared"),
    ("{user: www-data}", "{usr: www-data}", "3:10: error: no target has a label usr; did you mean user?"),
    ("{user: www-data}", "{role: worker}", "3:10: error: no target has a label role"),
    ("rate: 60/m", "rate: 60", "14:20: error: roles.developer.limits.rate is a number in a time"),
    ("values: none", "value: none", "18:5: error: roles.auditor has no value; did you mean values?"),
    ("count: 2", "count: many", "32:12: error: approvals[0].count is a number from 1 to 10"),
    ("    approvers: {groups: [ops]}\n", "", "25:5: error: approvals[0] has no approvers:"),
    ("bindings:", "bindings: &all", "19:11: error: anchors and aliases are not used here"),
    (
      "host: \"web-*\"", "host: 'web-*.example', unit: web-*.service, uid: *x",
      "6:62: error: anchors and aliases are not used here"
    ),
    ("host: \"web-*\"", "host: *web", "6:19: error: anchors and aliases are not used here"),
    ("version: 1", "version: [1", "did not find expected"),
    ("limits: {concurrent: 100}", "limits: {concurrent: 100, concurrent: 200}", "is there twice"),
    ("set: {environment: production}", "set: {user: root}", "user is given by the gateway itself"),
  ])
  func aMistakeIsSaidWithItsPlace(good: String, bad: String, message: String) throws {
    #expect(Self.whole.contains(good))
    let reading = PolicyFile.read(Self.whole.replacing(good, with: bad, maxReplacements: 1))
    #expect(reading.policy == nil)
    #expect(reading.problems.contains { $0.description.contains(message) }, "\(reading.problems)")
  }

  @Test(arguments: ["", "   \n", "- a\n- b\n", "just words", "\u{0}", "a: b: c", "{", "version: 1\n\t- x"])
  func whatIsNoPolicyIsNone(text: String) {
    let reading = PolicyFile.read(text)
    #expect(reading.policy == nil)
    #expect(!reading.problems.isEmpty)
  }

  @Test func allMistakesAreSaidAtOnce() {
    let text = Self.whole.replacing("deny: [heap]", with: "deny: [heep]").replacing(
      "values: none", with: "values: nothing")
    #expect(PolicyFile.read(text).problems.count == 2)
  }

  @Test func whatWorksButHardlyAsMeantIsAWarning() throws {
    let text = Self.whole.replacing("shop: {user: www-data}", with: "shop: {}")
    let reading = PolicyFile.read(text)
    #expect(reading.policy != nil)
    #expect(reading.problems.map(\.isWarning) == [true])
    #expect(reading.problems.first?.message.contains("anybody's process may call itself shop") == true)
  }

  @Test func aConfigurationIsReadAndItsMistakesAreSaid() throws {
    let (configuration, problems) = ConfigurationFile.read(
      "socket: /run/x/s.sock\ngroup: ispy\nstate: /var/lib/x\npolicy: /etc/x.yaml\naudit: {syslog: true}\n")
    #expect(problems == [])
    #expect(configuration?.socket == "/run/x/s.sock" && configuration?.group == "ispy" && configuration?.syslog == true)
    let kept = ConfigurationFile.read("audit: {keep: 400d, bytes: 16G}\nrecordings: {keep: 30d, bytes: 512M}\n")
    #expect(kept.configuration?.audit == .init(bytes: 16 << 30, seconds: 400 * 86_400))
    #expect(kept.configuration?.recordings == .init(bytes: 512 << 20, seconds: 30 * 86_400))
    for mistake in ["audit: {bytes: 1K}", "recordings: {bytes: many}", "audit: {keep: long}"] {
      #expect(ConfigurationFile.read(mistake).configuration == nil, "\(mistake)")
    }
    #expect(ConfigurationFile.read("socket: run/x\n").configuration == nil)
    #expect(ConfigurationFile.read("sokcet: /run/x\n").problems.first?.message.contains("did you mean socket?") == true)
    #expect(ConfigurationFile.read("").configuration == GatewayConfiguration())
  }
}
