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
        hint: "the rule is built into ispy; a gateway may grant more")
    ) { try DirectGate(ceiling: .inspect).admit(.sample(.sample(rung: .change)), to: []) }
  }

  @Test func rungsStandInTheirOrder() {
    #expect(Rung.allCases.sorted() == [.observe, .inspect, .probe, .change, .console])
    #expect(Set(Rung.allCases.map(\.meaning)).count == Rung.allCases.count)
  }
}
