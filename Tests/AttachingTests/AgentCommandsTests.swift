import TestSupport
import Testing

@testable import Attaching

/// What the programs know of the agent's commands, against the agent.
@Suite struct AgentCommandsTests {
  @Test func theDescriptionsAreThoseBesideTheFunctions() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let script = Checkout.root + "/Scripts/agent-commands"
    let child = try ChildProcess(
      python.command + ["-c", "import runpy, sys; sys.stdout.write(runpy.run_path(sys.argv[1])['commands']())", script])
    #expect(try child.waitForExit() == 0)
    let kept = try TextFile.read(Checkout.root + "/Sources/Attaching/Agent/commands.json")
    #expect(child.transcript == kept, "Scripts/agent-commands writes it")
  }

  /// The agent is to be read in an hour by whoever has to allow it.
  @Test func theAgentIsSmall() {
    let lines = String(decoding: Bootstrap(patience: .seconds(1)).answer, as: UTF8.self).split(separator: "\n")
    #expect(lines.count < 600)
  }
}
