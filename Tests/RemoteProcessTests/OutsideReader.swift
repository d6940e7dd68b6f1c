import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

/// The program of Tests/OutsideReader: a reader of its own, with other rights than the tests have, or to be killed.
enum OutsideReader {
  static func path() throws -> String {
    // It is built next to the tests, which are a program themselves or loaded by one.
    let own = [ProcessPaths(pid: getpid()).executable].compactMap { $0 } + CommandLine.arguments
    let paths = own.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") }
    return try #require(paths.map { $0 + "/OutsideReader" }.first { access($0, X_OK) == 0 })
  }

  static func start(_ arguments: String..., through command: [String] = []) throws -> ChildProcess {
    try ChildProcess(command + [try path()] + arguments)
  }

  /// What `check PID` says, started by a command that takes rights away.
  static func check(_ pid: Int32, through command: [String] = []) throws -> [Substring] {
    let child = try start("check", "\(pid)", through: command)
    #expect(try child.waitForExit() == 0)
    return child.transcript.split(separator: "\n")
  }
}
