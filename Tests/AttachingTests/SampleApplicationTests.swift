import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// examples/embedded as it is, but for where it listens: real Flask under a real server.
@Suite struct SampleApplicationTests {
  private static let python: PythonInterpreter? = PythonInterpreter.withServers.first { $0.name == "3.11" }

  private func get(_ path: String, _ port: UInt16) throws -> String {
    let client = try LoopbackConnection(port: port)
    try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return try client.receive()
  }

  /// With `--preload` the manager is started before the workers are forked, else in each of them.
  @Test(arguments: [["sync"], ["sync", "--preload"], ["gthread", "--preload"], ["gevent"], ["gevent", "--preload"]])
  func underGunicornEachWorkerHasItsAgent(_ words: [String]) throws {
    let python = try #require(Self.python)
    let folder = try AgentPackage.folder()
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let gunicorn = ["-m", "gunicorn", "--bind", "127.0.0.1:PORT", "--workers", "2", "--no-control-socket"]
    let (server, port) = try AgentPackage.serveSample(
      gunicorn + ["--worker-class"] + words + ["wsgi:application"], in: folder, python)
    defer { server.end() }
    let wanted = words.contains("--preload") ? 3 : 2
    let pids = try eventually {
      AgentPackage.listening(in: folder).count == wanted ? AgentPackage.listening(in: folder) : nil
    }
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
    #expect(AgentPackage.listening(in: folder) == [], "\(server.transcript)")
    for words in ["no agent listens", "Exception ignored", "manager.py"] {
      #expect(!server.transcript.contains(words), "\(server.transcript)")
    }
  }

  /// Which tells Python of a fork where it is asked to.
  @Test func underUWSGIEachWorkerHasItsAgent() throws {
    let python = try #require(Self.python)
    let folder = try AgentPackage.folder()
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let words = [
      "-c",
      "import os, sys; os.execv(os.path.dirname(sys.executable) + '/uwsgi', ['uwsgi', '--virtualenv', sys.prefix] + sys.argv[1:])",
      "--http-socket", "127.0.0.1:PORT", "--master", "--die-on-term", "--need-app", "--processes", "2",
      "--enable-threads", "--py-call-osafterfork", "--pythonpath", "FOLDER", "--module", "wsgi:application",
    ]
    let (server, port) = try AgentPackage.serveSample(words, in: folder, python)
    defer { server.end() }
    let pids = try eventually {
      AgentPackage.listening(in: folder).count == 3 ? AgentPackage.listening(in: folder) : nil
    }
    #expect(try get("/", port).hasSuffix("Hello World!"), "\(server.transcript)")
    for pid in pids {
      #expect(try AgentLink(at: .path(folder + "/socket-\(pid).sock")).status().pid == pid)
    }
    server.signal(SIGTERM)
    #expect(try server.waitForExit() == 0, "\(server.transcript)")
    // The workers took away what is theirs; its master comes to no end of Python's.
    #expect(AgentPackage.listening(in: folder).isSubset(of: [server.pid]), "\(server.transcript)")
  }

  @Test func byItselfItServesToo() throws {
    let python = try #require(Self.python)
    let folder = try AgentPackage.folder()
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let (server, port) = try AgentPackage.serveSample(["FOLDER/wsgi.py"], in: folder, python)
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
