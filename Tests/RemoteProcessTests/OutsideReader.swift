import TestSupport
import Testing

/// The program of Tests/OutsideReader: a reader of its own, with other rights than the tests have, or to be killed.
enum OutsideReader {
  static func start(_ arguments: String..., through command: [String] = []) throws -> ChildProcess {
    try ChildProcess(command + [try BuiltProgram.path(of: "OutsideReader")] + arguments)
  }

  /// What `check PID` says, started by a command that takes rights away.
  static func check(_ pid: Int32, through command: [String] = []) throws -> [Substring] {
    let child = try start("check", "\(pid)", through: command)
    #expect(try child.waitForExit() == 0)
    return child.transcript.split(separator: "\n")
  }
}
