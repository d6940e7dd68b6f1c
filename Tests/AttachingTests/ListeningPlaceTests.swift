import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// Where the agent of an application listens, and who may connect.
@Suite struct ListeningPlaceTests {
  private static let fixed = "[ispyd]\nlisten = FOLDER/one.sock\n"

  /// It is narrowed before it listens and has its name, in a folder that nobody else may enter; whatever the umask.
  @Test(arguments: PythonInterpreter.everywhere)
  func atNoMomentCanAnybodyElseConnect(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(Self.fixed, ["audited"], on: python)
    let steps: [[JSONValue]] = [
      [.string("socket.bind"), .number("\(0o700)"), .null, .bool(false)],
      [.string("os.chmod"), .number("\(0o700)"), .number("\(0o777)"), .bool(false)],
      [.string("os.link"), .number("\(0o700)"), .number("\(0o600)"), .bool(true)],
    ]
    #expect(try application.ask("done") == .array(steps.map { .array($0) }))
    #expect(try application.ask("stat.S_IMODE(os.stat(manager.address).st_mode)") == .number("\(0o600)"))
    #expect(application.leftovers() == ["one.sock"])
  }

  /// Several at once, of which some do nothing, say half of something, or read nothing.
  @Test(arguments: PythonInterpreter.everywhere)
  func aStuckSessionBlocksNoOther(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    let silent = try application.link()
    let half = try application.link()
    try half.connection.send(Array("{\"jsonrpc\": \"2.0\", \"id\": 1, \"me".utf8), until: .now + .seconds(60))
    let links = try (0..<4).map { _ in try application.link() }
    for link in links.reversed() {
      #expect(try link.status().pid == application.pid)
      #expect(try link.run("gc status", as: "probe")["enabled"] == .bool(true))
    }
    // What was half said is a line by now, which is no message.
    try half.connection.send([UInt8(ascii: "\n")], until: .now + .seconds(60))
    #expect(try [silent, half].map { try $0.status().pid } == [application.pid, application.pid])
  }

  @Test func thereAreSixteenConnectionsAtMost() throws {
    let application = try ListeningApplication(on: try Self.fast)
    var links = try (0..<16).map { _ in try application.link() }
    #expect(throws: AttachError.disconnected) { try application.link() }
    #expect(try links.removeLast().status().pid == application.pid)
    _ = try eventually { try? application.link().status() }
  }

  /// It loads nothing and was there before anybody knew that it would be needed; or it loads it, and another comes to it.
  @Test(arguments: PythonInterpreter.installed)
  func whatLoadsThePackageCanBeAttachedToAllTheSame(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(ListeningAgentTests.standard + "ceiling = probe\n", on: python)
    let link = try application.link()
    let agent = try AttachedAgent.patiently(in: application.pid)
    // The owner's word holds for it as well.
    #expect(try agent.link.status().ceiling == "probe")
    #expect(try link.status().ceiling == "probe")
    #expect(try agent.detach().isComplete)
    #expect(try link.status().pid == application.pid)
  }

  // MARK: - What stands in its place

