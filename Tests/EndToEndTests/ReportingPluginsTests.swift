import Catalog
import Glibc
import TestSupport
import Testing

/// The plugins `sentry` and `newrelic` on the real packages.
@Suite struct ReportingPluginsTests {
  private static func application() throws -> PythonTarget {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    return try python.run("reporting", withServers: true)
  }

  /// What the package itself says.
  private func asked(_ target: PythonTarget, _ question: String) throws -> String {
    try target.send(question)
    return try target.line()
  }

  private func setting(_ target: PythonTarget, _ words: String...) throws -> ChildProcess {
    let ispy = try ChildProcess([IspyRun.path(), "run", "\(target.pid)"] + words + ["--for", "10m"])
    try ispy.output(waitingFor: "the change") { $0.contains("seconds = 600") }
    return ispy
  }

  private func end(_ ispy: ChildProcess) throws {
    ispy.signal(SIGINT)
    #expect(try ispy.waitForExit() == 0)
    #expect(ispy.transcript.contains("reverted"))
  }

  @Test func ratesOfSentryAreSetForATime() throws {
    let target = try Self.application()
    defer { target.end() }
    let shown = try IspyRun("run", "\(target.pid)", "sentry", "show")
    #expect(shown.output.contains("sample_rate = 0.5") && shown.output.contains("traces_sample_rate = none"))
    for (option, value, during, after) in [
      ("traces_sample_rate", "1", "1.0", "None"), ("sample_rate", "0.25", "0.25", "0.5"),
      ("debug", "on", "True", "False"),
    ] {
      let ispy = try setting(target, "sentry", "set", option, value)
      defer { ispy.end() }
      #expect(try asked(target, "sentry \(option)") == during)
      try end(ispy)
      #expect(try asked(target, "sentry \(option)") == after)
    }
    let refused = try IspyRun("run", "\(target.pid)", "sentry", "set", "sample_rate", "2")
    #expect(refused.code == CommandError.Cause.failed.rawValue && refused.errors.contains("a number from 0 to 1"))
  }

  @Test func settingsOfNewRelicAreSetForATime() throws {
    let target = try Self.application()
    defer { target.end() }
    let pid = "\(target.pid)"
    #expect(try IspyRun("run", pid, "newrelic", "status").output.contains("shop         yes"))
    let shown = try IspyRun("run", pid, "newrelic", "settings")
    #expect(shown.output.contains("transaction_tracer.enabled = on"))
    #expect(shown.output.contains("license_key = <redacted:") && !shown.output.contains("0123456789012345678"))
    for (name, value, during, after) in [
      ("transaction_tracer.enabled", "off", "False", "True"), ("transaction_tracer.top_n", "5", "5", "20"),
      ("transaction_tracer.record_sql", "off", "off", "obfuscated"),
    ] {
      let ispy = try setting(target, "newrelic", "set", name, value)
      defer { ispy.end() }
      #expect(try asked(target, "newrelic \(name)") == during)
      try end(ispy)
      #expect(try asked(target, "newrelic \(name)") == after)
    }
    for (name, value, words) in [
      ("transaction_tracer.enabled", "maybe", "on or off"), ("transaction_tracer", "off", "no such setting"),
      ("license_key", "1", "reports to"), ("proxy_host", "evil", "reports to"),
    ] {
      let refused = try IspyRun("run", pid, "newrelic", "set", name, value)
      #expect(refused.code == CommandError.Cause.failed.rawValue && refused.errors.contains(words), "\(refused)")
    }
  }

  @Test func anApplicationWithoutThemSaysSo() throws {
    let python = try #require(PythonInterpreter.named("3.12"))
    let target = try python.run("logging_levels")
    defer { target.end() }
    for words in [["sentry", "show"], ["newrelic", "status"]] {
      let none = try IspyRun(["run", "\(target.pid)"] + words)
      #expect(none.code == CommandError.Cause.failed.rawValue && none.errors.contains("does not use"), "\(none)")
    }
  }
}
