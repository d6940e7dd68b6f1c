import Testing

@testable import Catalog

/// What every description in the catalog has to have.
@Suite struct CatalogTests {
  private static let entries = Catalog.standard.entries.map(\.specification)

  @Test(arguments: entries) func everyCommandIsDescribed(command: CommandSpecification) {
    #expect(command.summary.first?.isUppercase == true && !command.summary.hasSuffix("."))
    #expect(command.summary.count <= 80)
    #expect(command.discussion.hasSuffix("."))
    #expect(!command.cost.isEmpty)
    #expect(!command.examples.isEmpty)
  }

  @Test(arguments: entries) func everyParameterIsDescribed(command: CommandSpecification) {
    for parameter in command.parameters {
      #expect(!parameter.help.isEmpty && !parameter.help.hasSuffix("."), "\(parameter.name)")
      #expect(parameter.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(parameter.name)")
    }
    #expect(Set(command.parameters.map(\.name)).count == command.parameters.count)
    let shorts = command.parameters.compactMap(\.short)
    #expect(Set(shorts).count == shorts.count)
  }

  @Test(arguments: entries) func everyDefaultIsAllowed(command: CommandSpecification) throws {
    let places = command.positionals.filter(\.isRequired).map { parameter in
      if case .choice(let choices) = parameter.kind { choices[0] } else { "4711" }
    }
    for option in command.options {
      guard let value = option.defaultValue else { continue }
      #expect(throws: Never.self) { try Arguments(places + ["--" + option.name, value], for: command) }
    }
  }

  @Test(arguments: entries) func theSchemaIsNamedAfterTheCommand(command: CommandSpecification) {
    // `web requests` is `requests` under another name, and what the profiler recorded is what `record` does.
    // So it is with commands of a gateway that give one kind of answer.
    let others = [
      "web requests": "requests", "profiler stop": "record", "profiler results": "record", "can": "decision",
      "policy explain": "decision", "policy reload": "policy.check", "approve": "approvals", "deny": "approvals",
      "sessions kill": "sessions", "sessions watch": "session.events", "sessions replay": "session.events",
      "audit verify": "audit.verdict",
      "attach": "attachments", "detach": "attachments", "attached": "attachments",
    ]
    // And with those that are about one probe.
    guard command.schema != ProbeResult.probeSchema else {
      #expect(command.name.hasPrefix("probe "))
      return
    }
    let own = [command.plugin, command.name].compactMap(\.self).joined(separator: ".")
    let name = others[command.title] ?? own.split(separator: " ").joined(separator: ".")
    #expect(command.schema == "ispyd.\(name)/1")
  }

  @Test func namesAreUnique() {
    let titles = Self.entries.map(\.title)
    #expect(Set(titles).count == titles.count)
  }

  /// What puts an agent into a process, or has one change something, is here by name.
  @Test func fewCommandsReachFartherThanInspect() {
    func titles(_ rung: Rung) -> [String] { Self.entries.filter { $0.rung == rung }.map(\.title) }
    #expect(
      titles(.probe) == [
        "attach", "detach", "plugins", "changes", "probe watch", "probe snapshot", "probe log", "probe exceptions",
        "probe count", "probe time", "probe trace", "probe stack", "probe profile", "probe record", "probes",
        "probe show", "probe results", "probe inspect", "probe stop", "probe extend", "debugger list",
        "debugger tracebacks",
        "debugger print",
        "debugger discard", "django settings", "django urls", "django middleware", "flask settings", "flask urls",
        "flask middleware", "gc status", "gc collect", "logging loggers", "newrelic status", "newrelic settings",
        "sentry show", "sqlalchemy pools", "sqlalchemy checkouts",
      ])
    #expect(
      titles(.change) == [
        "revert", "debugger insert", "debugger remove", "debugger reset", "gc freeze", "gc thresholds", "gc switch",
        "logging set", "newrelic set", "sentry set",
      ])
    #expect(titles(.console) == ["debugger debug", "python console"])
  }

  // MARK: - Looking up

  private func failure(_ name: String, plugin: String? = nil, others: [String] = []) -> CommandError? {
    do throws(CommandError) {
      _ = try Catalog.standard.command(name, plugin: plugin, others: others)
      return nil
    } catch {
      return error
    }
  }

  @Test func commandsAreFoundByNameAndPlugin() throws {
    #expect(try Catalog.standard.command("dump").specification.title == "dump")
    #expect(try Catalog.standard.command("fds", plugin: "process").specification.title == "process fds")
    #expect(
      Catalog.standard.plugins == [
        "process", "python", "web", "profiler", "debugger", "django", "flask", "gc", "logging", "newrelic", "sentry",
        "sqlalchemy",
      ])
  }

  @Test func anUnknownCommandIsRefusedWithWhatHelps() {
    #expect(failure("dmup") == CommandError(.usage, "no command dmup", hint: "did you mean dump?"))
    #expect(failure("shel", others: ["shell"])?.hint == "did you mean shell?")
    #expect(failure("frobnicate")?.hint == "see: ispy help")
    #expect(failure("fds")?.hint == "it is one of a plugin: ispy run TARGET process fds")
    #expect(failure("fd", plugin: "process")?.message == "the plugin process has no command fd")
    #expect(failure("fd", plugin: "process")?.hint == "did you mean fds?")
    #expect(failure("frobnicate", plugin: "web")?.hint == "there is: requests; see: ispy help web")
  }
}

extension CommandSpecification: CustomTestStringConvertible {
  public var testDescription: String { title }
}
