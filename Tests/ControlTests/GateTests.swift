import Catalog
import Testing

@testable import Control

@Suite struct GateTests {
  @Test(arguments: Rung.allCases) func directModeAllowsAllButTheConsole(rung: Rung) {
    let request = Request.sample(.sample(rung: rung))
    if rung == .console {
      #expect(throws: CommandError.self) { try Gate().admit(request) }
    } else {
      #expect(throws: Never.self) { try Gate().admit(request) }
    }
  }

  @Test func nothingAboveTheCeilingPasses() {
    for ceiling in Rung.allCases {
      for rung in Rung.allCases {
        let isAdmitted = (try? Gate(ceiling: ceiling).admit(.sample(.sample(rung: rung)))) != nil
        #expect(isAdmitted == (rung <= ceiling), "\(rung) under \(ceiling)")
      }
    }
  }

  @Test func aRefusalNamesTheRungTheCeilingAndTheRule() {
    #expect(
      throws: CommandError(
        .notPermitted, "sample stands on the rung change; without a gateway the highest is inspect",
        hint: "the rule is built into ispy; a gateway may grant more")
    ) { try Gate(ceiling: .inspect).admit(.sample(.sample(rung: .change))) }
  }

  @Test func rungsStandInTheirOrder() {
    #expect(Rung.allCases.sorted() == [.observe, .inspect, .probe, .change, .console])
    #expect(Set(Rung.allCases.map(\.meaning)).count == Rung.allCases.count)
  }
}
