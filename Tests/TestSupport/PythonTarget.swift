import Glibc

/// A program of Tests/Targets, running under some CPython and ready to be looked at.
///
/// The program prints `ready`, with any words of its own behind it, once everything that the test wants to see is in
/// place, and ends when its standard input closes. It is killed and reaped when this object goes.
public final class PythonTarget: Sendable {
  public let python: PythonInterpreter
  /// The words behind `ready`.
  public let facts: [String]
  private let child: ChildProcess

  /// The interpreter's own pid, in this machine's numbering, also where it runs in another root.
  public var pid: Int32 { child.pid }

  /// - Parameter withServers: the packages of Scripts/setup/servers can be imported; for `PythonInterpreter.withServers`.
  public init(
    _ program: String, _ arguments: [String] = [], on python: PythonInterpreter,
    environment: [String: String] = [:], withServers: Bool = false, within deadline: Duration = .seconds(60)
  ) throws {
    let path = try Self.path(of: program, for: python)
    // An end of its own, by the kernel, should the test run be killed: see `begin` in Tests/Targets/target.py.
    var variables = ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "TARGET_SECONDS": "600"]
    variables.merge(environment) { _, given in given }
    if withServers { variables.merge(python.serverEnvironment) { _, servers in servers } }
    self.python = python
    child = try ChildProcess(
      (withServers ? python.serverCommand ?? [] : python.command) + [path] + arguments, environment: variables)
    let ready = try child.line(waitingFor: "ready line", within: deadline) {
      $0 == "ready" || $0.hasPrefix("ready ")
    }
    facts = ready.split(separator: " ").dropFirst().map(String.init)
  }

  /// The next line that the program prints.
  public func line(within deadline: Duration = .seconds(60)) throws -> String { try child.line(within: deadline) }

  /// Writes a line to the program's standard input.
  public func send(_ line: String) throws { try child.send(line) }

  /// Closes the program's standard input and waits for the end that it then comes to by itself; its exit code.
  public func finish(within deadline: Duration = .seconds(60)) throws -> Int32 {
    child.closeInput()
    return try child.waitForExit(within: deadline)
  }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) { child.signal(number) }

  /// Kills and reaps the program. Does nothing the second time.
  public func end() { child.end() }

  // MARK: - Another root

  /// The path of a program as the interpreter sees it.
  static func path(of program: String, for python: PythonInterpreter) throws -> String {
    let name = program.hasSuffix(".py") ? program : program + ".py"
    guard let root = python.root else { return Checkout.targets + "/" + name }
    try copyTargets(from: Checkout.targets, to: root + "/opt/targets")
    return "/opt/targets/" + name
  }

  /// Lays the programs into another root. Tests run side by side, so each file appears whole, by renaming.
  private static func copyTargets(from source: String, to destination: String) throws {
    guard mkdir(destination, 0o755) == 0 || errno == EEXIST else {
      throw TestSupportError.system(call: "mkdir \(destination)", errno: errno)
    }
    for name in Checkout.names(in: source) where !name.hasPrefix("__") && !name.hasPrefix(".") {
      let from = source + "/" + name
      let to = destination + "/" + name
      if opendir(from).map({ closedir($0) }) != nil {
        try copyTargets(from: from, to: to)
        continue
      }
      let content = try TextFile.bytes(from)
      if let present = try? TextFile.bytes(to), present == content { continue }
      let draft = "\(to).\(getpid()).\(UInt32.random(in: 0 ... .max))"
      let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard file >= 0 else { throw TestSupportError.system(call: "open \(draft)", errno: errno) }
      let written = write(file, content, content.count)
      _ = close(file)
      guard written == content.count, rename(draft, to) == 0 else {
        throw TestSupportError.system(call: "write \(to)", errno: errno)
      }
    }
  }
}
