import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// examples/embedded as it is, but for where it listens: real Flask under a real server.
@Suite struct SampleApplicationTests {
  private static let python: PythonInterpreter? = PythonInterpreter.withServers.first { $0.name == "3.11" }

  /// Its first line of gunicorn's that has `marker`, and what ends with it.
  private func serve(_ words: [String], in folder: String, _ python: PythonInterpreter) throws -> (ChildProcess, UInt16)
  {
    try AgentPackage.assemble(in: folder)
    let sample = Checkout.root + "/examples/embedded/"
    try TextFile.write(TextFile.read(sample + "wsgi.py"), to: folder + "/wsgi.py")
    let settings = try TextFile.read(sample + "ispyd.ini")
    try TextFile.write(settings.replacing("/tmp/ispyd-", with: folder + "/socket-"), to: folder + "/ispyd.ini")
    let port = try { try LoopbackListener().port }()
    let command = (python.serverCommand ?? []) + words
    let server = try ChildProcess(
      command.map { $0.replacing("PORT", with: "\(port)").replacing("FOLDER", with: folder) },
      environment: ["PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PORT": "\(port)"])
    return (server, port)
  }

  private func get(_ path: String, _ port: UInt16) throws -> String {
    let client = try LoopbackConnection(port: port)
    try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try client.receive()
  }

  private func sockets(in folder: String) -> Set<Int32> {
    Set(
      Checkout.names(in: folder).filter { $0.hasPrefix("socket-") }
        .compactMap { Int32($0.dropFirst("socket-".count).dropLast(".sock".count)) })
  }

  /// With `--preload` the manager is started before the workers are forked, else in each of them.
  @Test(arguments: [["sync"], ["sync", "--preload"], ["gthread", "--preload"], ["gevent"], ["gevent", "--preload"]])
  func underGunicornEachWorkerHasItsAgent(_ words: [String]) throws {
    let python = try #require(Self.python)
    let folder = try ListeningApplication.folder(below: "")
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let gunicorn = ["-m", "gunicorn", "--bind", "127.0.0.1:PORT", "--workers", "2", "--no-control-socket"]
    let (server, port) = try serve(gunicorn + ["--worker-class"] + words + ["wsgi:application"], in: folder, python)
    defer { server.end() }
    let wanted = words.contains("--preload") ? 3 : 2
    let pids = try eventually { sockets(in: folder).count == wanted ? sockets(in: folder) : nil }
    #expect(pids.contains(server.pid) == words.contains("--preload"), "\(server.transcript)")
    #expect(try get("/", port).hasSuffix("Hello World!"), "\(server.transcript)")
    #expect(try get("/fails", port).contains("500"))
    for pid in pids {
      let link = try AgentLink(at: .path(folder + "/socket-\(pid).sock"))
      #expect(try link.status().pid == pid)
      #expect(try link.status().ceiling == "change")
      #expect(try link.run("gc status", as: "probe")["enabled"] == .bool(true))
    }
    #expect(try get("/", port).hasSuffix("Hello World!"))
    // It ends as it does without an agent, and nothing is left.
    server.signal(SIGTERM)
    #expect(try server.waitForExit() == 0, "\(server.transcript)")
    #expect(sockets(in: folder) == [], "\(server.transcript)")
    for words in ["no agent listens", "Exception ignored", "manager.py"] {
      #expect(!server.transcript.contains(words), "\(server.transcript)")
    }
  }

  /// Which tells Python of a fork where it is asked to.
  @Test func underUWSGIEachWorkerHasItsAgent() throws {
    let python = try #require(Self.python)
    let folder = try ListeningApplication.folder(below: "")
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let words = [
      "-c",
      "import os, sys; os.execv(os.path.dirname(sys.executable) + '/uwsgi', ['uwsgi', '--virtualenv', sys.prefix] + sys.argv[1:])",
      "--http-socket", "127.0.0.1:PORT", "--master", "--die-on-term", "--need-app", "--processes", "2",
      "--enable-threads", "--py-call-osafterfork", "--pythonpath", "FOLDER", "--module", "wsgi:application",
    ]
    let (server, port) = try serve(words, in: folder, python)
    defer { server.end() }
    let pids = try eventually { sockets(in: folder).count == 3 ? sockets(in: folder) : nil }
    #expect(try get("/", port).hasSuffix("Hello World!"), "\(server.transcript)")
    for pid in pids {
      #expect(try AgentLink(at: .path(folder + "/socket-\(pid).sock")).status().pid == pid)
    }
    server.signal(SIGTERM)
    #expect(try server.waitForExit() == 0, "\(server.transcript)")
    // The workers took away what is theirs; its master comes to no end of Python's.
    #expect(sockets(in: folder).isSubset(of: [server.pid]), "\(server.transcript)")
  }

  @Test func byItselfItServesToo() throws {
    let python = try #require(Self.python)
    let folder = try ListeningApplication.folder(below: "")
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let (server, port) = try serve(["FOLDER/wsgi.py"], in: folder, python)
    defer { server.end() }
    #expect(try get("/", port).hasSuffix("Hello World!"), "\(server.transcript)")
    let link = try AgentLink(at: .path(folder + "/socket-\(server.pid).sock"))
    guard case .value(let plugins, _) = try link.work("plugins", as: "probe") else {
      throw TestSupportError.missing("plugins")
    }
    #expect(plugins["plugins"] != nil)
    guard case .value(let found, _) = try link.work("wsgi requests", as: "probe") else {
      throw TestSupportError.missing("requests")
    }
    #expect(found == .array([]))
  }
}
