import Catalog
import Control
import Foundation
import Redaction
import ResultFixtures
import TestSupport
import Terminal
import Testing
import Values

@testable import IspyCommands

/// Documentation/Schemas.md against what the program prints.
@Suite struct SchemaTests {
  private static let heading: [ResultFixture: String] = [
    .ps: "ispyd.ps/1", .dump: "ispyd.dump/1", .requests: "ispyd.requests/1", .peek: "ispyd.peek/1",
    .record: "ispyd.record/1", .diff: "ispyd.diff/1", .top: "ispyd.top/1", .heap: "ispyd.heap/1",
    .doctor: "ispyd.doctor/1", .facts: "ispyd.PLUGIN.COMMAND/1", .whoami: "ispyd.whoami/1",
    .decision: "ispyd.decision/1", .approvals: "ispyd.approvals/1", .sessions: "ispyd.sessions/1",
    .sessionEvents: "ispyd.session.events/1", .audit: "ispyd.audit/1", .auditVerdict: "ispyd.audit.verdict/1",
    .auditCheckpoint: "ispyd.audit.checkpoint/1", .policyCheck: "ispyd.policy.check/1",
    .redactCheck: "ispyd.redact.check/1", .redactTest: "ispyd.redact.test/1", .attachments: "ispyd.attachments/1",
    .plugins: "ispyd.plugins/1", .probe: "ispyd.probe/1", .probes: "ispyd.probes/1",
    .slowRequests: "ispyd.probe.requests/1", .spoken: "ispyd.python.console/1",
  ]

  private func json(_ result: any CommandResult, isAlone: Bool = true) -> String {
    Renderer(isJSON: true, paint: Paint(.never, descriptor: -1)).text(result, isAlone: isAlone)
  }

