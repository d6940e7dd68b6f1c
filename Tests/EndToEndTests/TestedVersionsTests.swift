import TestSupport
import Testing

@Suite("the CPythons that were tested")
struct TestedVersionsTests {
  /// A version that could not be had is no failure, yet never passes in silence: it stands in the log and in the
  /// closing count as a known issue.
  @Test(arguments: TestedVersions.promised)
  func everyPromisedVersionIsTried(name: String) throws {
    guard let python = PythonInterpreter.named(name) else {
      withKnownIssue { Issue.record("not tested: \(name) (no interpreter found)") }
      return
    }
    let target = try python.run("deep_recursion.py", ["10"])
    #expect(target.facts == ["10"])
    #expect(try target.finish() == 0)
  }

  @Test(arguments: TestedVersions.promisedOnMusl)
  func everyVersionPromisedOnMuslIsTried(name: String) throws {
    guard let python = PythonInterpreter.onMusl.first(where: { $0.name == name }) else {
      withKnownIssue { Issue.record("not tested: \(name) on musl (no interpreter found)") }
      return
    }
    let target = try python.run("deep_recursion.py", ["10"])
    #expect(target.facts == ["10"])
    #expect(try target.finish() == 0)
  }

  @Test func somePythonIsThere() {
    #expect(!PythonInterpreter.installed.isEmpty)
  }
}
