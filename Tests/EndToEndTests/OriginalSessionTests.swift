import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy ispyd.ini`, as whoever used the first ispyd knows it: the sample application under a real server, and every command
/// of the plugins that it had.
@Suite struct OriginalSessionTests {
  /// The sample with its console and debugger switched on; gone with this object.
  private final class Sample {
    let folder: String
    let server: ChildProcess
    let port: UInt16
    let pids: [Int32]

    init(workers: Int = 1, settings: (String) -> String = Sample.switchedOn) throws {
      let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
      folder = try AgentPackage.folder()
      let words = ["-m", "gunicorn", "--bind", "127.0.0.1:PORT", "--workers", "\(workers)", "--no-control-socket"]
      (server, port) = try AgentPackage.serveSample(
        words + ["--worker-class", "gthread", "wsgi:application"], in: folder, python, settings: settings)
      let folder = folder
      pids = try eventually {
        let found = AgentPackage.listening(in: folder)
        return found.count == workers ? found.sorted() : nil
      }
    }

    deinit {
      server.end()
      _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit()
    }

    static func switchedOn(_ settings: String) -> String {
      settings.replacing("ceiling = change", with: "ceiling = console").replacing(
        "enabled = false", with: "enabled = true")
    }

    /// What the shell says to these lines.
    func session(_ lines: [String]) throws -> IspyRun {
      try IspyRun([folder + "/ispyd.ini", "--gateway", "none"], input: lines)
    }

    func get(_ path: String) throws -> String {
      let client = try LoopbackConnection(port: port)
      try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      return try client.receive()
    }
  }

  @Test func serversConnectPluginsAndPrompts() throws {
    let sample = try Sample(workers: 2)
    let (first, second) = (sample.pids[0], sample.pids[1])
    let run = try sample.session([
      "help", "servers", "connect 2", "plugins", "shell process", "help", "help pid", "pid", "exit", "!process", "cwd",
      "exit",
      "prompt off", "exit",
    ])
    #expect(run.code == 0, "\(run.errors)")
    for expected in [
      "1:  process \(first)", "2:  process \(second)", "socket-\(second).sock", "debugger\n", "wsgi\n", "profiler\n",
      "pid = \(second)", sample.folder, "Commands of process: pid uid euid gid egid cwd",
    ] {
      #expect(run.output.contains(expected), "\(expected): \(run.output)")
    }
    let unclear = try sample.session(["connect", "exit"])
    #expect(unclear.errors.contains("there are 2 servers"))
  }

  @Test func everyCommandOfTheFivePluginsIsThere() throws {
    let sample = try Sample()
    let pid = try #require(sample.pids.first)
    let run = try sample.session(
      [
        "connect", "!process", "pid", "uid", "euid", "gid", "egid", "cwd", "exit", "!python", "platform", "version",
        "prefix", "path",
        "executable", "argv", "defaultencoding", "filesystemencoding", "maxsize", "maxunicode", "environ", "modules",
        "modules --like 'ispyd.*'",
        "threads", "exit",
        "!wsgi", "requests", "exit", "!debugger", "insert wsgi:fails --for 10m", "list", "tracebacks",
        "discard wsgi:fails",
        "remove wsgi:fails", "reset",
        // After a reset the first one could insert nothing any more.
        "insert wsgi:fails --for 10m", "reset", "exit", "!profiler", "start -d 60s", "abort", "exit", "exit",
      ])
    #expect(run.code == 0, "\(run.errors)")
    #expect(!run.errors.contains("no command"), "\(run.errors)")
    #expect(run.output.components(separatedBy: "is = watched").count == 3, "\(run.output)")
    #expect(run.output.contains("PYTHONPATH = "))
    #expect(
      run.output.contains("linux") && run.output.contains("wsgi:fails") && run.output.contains("\(pid)"),
      "\(run.output)")
  }

  @Test func theConsoleIsAFunctionOfItsOwner() throws {
    let sample = try Sample()
    let run = try sample.session([
      "connect 1", "!python", "console", "import os; os.getpid()", "exit()", "exit", "exit",
    ])
    #expect(run.output.contains("\n\(sample.pids[0])\n"), "\(run.output) \(run.errors)")
    let off = try Sample { $0 }
    let refused = try off.session([
      "connect 1", "!python", "console", "exit", "!debugger", "debug wsgi:fails", "exit", "exit",
    ])
    #expect(refused.errors.components(separatedBy: "stands on the rung console").count == 3, "\(refused.errors)")
  }

  /// An exception of a request is looked at afterwards, while others are served.
  @Test func theDebuggerLooksAtAnExceptionOfARequest() throws {
    let sample = try Sample()
    let shell = try ChildProcess([IspyRun.path(), sample.folder + "/ispyd.ini", "--gateway", "none"])
    defer { shell.end() }
    for line in ["connect", "!debugger", "insert wsgi:fails --for 10m"] { try shell.send(line) }
    try shell.output(waitingFor: "the change") { $0.contains("is = watched") }
    #expect(try sample.get("/fails").contains("500"))
    #expect(try sample.get("/").hasSuffix("Hello World!"))
    for line in ["tracebacks", "print wsgi:fails", "debug wsgi:fails"] { try shell.send(line) }
    try shell.output(waitingFor: "pdb") { $0.contains("(Pdb) ") }
    #expect(shell.transcript.contains("RuntimeError: planted"))
    for line in ["p 6 * 7", "q", "reset", "exit", "exit"] { try shell.send(line) }
    #expect(try shell.waitForExit() == 0)
    #expect(shell.transcript.contains("42"))
    #expect(try sample.get("/fails").contains("500"))
  }

  /// The requests in flight, with where each is, and nothing of its environment that nobody asked for.
  @Test func requestsInFlightAreShown() throws {
    let sample = try Sample()
    let slow = try LoopbackConnection(port: sample.port)
    _ = try eventually {
      try slow.send("GET /?customer=4711&token=hunter2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let run = try sample.session(["connect", "!wsgi", "requests", "exit", "exit"])
      #expect(!run.output.contains("hunter2"))
      return run.output.contains("GET") && run.output.contains("hello") ? true : nil
    }
  }

  @Test func wrongInputIsSaid() throws {
    let sample = try Sample()
    for (lines, words) in [
      (["connect 7"], "no server 7"), (["servers now"], "takes nothing"),
      (["connect 1", "shell nothing"], "no plugin nothing"),
      (["connect 1", "!proces"], "did you mean process?"),
      (["connect 1", "!debugger", "insert nowhere"], "module:function"),
    ] {
      let run = try sample.session(lines + ["exit", "exit"])
      #expect(run.errors.contains(words), "\(lines): \(run.errors)")
    }
    for (text, words) in [
      ("", "says nowhere"), ("[ispyd]\nlisten = there\n", "from / on, or HOST:PORT"),
      ("[ispyd]\nlisten = /nowhere/at/all-%(pid)s.sock\n", "cannot be looked into"),
      ("[ispyd]\nlisten = localhost:1\n", "nobody listens"),
    ] {
      let path = sample.folder + "/other.ini"
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      let run = try IspyRun([path], input: ["servers", "exit"])
      #expect((run.errors + run.output).contains(words), "\(text): \(run.errors)")
    }
    let missing = try IspyRun(["/nowhere/ispyd.ini"], input: ["exit"])
    #expect(missing.code == 64 && missing.errors.contains("No such file"), "\(missing.errors)")
  }
}