  private func parsed(_ text: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  // MARK: - Both ways

  @Test func everyFieldIsOnThePageAndEveryFieldOfThePageIsThere() throws {
    var page = try SchemaPage()
    for fixture in ResultFixture.allCases {
      let heading = try #require(Self.heading[fixture])
      let printed = try parsed(json(try fixture.result()))
      #expect(page.differences(printed, from: .object(heading), at: fixture.rawValue) == [])
    }
    let ofFacts = Self.factObjects(page).union(Self.agentObjects + Self.frameworkObjects)
    let documented = page.objects.filter { !ofFacts.contains($0.key) }
    for (name, fields) in documented {
      for field in fields.keys { #expect(page.met.contains("\(name).\(field)"), "\(name).\(field) is never printed") }
    }
  }

  /// A field that is new and optional would be missing on the page and in the fixture alike: the types know better.
  @Test func theFixturesHaveEveryPropertyOfTheResults() throws {
    var seen: [String: Bool] = [:]
    for fixture in ResultFixture.allCases { Self.collect(try fixture.result(), into: &seen) }
    #expect(seen.count > 80)
    // Not part of the JSON: it becomes the exit code.
    for (property, isPresent) in seen where property != "DoctorTarget.failure" {
      #expect(isPresent, "no fixture has \(property)")
    }
  }

  /// `TYPE.PROPERTY` of every structure in there, and whether it has a value anywhere.
  private static func collect(_ value: Any, into seen: inout [String: Bool]) {
    let mirror = Mirror(reflecting: value)
    guard !(value is Fact), !(value is Value) else { return }
    for child in mirror.children {
      let inner = Mirror(reflecting: child.value)
      if mirror.displayStyle == .struct, let label = child.label {
        let isEmpty = inner.displayStyle == .optional && inner.children.isEmpty
        seen["\(mirror.subjectType).\(label)", default: false] =
          seen["\(mirror.subjectType).\(label)"] == true || !isEmpty
      }
      collect(child.value, into: &seen)
    }
  }

  @Test(arguments: ResultFixture.allCases) func whatIsPrintedCanBeReadBack(fixture: ResultFixture) throws {
    let result = try fixture.result()
    func readBack<Result: CommandResult>(_ result: Result) throws -> any CommandResult {
      try JSONDecoder().decode(Result.self, from: Data(json(result).utf8))
    }
    // Of a map the order may differ.
    #expect(try parsed(json(try readBack(result))) == parsed(json(result)))
  }

  // MARK: - The page itself

  @Test func theExamplesAreWhatThePageSays() throws {
    var page = try SchemaPage()
    #expect(page.examples.count == 12)
    for example in page.examples {
      #expect(page.differences(try parsed(example.json), from: .object(example.heading), at: example.heading) == [])
    }
  }

  @Test func everyCommandsSchemaIsOnThePage() throws {
    let page = try SchemaPage()
    for entry in Catalog.standard.entries {
      let command = entry.specification
      if entry.resultType == FactsResult.self {
        #expect(page.facts[command.title] != nil, "\(command.title)")
      } else if entry.resultType != SpokenResult.self {
        #expect(page.objects[command.schema] != nil, "\(command.schema)")
      }
    }
    let titles = Set(Catalog.standard.entries.map(\.specification.title))
    for title in page.facts.keys { #expect(titles.contains(title), "there is no \(title)") }
  }

  @Test(arguments: ResultFixture.allCases) func theSchemaIsNamedInTheResult(fixture: ResultFixture) throws {
    let result = try fixture.result()
    #expect(json(result).contains("\"schema\": \"\(result.schema)\""))
  }

  @Test(arguments: ResultFixture.allCases) func aResultAmongOthersIsOneLine(fixture: ResultFixture) throws {
    let line = json(try fixture.result(), isAlone: false)
    #expect(line.last == "\n" && !line.dropLast().contains("\n"))
    #expect(json(try fixture.result()).split(separator: "\n").count > 1)
  }

  // MARK: - Facts

  /// What plugins really say of a process, that is one of ours.
  @Test func factsOfAProcessAreAsThePageSays() throws {
    var page = try SchemaPage()
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("open_things.py")
    for (title, kind) in page.facts where !Self.isOfARecording(title) && !Self.isOfAnAgent(title) {
      let words = title.split(separator: " ").map(String.init)
      let entry = try Catalog.standard.command(words[1], plugin: words[0])
      let request = Request(
        principal: Principal(user: 0), entry: entry,
        arguments: try Arguments(["\(target.pid)"], for: entry.specification), values: .redacted)
      let result = try #require(try Line().perform(request) as? FactsResult)
      #expect(result.schema == entry.specification.schema)
      let printed = try parsed(json(result))
      #expect(page.differences(printed, from: .object("ispyd.PLUGIN.COMMAND/1"), at: title) == [])
      let fact = try #require(printed["processes"]?.items.first?["fact"])
      #expect(page.differences(fact, from: kind, at: title) == [])
    }
    let others = Self.agentObjects + Self.frameworkObjects + ["Recording", "ReportedApplication"]
    for name in Self.factObjects(page).subtracting(others) {
      for field in page.objects[name, default: [:]].keys {
        #expect(page.met.contains("\(name).\(field)"), "\(name).\(field) is never printed")
      }
    }
  }

  /// A recording in the background is begun by the program itself: it must have one thread only.
  @Test func factsOfARecordingAreAsThePageSays() throws {
    var page = try SchemaPage()
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("shares.py", ["shares"])
    var template = Array("/tmp/ispy-runtime-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    func check(_ command: String) throws -> String {
      let run = try IspyRun(
        ["run", "\(target.pid)", "profiler", command, "--json"], environment: ["XDG_RUNTIME_DIR": directory])
      #expect(run.code == 0, "\(run.errors)")
      let title = "profiler \(command)"
      let printed = try parsed(run.output)
      #expect(page.differences(printed, from: .object("ispyd.PLUGIN.COMMAND/1"), at: title) == [])
      let fact = try #require(printed["processes"]?.items.first?["fact"])
      #expect(page.differences(fact, from: try #require(page.facts[title]), at: title) == [])
      return run.output
    }
    _ = try check("start")
    while try !check("status").contains("\"samples\"") { usleep(100_000) }
    _ = try check("abort")
    for field in page.objects["Recording", default: [:]].keys {
      #expect(page.met.contains("Recording.\(field)"), "Recording.\(field) is never printed")
    }
    _ = try ChildProcess(["rm", "-rf", directory]).waitForExit()
  }

  /// What an agent says of a process of ours, in a shell, so that it stays from one command to the next.
  @Test func factsOfAnAgentAreAsThePageSays() throws {
    var page = try SchemaPage()
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("stock")
    let shell = try ChildProcess([IspyRun.path(), "shell", "\(target.pid)", "--json"])
    func check(_ command: String, as title: String, in plugin: String?) throws {
      if let plugin { try shell.send("!" + plugin) }
      try shell.send(command)
      if plugin != nil { try shell.send("exit") }
      var lines: [String] = []
      while lines.last != "}" { lines.append(try shell.line()) }
      let printed = try parsed(lines.joined(separator: "\n"))
      #expect(page.differences(printed, from: .object("ispyd.PLUGIN.COMMAND/1"), at: title) == [])
      let fact = try #require(printed["processes"]?.items.first?["fact"])
      #expect(page.differences(fact, from: try #require(page.facts[title]), at: title) == [])
    }
    try check("loggers", as: "logging loggers", in: "logging")
    try check("status", as: "gc status", in: "gc")
    try check("collect", as: "gc collect", in: "gc")
    try check("insert stock:pay", as: "debugger insert", in: "debugger")
    try target.send("fail pay")
    #expect(try target.line() == "ZeroDivisionError")
    try check("list", as: "debugger list", in: "debugger")
    try check("tracebacks", as: "debugger tracebacks", in: "debugger")
    try check("print stock:pay", as: "debugger print", in: "debugger")
    try check("discard stock:pay", as: "debugger discard", in: "debugger")
    try check("remove stock:pay", as: "debugger remove", in: "debugger")
    try check("reset", as: "debugger reset", in: "debugger")
    try check("set asyncio DEBUG --for 10m", as: "logging set", in: "logging")
    try check("changes", as: "changes", in: nil)
    try check("revert all", as: "revert", in: nil)
    for name in Self.agentObjects {
      for field in page.objects[name, default: [:]].keys {
        #expect(page.met.contains("\(name).\(field)"), "\(name).\(field) is never printed")
      }
    }
  }

  /// Objects that agents alone speak of. What New Relic's application is like, the tests on the real package see.
  private static let agentObjects = [
    "Watched", "KeptException", "Traceback", "Logger", "Changes", "Change", "EndedChange", "Collector", "Collection",
    "Generation",
  ]

  /// Objects that the plugins of frameworks speak of.
  private static let frameworkObjects = [
    "DjangoMap", "DjangoURL", "FlaskMap", "FlaskURL", "FlaskMiddleware", "FlaskStage", "Pools", "Pool", "Checkouts",
    "Checkout",
  ]

  @Test func factsOfFrameworksAreAsThePageSays() throws {
    var page = try SchemaPage()
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    for (words, plugin, commands) in [
      (["django_site", "module"], "django", ["settings", "urls", "middleware"]),
      (["flask_shop"], "flask", ["settings", "urls", "middleware"]),
      (["database_pools", "lost"], "sqlalchemy", ["pools", "checkouts"]),
    ] {
      let target = try python.run(words[0], Array(words.dropFirst()), withServers: true)
      defer { target.end() }
      for command in commands {
        let title = plugin + " " + command
        let run = try IspyRun("run", "\(target.pid)", plugin, command, "--json")
        let fact = try #require(try parsed(run.output)["processes"]?.items.first?["fact"], "\(run)")
        #expect(page.differences(fact, from: try #require(page.facts[title]), at: title) == [])
      }
    }
    for name in Self.frameworkObjects {
      for field in page.objects[name, default: [:]].keys {
        #expect(page.met.contains("\(name).\(field)"), "\(name).\(field) is never printed")
      }
    }
  }

  private static func isOfAnAgent(_ title: String) -> Bool {
    Catalog.standard.entries.contains { $0.specification.title == title && $0.specification.rung > .inspect }
  }

  private static func isOfARecording(_ title: String) -> Bool { title.hasPrefix("profiler ") }

  /// The objects that only facts are made of.
  private static func factObjects(_ page: SchemaPage) -> Set<String> {
    func names(_ kind: SchemaPage.Kind) -> [String] {
      switch kind {
      case .plain: []
      case .list(let item), .map(let item): names(item)
      case .either(let kinds): kinds.flatMap(names)
      case .object(let name): [name]
      }
    }
    return Set(page.facts.values.flatMap(names))
  }
}
