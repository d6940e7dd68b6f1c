import Catalog
import Testing

@testable import Control

@Suite struct GateTests {
  @Test(arguments: Rung.allCases) func directModeAllowsAllButTheConsole(rung: Rung) {
    let request = Request.sample(.sample(rung: rung))
    if rung == .console {
      #expect(throws: CommandError.self) { try DirectGate().admit(request, to: []) }
    } else {
      #expect(throws: Never.self) { try DirectGate().admit(request, to: []) }
    }
  }

  @Test func nothingAboveTheCeilingPasses() {
    for ceiling in Rung.allCases {
      for rung in Rung.allCases {
        let isAdmitted = (try? DirectGate(ceiling: ceiling).admit(.sample(.sample(rung: rung)), to: [])) != nil
        #expect(isAdmitted == (rung <= ceiling), "\(rung) under \(ceiling)")
      }
    }
  }

  @Test func aRefusalNamesTheRungTheCeilingAndTheRule() {
    #expect(
      throws: CommandError(
        .notPermitted, "sample stands on the rung change; without a gateway the highest is inspect",
        hint: "the rule is built into ispy; a gateway may grant more, and so may an application that loads ispyd itself"
      )
    ) { try DirectGate(ceiling: .inspect).admit(.sample(.sample(rung: .change)), to: []) }
  }

  /// The owner of one process has switched the console on there; of others nothing follows from that.
  @Test func whatAnOwnerHasSwitchedOnIsAllowedThereAlone() throws {
    let gate = DirectGate(enabled: [4711: ["sample"]])
    let request = Request.sample(.sample(rung: .console))
    #expect(throws: Never.self) { try gate.consider(request) }
    func process(_ pid: Int32) -> Target {
      Target(pid: pid, startTime: 1, application: Application(name: nil, server: nil), commandLine: "")
    }
    let (own, other) = (process(4711), process(4712))
    #expect(throws: Never.self) { try gate.admit(request, to: [own]) }
    #expect(throws: CommandError.self) { try gate.admit(request, to: [other]) }
    #expect(throws: CommandError.self) { try gate.admit(request, to: [own, other]) }
    #expect(throws: CommandError.self) { try gate.admit(request, to: []) }
  }

  @Test func rungsStandInTheirOrder() {
    #expect(Rung.allCases.sorted() == [.observe, .inspect, .probe, .change, .console])
    #expect(Set(Rung.allCases.map(\.meaning)).count == Rung.allCases.count)
  }
}
