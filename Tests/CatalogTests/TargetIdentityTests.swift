import RemoteProcess
import TestSupport
import Testing

@testable import Catalog

@Suite struct TargetIdentityTests {
  @Test func aProcessThatGotThePidMeanwhileIsNoTarget() throws {
    let child = try #require(PythonInterpreter.installed.first).run("threads.py")
    defer { child.end() }
    var resolver = TargetResolver()
    let target = try resolver.resolveOne("\(child.pid)")
    #expect(throws: Never.self) { try target.open() }
    // As if the decision had been about a process that had this pid before.
    let former = Target(
      pid: target.pid, startTime: target.startTime - 1, application: target.application, commandLine: "")
    let error = #expect(throws: CommandError.self) { try former.open() }
    #expect(error?.cause == .noSuchProcess)
  }
}
