/// A CPython found on this machine, and how to start it.
public struct PythonInterpreter: Hashable, Sendable, CustomStringConvertible {
  /// The version as `sys.hexversion` gives it.
  public let hexVersion: UInt32
  public let isFreeThreaded: Bool
  /// The words that start it: a path, or `chroot ROOT /usr/bin/python3.14`.
  public let command: [String]
  /// The root folder that it sees as `/`; nil where that is the machine's own.
  public let root: String?
  /// The words that start it with the web servers of Scripts/setup/servers importable; nil where they are not installed.
  public let serverCommand: [String]?
  /// What makes the servers importable where that is not in the command: `PYTHONPATH` in a Debian root.
  public let serverEnvironment: [String: String]

  public var major: Int { Int(hexVersion >> 24) }
  public var minor: Int { Int(hexVersion >> 16 & 0xff) }
  public var micro: Int { Int(hexVersion >> 8 & 0xff) }

  /// The name of its layout: `3.11`, `3.13t`.
  public var name: String { "\(major).\(minor)\(isFreeThreaded ? "t" : "")" }

  public var description: String {
    "\(major).\(minor).\(micro)\(isFreeThreaded ? "t" : "") (\(root.map { "in \($0.split(separator: "/").last ?? "")" } ?? command[0]))"
  }

  /// Starts a program of Tests/Targets and waits until it says that it is ready.
  public func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    withServers: Bool = false, within deadline: Duration = .seconds(60)
  ) throws -> PythonTarget {
    try PythonTarget(
      program, arguments, on: self, environment: environment, withServers: withServers, within: deadline)
  }
}
