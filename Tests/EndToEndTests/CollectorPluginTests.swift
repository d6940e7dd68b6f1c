import Catalog
import Glibc
import TestSupport
import Testing

/// The plugin `gc` on every Python: what it says, and that what it sets is undone.
@Suite struct CollectorPluginTests {
  @Test(arguments: PythonInterpreter.installed)
  func theCollectorIsShown(_ python: PythonInterpreter) throws {
    let target = try python.run("collector")
    defer { target.end() }
    let status = try target.fact("gc", "status")
    #expect(status["enabled"] == .flag(true))
    // 3.12 freezes some of its own.
    #expect(try #require(status["frozen"]?.number) < (python.minor == 12 ? 1000 : 1))
    #expect(status["generations"]?.items.map { $0["generation"]?.number } == [0, 1, 2])
  }

  @Test(arguments: PythonInterpreter.installed)
  func garbageIsCollectedAndCounted(_ python: PythonInterpreter) throws {
    let target = try python.run("collector")
    defer { target.end() }
    #expect(try target.answer("garbage 1000") == "made")
    let collected = try target.fact("gc", "collect")
    #expect(try #require(collected["collected"]?.number) >= 1000)
    #expect(collected["uncollectable"]?.number == 0 && collected["generation"]?.number == 2)
    #expect(try #require(collected["milliseconds"]?.number) >= 0)
    // Finalizers have run.
    #expect(try target.answer("finalized") == "1000")
    #expect(try target.fact("gc", "collect", "--generation", "0")["generation"]?.number == 0)
  }

  @Test(arguments: PythonInterpreter.installed.filter { ["3.8", "3.11", "3.13", "3.14"].contains($0.name) })
  func aFinalizerThatFailsIsNobodysFault(_ python: PythonInterpreter) throws {
    let target = try python.run("collector", ["failing"])
    defer { target.end() }
    #expect(try target.answer("garbage 3") == "made")
    #expect(try #require(try target.fact("gc", "collect")["collected"]?.number) >= 3)
    #expect(try target.answer("finalized") == "3")
  }

  private static let changes = [["switch", "off"], ["freeze"], ["thresholds", "5000", "20", "30"]]

  /// The state of the collector while a change stands (`state` of the target), by what it was.
  private func state(_ before: String, during change: [String]) -> String {
    var words = before.split(separator: " ").map(String.init)
    switch change[0] {
    case "switch": words[0] = "False"
    case "freeze": words[1] = "True"
    // A collector of two generations has no third threshold.
    default: words[2...] = ["5000", "20", words[4] == "0" ? "0" : "30"]
    }
    return words.joined(separator: " ")
  }

  @Test(arguments: PythonInterpreter.installed, changes)
  func changesAreUndoneWhenTheAgentGoes(_ python: PythonInterpreter, _ change: [String]) throws {
    let target = try python.run("collector")
    defer { target.end() }
    let before = try target.answer("state")
    let ispy = try ChildProcess([IspyRun.path(), "run", "\(target.pid)", "gc"] + change + ["--for", "10m"])
    defer { ispy.end() }
    try ispy.output(waitingFor: "the change") { $0.contains("seconds = 600") }
    #expect(try target.answer("state") == state(before, during: change))
    ispy.signal(SIGKILL)
    _ = try ispy.waitForExit()
    _ = try eventually { try target.answer("state") == before ? true : nil }
  }

  @Test(arguments: PythonInterpreter.installed, changes)
  func changesAreUndoneWhenTheirTimeIsOver(_ python: PythonInterpreter, _ change: [String]) throws {
    let target = try python.run("collector")
    defer { target.end() }
    let before = try target.answer("state")
    let run = try IspyRun(["run", "\(target.pid)", "gc"] + change + ["--for", "1s"])
    #expect(run.code == 0 && run.output.contains("reverted"), "\(run)")
    #expect(try target.answer("state") == before)
  }

  @Test(arguments: PythonInterpreter.installed)
  func whatSomebodyElseHasFrozenStaysFrozen(_ python: PythonInterpreter) throws {
    let target = try python.run("collector")
    defer { target.end() }
    let ispy = try ChildProcess([IspyRun.path(), "run", "\(target.pid)", "gc", "freeze", "--for", "10m"])
    defer { ispy.end() }
    try ispy.output(waitingFor: "the change") { $0.contains("seconds = 600") }
    #expect(try target.answer("freeze") == "frozen")
    ispy.signal(SIGINT)
    #expect(try ispy.waitForExit() == 0)
    #expect(ispy.transcript.contains("left as it is: somebody else set it"), "\(ispy.transcript)")
    #expect(try target.answer("state").hasPrefix("True True"))
    #expect(try target.refusal("gc", "freeze").contains("frozen already"))
    #expect(try target.refusal("gc", "switch", "on").contains("it is so already"))
  }
}
