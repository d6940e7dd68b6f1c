import TestSupport
import Testing

/// A Python process started with a piece of program, which says `ready` and lives until its standard input closes.
struct PythonChild {
  let process: ChildProcess
  var pid: Int32 { process.pid }
  /// The words behind `ready`.
  let facts: [Substring]

  /// - Parameter program: Runs before `ready` is printed; prints its own facts by setting `facts`.
  init(_ program: String = "", arguments: [String] = [], environment: [String: String] = [:]) throws {
    // One of this machine's own root: its paths are ours.
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 10 })
    let whole = """
      import os, sys, signal, socket, threading, time
      signal.alarm(600)
      facts = []
      \(program)
      print("ready", *facts, flush=True)
      sys.stdin.buffer.raw.read(1)
      os._exit(0)
      """
    process = try ChildProcess(python.command + ["-c", whole] + arguments, environment: environment)
    let line = try process.line(waitingFor: "ready line") { $0.hasPrefix("ready") }
    facts = line.split(separator: " ").dropFirst().map { $0 }
  }

  func number(_ index: Int) throws -> Int {
    try #require(facts.dropFirst(index).first.flatMap { Int($0) })
  }
}