  @Test func whatAKilledProcessLeftIsReplaced() throws {
    let python = try Self.fast
    let first = try ListeningApplication(Self.fixed, on: python)
    first.target.signal(SIGKILL)
    #expect(throws: TestSupportError.self) { try first.target.line() }
    #expect(first.leftovers() == ["one.sock"])
    let own = "[ispyd]\nlisten = \(first.folder)/one.sock\n"
    let second = try ListeningApplication(own, on: python)
    #expect(try second.link().status().pid == second.pid)
    // And what is in use is not.
    let third = try ListeningApplication(own, on: python)
    #expect(
      try third.problem()
        == "another process listens at \(first.folder)/one.sock: %(pid)s in listen gives each its own")
    #expect(try second.link().status().pid == second.pid)
  }

  @Test func whatKilledNeighboursLeftIsSweptAway() throws {
    let python = try Self.fast
    let first = try ListeningApplication(on: python)
    first.target.signal(SIGKILL)
    first.target.end()
    let living = try ListeningApplication("[ispyd]\nlisten = \(first.folder)/%(pid)s.sock\n", on: python)
    try TextFile.write("", to: first.folder + "/999999999.sock")
    symlink("/nowhere", first.folder + "/999999998.sock")
    let second = try ListeningApplication("[ispyd]\nlisten = \(first.folder)/%(pid)s.sock\n", on: python)
    #expect(try second.problem() == nil)
    let names = ["\(living.pid).sock", "\(second.pid).sock", "999999998.sock", "999999999.sock"]
    #expect(Set(first.leftovers()) == Set(names))
  }

  @Test func nothingElseIsFollowedOrRemoved() throws {
    let python = try Self.fast
    let link = try ListeningApplication(Self.fixed, on: python) { symlink($0 + "/other.sock", $0 + "/one.sock") }
    #expect(try link.problem()?.hasSuffix("/one.sock is there already, and is no socket") == true)
    #expect(link.leftovers() == ["one.sock"])
    let file = try ListeningApplication(Self.fixed, on: python) { try TextFile.write("mine", to: $0 + "/one.sock") }
    #expect(try file.problem()?.hasSuffix("/one.sock is there already, and is no socket") == true)
    #expect(try TextFile.read(file.folder + "/one.sock") == "mine")
    let folder = try ListeningApplication(Self.fixed, on: python) { mkdir($0 + "/one.sock", 0o755) }
    #expect(try folder.problem()?.hasSuffix("/one.sock is there already, and is no socket") == true)
  }

  @Test func atItsEndItTakesAwayWhatIsItsOwnAlone() throws {
    let application = try ListeningApplication(Self.fixed, on: try Self.fast)
    #expect(unlink(application.folder + "/one.sock") == 0)
    try TextFile.write("another's", to: application.folder + "/one.sock")
    try application.target.send("sys.exit(0)")
    #expect(try application.target.finish() == 0)
    #expect(try TextFile.read(application.folder + "/one.sock") == "another's")
  }

  @Test func whereOthersCouldReplaceTheSocketThereIsNone() throws {
    let python = try Self.fast
    let open = try ListeningApplication(Self.fixed, on: python) { chmod($0, 0o775) }
    #expect(try open.problem()?.hasSuffix("others could replace the socket: chmod go-w, or +t") == true)
    let sticky = try ListeningApplication(Self.fixed, on: python) { chmod($0, 0o1777) }
    #expect(try sticky.problem() == nil)
    let foreign = try ListeningApplication(Self.fixed, on: python, owner: 12345)
    #expect(try foreign.problem()?.hasSuffix("belongs to user 12345, who could replace the socket") == true)
    #expect(open.leftovers() == [] && foreign.leftovers() == [])
  }

  // MARK: - Where it does not listen

  @Test(arguments: [
    ("0.0.0.0:4711", "is not of this host alone"), ("192.0.2.1:4711", "is not of this host alone"),
    ("example.org:4711", "is not of this host alone"), ("::1:4711", "is not of this host alone"),
    (":4711", "is not of this host alone"), ("127.1:4711", "is not of this host alone"),
    ("localhost", "is neither an absolute path nor localhost:PORT"),
    ("localhost:http", "is neither an absolute path nor localhost:PORT"),
    ("localhost:65536", "is neither an absolute path nor localhost:PORT"),
    ("ispyd.sock", "is neither an absolute path nor localhost:PORT"),
    ("/nowhere/ispyd.sock", "/nowhere/ispyd.sock: No such file or directory"),
    ("/tmp/" + String(repeating: "a", count: 120), "is too long for a socket"), ("", "says nowhere to listen"),
    ("/tmp/a\u{0}b", "embedded null"),
  ])
  func whatIsNoPlaceIsRefusedInWords(_ listen: String, _ words: String) throws {
    let application = try ListeningApplication("[ispyd]\nlisten = \(listen)\n", on: try Self.fast)
    let problem = try #require(try application.problem())
    #expect(problem.contains(words))
    #expect(try application.ask("messages") == .array([.string("no agent listens: " + problem)]))
    #expect(try application.ask("sockets() == sockets_before") == .bool(true))
    #expect(try application.ask("is_untouched()") == .bool(true))
  }

  @Test(arguments: PythonInterpreter.everywhere.filter { $0.root == nil })
  func aPortIsListenedAtToo(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication("[ispyd]\nlisten = localhost:0\n", on: python)
    #expect(try application.ask("manager.address").text?.hasPrefix("127.0.0.1:") == true)
    #expect(try application.link().status().pid == application.pid)
    #expect(application.leftovers() == [])
  }

  @Test func aPortThatIsTakenIsNotShared() throws {
    let taken = try LoopbackListener()
    let application = try ListeningApplication("[ispyd]\nlisten = localhost:\(taken.port)\n", on: try Self.fast)
    #expect(try application.problem() == "localhost:\(taken.port): Address already in use")
  }

  // MARK: - Users

  /// What a client of that user gets from an agent: its first word, or why it was not let in.
  private static func client(_ user: Int, of place: String, saying text: String = "") throws -> String {
    let source = """
      import socket, sys
      place, text = sys.argv[1:]
      host, _, port = place.rpartition(":")
      try:
          client = socket.socket(socket.AF_INET if host else socket.AF_UNIX)
          client.connect((host, int(port)) if host else place)
          client.sendall(text.encode())
          print(client.makefile().readline()[:40] or "closed")
      except OSError as error:
          print(type(error).__name__)
      """
    let words = ["setpriv", "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "/usr/bin/python3.11"]
    let child = try ChildProcess(words + ["-c", source, place, text])
    #expect(try child.waitForExit() == 0)
    return String(child.transcript.prefix { $0 != "\n" })
  }

  private static let isRoot = getuid() == 0

  @Test(.enabled(if: isRoot, "other users are root's to be"))
  func atAPathItsOwnUserAndRootAreHeardAndNobodyElse() throws {
    let application = try ListeningApplication(Self.fixed, ["user=12345"], on: try Self.open, owner: 12345)
    let path = application.folder + "/one.sock"
    #expect(try application.problem() == nil)
    // The system keeps them out, and where somebody has widened it, the agent does.
    #expect(try Self.client(54321, of: path) == "PermissionError")
    #expect(chmod(path, 0o666) == 0)
    #expect(["closed", "ConnectionResetError", "BrokenPipeError"].contains(try Self.client(54321, of: path)))
    #expect(try Self.client(12345, of: path).hasPrefix(#"{"method": "arrived""#))
    #expect(try application.link().status().pid == application.pid)
  }

  @Test(.enabled(if: isRoot, "other users are root's to be"))
  func atAPortTheKernelSaysWhoIsThere() throws {
    let application = try ListeningApplication(
      "[ispyd]\nlisten = localhost:0\n", ["user=12345"], on: try Self.open)
    let place = try #require(try application.ask("manager.address").text)
    let stranger = ["closed", "ConnectionResetError", "BrokenPipeError"]
    #expect(stranger.contains(try Self.client(54321, of: place)))
    let order =
      #"{"id":1,"method":"run","params":{"command":"logging set","rung":"change","#
      + #""arguments":{"logger":"root","level":"DEBUG","for":60}}}"# + "\n"
    #expect(stranger.contains(try Self.client(54321, of: place, saying: order)))
    #expect(try application.ask("level('')") == .number("30"))
    #expect(try Self.client(12345, of: place).hasPrefix(#"{"method": "arrived""#))
    #expect(try application.link().status().pid == application.pid)
  }

  /// The kernel shows a socket that nobody holds any more as root's.
  @Test(arguments: PythonInterpreter.everywhere.filter { $0.root == nil })
  func whoHasHungUpIsNotTakenForRoot(_ python: PythonInterpreter) throws {
    let application = try ListeningApplication(on: python)
    #expect(try application.ask("users_of_port()") == .array([.number("\(getuid())"), .null]))
  }

  private static var fast: PythonInterpreter { get throws { try ListeningAgentTests.fast } }
  /// One that every user can start.
  private static var open: PythonInterpreter {
    get throws { try #require(PythonInterpreter.builds.first { $0.command == ["/usr/bin/python3.11"] }) }
  }
}
