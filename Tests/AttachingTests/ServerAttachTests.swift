import CPython
import JSON
import RemoteProcess
import TestSupport
import Testing

@testable import Attaching

/// Attaching to real web servers while they serve: every request is answered, and afterwards everything is as it was.
@Suite struct ServerAttachTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let server: String
    let application: String
    let python: PythonInterpreter
    var testDescription: String { "\(server) on \(python)" }
  }

  private static let versions: Set = ["3.8", "3.11", "3.12", "3.13", "3.14"]
  private static let everywhere = [
    ("gunicorn-sync", "wsgi_plain"), ("gunicorn-gthread", "wsgi_plain"), ("gunicorn-gevent", "wsgi_plain"),
    ("uvicorn", "asgi_plain"), ("uvicorn-uvloop", "asgi_plain"),
  ]
  private static let somewhere = [
    ("hypercorn", "asgi_plain", ["3.11", "3.14"]), ("waitress", "wsgi_plain", ["3.11", "3.14"]),
    ("uwsgi", "wsgi_plain", ["3.11"]), ("uwsgi-threads", "wsgi_plain", ["3.11"]),
    ("mod_wsgi", "wsgi_plain", ["3.11"]), ("mod_wsgi-main", "wsgi_plain", ["3.11"]),
  ]

  static let cases: [Case] =
    PythonInterpreter.withServers.filter { versions.contains($0.name) }.flatMap { python in
      (everywhere + somewhere.filter { $0.2.contains(python.name) }.map { ($0.0, $0.1) }).map {
        Case(server: $0.0, application: $0.1, python: python)
      }
    }

  @Test(arguments: cases)
  func everyRequestIsAnswered(_ tried: Case) throws {
    let server = try WebServer(tried.server, tried.application, on: tried.python)
    let held = try server.hold("/hold/one")
    let worker = try Identity(held.pid)
    let load = RequestLoad(port: server.port)
    // With a request in its handler, time after time: what it waits in is then a call that the kernel begins again. And
    // then with none but those that come and go.
    for _ in 0..<2 { try AttachedAgent.cycle(in: worker.pid) }
    #expect(try held.release().contains(" 200 "))
    for _ in 0..<3 { try AttachedAgent.cycle(in: worker.pid) }
    let outcome = load.finish()
    #expect(outcome.answered > 0)
    #expect(outcome.failures == [], "\(server.transcript)")
    // The same process, and it serves: of several workers, sooner or later.
    #expect(try Identity(worker.pid) == worker)
    _ = try eventually { () -> Bool? in
      let request = try server.hold("/hold/two")
      #expect(try request.release().contains(" 200 "))
      return request.pid == worker.pid ? true : nil
    }
  }

  /// A console is a thread of the worker's, whatever the worker has made of threads: it answers, is interrupted, and requests
  /// are served meanwhile.
  @Test(arguments: cases.filter { ["3.11", "3.14"].contains($0.python.name) })
  func aConsoleTalksInEveryServer(_ tried: Case) throws {
    let server = try WebServer(tried.server, tried.application, on: tried.python)
    let held = try server.hold("/hold/one")
    let agent = try AttachedAgent.patiently(in: held.pid)
    let script = TalkingTests.Script(["6 * 7", "exec('while True: pass')", "^C running", "'still there'", "exit()"])
    let console = try agent.link.opening(for: "python console").connect()
    let outcome = try console.converse("python console", as: "console", [String: String](), script.talk)
    #expect(outcome == .value(.null, said: ""))
    #expect(script.text.contains(">>> 6 * 7\n42\n"), "\(script.text)")
    #expect(script.text.contains("KeyboardInterrupt\n>>> 'still there'\n'still there'\n"), "\(script.text)")
    #expect(try held.release().contains(" 200 "))
    #expect(try agent.detach().isComplete)
    #expect(try server.hold("/hold/two").release().contains(" 200 "), "\(server.transcript)")
  }

  /// Under mod_wsgi an application lives in a subinterpreter.
  @Test(arguments: [("mod_wsgi", 1), ("mod_wsgi-main", 0)] as [(String, Int64)])
  func theAgentIsWhereTheApplicationIs(_ name: String, _ interpreter: Int64) throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer(name, "wsgi_plain", on: python)
    let held = try server.hold("/hold/one")
    let agent = try AttachedAgent.patiently(in: held.pid)
    let found = try AgentSearch(process: agent.process).agents()
    #expect(found.map(\.thread.interpreter.id) == [interpreter])
    #expect(try agent.detach().isComplete)
    #expect(try held.release().contains(" 200 "))
  }

  @Test func aTaskOfCeleryGoesOn() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("celery-prefork", "celery_app", on: python)
    let held = try server.holdTask("one")
    let worker = try Identity(held.pid)
    for _ in 0..<3 { try AttachedAgent.cycle(in: worker.pid) }
    try held.release()
    #expect(try Identity(worker.pid) == worker)
    // It takes another task with an agent in it, and with none.
    let agent = try AttachedAgent.patiently(in: worker.pid)
    func isTaken() throws -> Bool? {
      let task = try server.holdTask("two")
      try task.release()
      return task.pid == worker.pid ? true : nil
    }
    _ = try eventually(isTaken)
    #expect(try agent.detach().isComplete)
    _ = try eventually(isTaken)
  }
}
