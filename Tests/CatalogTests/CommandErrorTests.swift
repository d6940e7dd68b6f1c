import CPython
import RemoteProcess
import Testing

@testable import Catalog

@Suite struct CommandErrorTests {
  @Test func everyCauseHasAnExitCodeOfItsOwn() {
    let codes = CommandError.Cause.allCases.map(\.rawValue)
    #expect(Set(codes).count == codes.count)
    // 0 means done, 2 is what shells use, and from 126 on the shell speaks.
    #expect(codes.allSatisfy { $0 > 0 && $0 < 126 && $0 != 2 })
    let meanings = CommandError.Cause.allCases.map(\.meaning)
    #expect(Set(meanings).count == meanings.count)
  }

  /// Scripts depend on them: a number that is given stays what it is.
  @Test(
    arguments: [
      (CommandError.Cause.failed, 1), (.usage, 64), (.noSuchProcess, 65), (.notPython, 66), (.unknownBuild, 67),
      (.noSuchTarget, 68), (.ambiguousTarget, 69), (.zombie, 70), (.notFound, 71), (.partial, 72), (.notPermitted, 77),
    ] as [(CommandError.Cause, Int32)])
  func exitCodesStayAsTheyAre(cause: CommandError.Cause, code: Int32) { #expect(cause.rawValue == code) }

  static let discoveries: [(DiscoveryError, CommandError.Cause)] = [
    (.noSuchProcess(pid: 7), .noSuchProcess), (.zombie(pid: 7), .zombie), (.notPermitted(pid: 7), .notPermitted),
    (.notPython(pid: 7), .notPython), (.unknownBuild(pid: 7, "CPython 3.99"), .unknownBuild),
    (.notRunning(pid: 7, "is starting"), .failed), (.unreadable(pid: 7, .memory(.processGone(pid: 7))), .noSuchProcess),
  ]

  @Test(arguments: discoveries) func whatDiscoverySaysKeepsItsCauseAndGetsAHint(
    error: DiscoveryError, cause: CommandError.Cause
  ) {
    let command = CommandError(error)
    #expect(command.cause == cause)
    #expect(command.message.contains("process 7") && !command.message.contains("\n"))
    #expect(command.hint?.isEmpty == false)
  }

  @Test func whatProcSaysKeepsItsCauseAndGetsAHint() {
    let gone = CommandError(ProcessError.noSuchProcess(pid: 7), pid: 7)
    #expect(gone.cause == .noSuchProcess && gone.hint != nil)
    let refused = CommandError(ProcessError.notPermitted(pid: 7, path: "/proc/7/environ"), pid: 7)
    #expect(refused.cause == .notPermitted && refused.hint == "see: ispy doctor 7")
    #expect(refused.message == "process 7: /proc/7/environ may not be read: permission denied")
  }

  @Test func failuresInTheMiddleOfReadingAreSaid() {
    #expect(CommandError(reading: .memory(.processGone(pid: 7)), pid: 7).cause == .noSuchProcess)
    let refused = CommandError(reading: .memory(.notPermitted(pid: 7)), pid: 7)
    #expect(refused.cause == .notPermitted && refused.hint == "see: ispy doctor 7")
  }

  @Test func failuresThatAgreeKeepTheirCause() {
    let refused = CommandError(.notPermitted, "cannot read 7", hint: "see: ispy doctor 7")
    let all = CommandError(all: [refused, CommandError(.notPermitted, "cannot read 8", hint: "see: ispy doctor 8")])
    #expect(all == CommandError(.notPermitted, "cannot read 7; cannot read 8", hint: "see: ispy doctor 7"))
    #expect(CommandError(all: [refused]) == refused)
  }

  @Test func failuresThatDifferAreFailures() {
    let all = CommandError(all: [
      CommandError(.noSuchProcess, "no 7"), CommandError(.notPython, "8 is none", hint: "h"),
    ])
    #expect(all == CommandError(.failed, "no 7; 8 is none", hint: "h"))
  }

  @Test func theHintStandsBehindTheMessage() {
    #expect(CommandError(.failed, "it broke", hint: "mend it").description == "it broke (mend it)")
    #expect(CommandError(.failed, "it broke").description == "it broke")
  }
}
