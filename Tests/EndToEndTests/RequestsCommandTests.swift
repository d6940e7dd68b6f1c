import Catalog
import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy requests` on every server that the design names, each real, with a request held in its handler.
@Suite struct RequestsCommandTests {
  /// A server, an application for it, and what is to be seen of a request.
  struct Served: Sendable, CustomTestStringConvertible {
    let server: String
    let application: String
    var carrier = "thread"
    /// As the result names the server.
    var named: String
    /// What is known of the duration.
    var duration = "exact"
    var testDescription: String { "\(server) \(application)" }
  }

  static let all: [Served] = [
    Served(server: "gunicorn-sync", application: "wsgi_django", named: "gunicorn sync"),
    Served(server: "gunicorn-gthread", application: "wsgi_flask", named: "gunicorn gthread"),
    Served(server: "gunicorn-gevent", application: "wsgi_flask", carrier: "greenlet", named: "gunicorn gevent"),
    Served(server: "uvicorn", application: "asgi_starlette", carrier: "task", named: "uvicorn", duration: "atLeast"),
    Served(
      server: "uvicorn-uvloop", application: "asgi_fastapi", carrier: "task", named: "uvicorn", duration: "atLeast"),
    Served(server: "hypercorn", application: "asgi_plain", carrier: "task", named: "hypercorn"),
    Served(server: "waitress", application: "wsgi_flask", named: "waitress"),
    Served(server: "werkzeug", application: "wsgi_flask", named: "werkzeug", duration: "atLeast"),
    Served(server: "uwsgi", application: "wsgi_flask", named: "uwsgi", duration: "unknown"),
    Served(server: "mod_wsgi", application: "wsgi_flask", named: "mod_wsgi"),
    Served(server: "daphne", application: "asgi_django", carrier: "task", named: "daphne"),
    Served(server: "tornado", application: "tornado_app", carrier: "task", named: "tornado"),
    Served(server: "aiohttp", application: "aiohttp_app", carrier: "task", named: "aiohttp", duration: "atLeast"),
  ]

  @Test(arguments: all) func aRequestInFlightIsShown(served: Served) throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer(served.server, served.application, on: python)
    let held = try server.hold(
      "/hold/one?page=2&token=hush-hush-9182", headers: ["Authorization": "Bearer hush-hush-5566", "X-Trace": "seen"])
    let run = try IspyRun("requests", "--json", "--headers", "\(held.pid)")
    #expect(run.code == 0, "\(run.errors)")
    let requests = try run.decoded(as: RequestsResult.self).requests
    #expect(requests.count == 1, "\(run.output)")
    let request = try #require(requests.first)
    #expect(request.pid == held.pid)
    #expect(request.method == "GET")
    #expect(request.path == "/hold/one")
    #expect(request.query?.contains("page=2") == true)
    #expect(request.client == "127.0.0.1")
    #expect(request.server?.lowercased().hasPrefix(served.named) == true, "\(request.server ?? "nil")")
    #expect(request.carriers.contains { $0.kind == served.carrier }, "\(request.carriers)")
    #expect(request.duration == served.duration)
    #expect((request.seconds == nil) == (served.duration == "unknown"))
    if let seconds = request.seconds { #expect(seconds >= 0 && seconds < 600) }
    let place = try #require(request.place)
    #expect(place.file.hasSuffix("/gate.py"), "\(place)")
    #expect(place.function.hasPrefix("hold"))
    #expect(request.isConsistent)
    #expect(!run.output.contains("hush-hush"), "\(run.output)")
    #expect(run.output.contains("seen"))
    let text = try IspyRun("requests", "\(held.pid)")
    #expect(text.code == 0)
    #expect(text.output.contains("GET /hold/one?page=2&token=<redacted"), "\(text.output)")
    try held.release()
    #expect(try IspyRun("requests", "--json", "\(held.pid)").decoded(as: RequestsResult.self).requests.isEmpty)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func anApplicationsNameMeansAllItsWorkers(python: PythonInterpreter) throws {
    let server = try WebServer("gunicorn-gthread", "wsgi_plain", on: python)
    let one = try server.hold("/hold/first")
    let two = try server.hold("/hold/second")
    let run = try IspyRun("requests", "--json", "\(server.pid)/children")
    let requests = try run.decoded(as: RequestsResult.self).requests
    #expect(Set(requests.map(\.path)) == ["/hold/first", "/hold/second"])
    #expect(Set(requests.map(\.pid)) == [one.pid, two.pid])
    let rows = try IspyRun("ps", "--json").decoded(as: ProcessListResult.self).processes
    let master = try #require(rows.first { $0.pid == server.pid })
    #expect(master.application == Application(name: "wsgi_plain", server: "gunicorn", role: .master))
    let worker = try #require(rows.first { $0.pid == one.pid })
    #expect(worker.application == Application(name: "wsgi_plain", server: "gunicorn", role: .worker))
    #expect(worker.parent == server.pid)
    let named = try IspyRun("requests", "--json", "wsgi_plain").decoded(as: RequestsResult.self)
    #expect(named.requests.contains { $0.pid == one.pid && $0.path == "/hold/first" })
    try one.release()
    try two.release()
  }

  @Test func followShowsBeginAndEndAndKeepsWhatItHasOnInterrupt() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let first = try server.hold("/hold/first")
    let follower = try ChildProcess([
      try IspyRun.path(), "requests", "--json", "--follow", "--interval", "50ms", "\(server.pid)/children",
    ])
    defer { follower.end() }
    #expect(try events(follower.line()) == ["running /hold/first"])
    let second = try server.hold("/hold/second")
    #expect(try events(follower.line()) == ["begun /hold/second"])
    try first.release()
    #expect(try events(follower.line()) == ["ended /hold/first"])
    follower.signal(SIGINT)
    #expect(try follower.waitForExit() == 0)
    try second.release()
  }

  private func events(_ line: String) throws -> [String] {
    try JSONDecoder().decode(RequestsResult.self, from: Data(line.utf8)).requests.map {
      "\($0.event ?? "?") \($0.path)"
    }
  }

  @Test func aWebSocketIsARequestOfItsKind() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("uvicorn", "asgi_starlette", on: python)
    let held = try server.hold(
      "/ws/chat",
      headers: [
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ])
    let request = try #require(
      try IspyRun("requests", "--json", "\(held.pid)").decoded(as: RequestsResult.self).requests.first)
    #expect(request.kind == "websocket")
    #expect(request.path == "/ws/chat")
  }

  @Test func aTaskOfCeleryIsSeenInItsWorker() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let worker = try WebServer("celery-prefork", "celery_app", on: python)
    let task = try worker.holdTask("one")
    let dump = try #require(
      try IspyRun("dump", "--json", "\(task.pid)").decoded(as: DumpResult.self).processes.first)
    #expect(dump.application.server == "celery")
    #expect(dump.threads.contains { $0.stack.frames.contains { $0.function == "hold" } })
    try task.release()
  }
}
