import Catalog
import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy probe requests` on real servers, with a request that is held in the middle of an SQL statement.
@Suite struct ProbeRequestsCommandTests {
  /// A server, an application for it, and what its requests run on.
  struct Served: Sendable, CustomTestStringConvertible {
    let server: String
    let application: String
    let carrier: String
    var path = "/hold/one"
    var testDescription: String { "\(server) \(path)" }
  }

  static let all = [
    Served(server: "gunicorn-sync", application: "wsgi_database", carrier: "thread"),
    Served(server: "gunicorn-gthread", application: "wsgi_database", carrier: "thread"),
    Served(server: "gunicorn-gthread", application: "wsgi_database", carrier: "thread", path: "/hold-django/one"),
    Served(server: "gunicorn-gevent", application: "wsgi_database", carrier: "greenlet"),
    Served(server: "uvicorn", application: "asgi_database", carrier: "task"),
    Served(server: "uvicorn", application: "asgi_database", carrier: "thread", path: "/hold-sync/one"),
  ]

  private func watch(_ target: String, _ words: String...) throws -> ChildProcess {
    try ChildProcess([try IspyRun.path(), "probe", "requests", target, "--json"] + words)
  }

  private func result(_ line: String) throws -> SlowRequestsResult {
    try JSONDecoder().decode(SlowRequestsResult.self, from: Data(line.utf8))
  }

  /// The targets of a watch: the workers, or the server where it has none.
  private func target(_ server: WebServer, _ served: Served) -> String {
    served.server.hasPrefix("gunicorn") ? "\(server.pid)/children" : "\(server.pid)"
  }

  private func ask(_ server: WebServer, _ path: String) throws {
    let client = try LoopbackConnection(port: server.port)
    try client.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    #expect(try client.receive().hasPrefix("HTTP/1.1 200"))
  }

  /// Until its request has run for so long, as anybody sees it from outside.
  private func wait(for held: HeldRequest, seconds: Double) throws {
    _ = try eventually {
      let requests = try IspyRun("requests", "--json", "\(held.pid)").decoded(as: RequestsResult.self).requests
      return requests.contains { ($0.seconds ?? 0) >= seconds } ? true : nil
    }
  }

  private static let versions: Set = ["3.8", "3.11", "3.13", "3.14"]

  @Test(arguments: all, PythonInterpreter.withServers.filter { versions.contains($0.name) })
  func aSlowRequestIsShownWithItsStackAndStatement(served: Served, python: PythonInterpreter) throws {
    let server = try WebServer(served.server, served.application, on: python)
    let watch = try watch(target(server, served), "--slower", "300ms", "--hits", "1")
    defer { watch.end() }
    let first = try result(watch.line())
    #expect(!first.processes.isEmpty && first.requests.isEmpty)
    try ask(server, "/")
    let held = try server.hold(served.path)
    try wait(for: held, seconds: 3)
    try held.release()
    let line = try watch.line()
    let slow = try #require(try result(line).requests.first, "\(line)")
    #expect(slow.request.path == served.path && slow.request.pid == held.pid && slow.request.method == "GET")
    #expect(slow.outcome == .over)
    #expect((slow.request.seconds ?? 0) >= 0.3)
    #expect(slow.request.carriers.contains { $0.kind == served.carrier }, "\(slow.request.carriers)")
    #expect(slow.samples > 0 && slow.samplesCut == 0)
    let stack = try #require(slow.heaviest, "\(line)").frames
    #expect(slow.places.first?.frame == stack.first)
    #expect(stack.contains { $0.file.hasSuffix("/gate.py") && $0.function == "hold" }, "\(stack)")
    let isDjango = served.path.contains("django")
    #expect(stack.contains { $0.function.hasSuffix(isDjango ? "execute" : "do_execute") })
    #expect(stack.contains { $0.file.hasSuffix("\(served.application).py") })
    // The server's own loop is no part of it.
    #expect(!stack.contains { $0.file.hasSuffix("/gunicorn/arbiter.py") || $0.function == "run_forever" }, "\(stack)")
    #expect(slow.statements.map(\.statement) == ["SELECT hold(?) AS held, ? AS card, ? AS number"], "\(line)")
    let last = try result(watch.line())
    #expect(try watch.waitForExit() == 0)
    #expect(last.figures?.shown == 1 && last.figures?.why == "1 were shown")
    #expect(!watch.transcript.contains("4111"))
  }

  @Test func ofARouteOnlyAndWhatRunsOnAtTheEnd() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_database", on: python)
    let watch = try ChildProcess([
      try IspyRun.path(), "probe", "requests", "\(server.pid)/children", "GET /hold/<what>", "--slower", "200ms",
    ])
    defer { watch.end() }
    #expect(try watch.line().contains("for requests GET /hold/<what> that take 200 ms and more"))
    let held = try server.hold("/hold/4111111111111111?token=hush-hush-9182")
    try wait(for: held, seconds: 3)
    watch.signal(SIGINT)
    #expect(try watch.waitForExit() == 0)
    let text = watch.transcript
    #expect(text.contains("runs on") && text.contains("route /hold/<what>"), "\(text)")
    #expect(text.contains("SELECT hold(?) AS held, ? AS card, ? AS number"), "\(text)")
    #expect(text.contains("1 of 200 ms and more shown") && text.contains("; interrupted"), "\(text)")
    #expect(!text.contains("4111") && !text.contains("hush-hush"), "\(text)")
    let other = try IspyRun("probe", "requests", "\(held.pid)", "/other", "--slower", "1ms", "--for", "1s", "--json")
    #expect(other.code == 0 && !other.output.contains("/hold"), "\(other.output)")
    #expect(other.output.contains("its time is over"))
    try held.release()
  }

  @Test func workersThatTheServerStartsAnewAreWatchedToo() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gevent", "wsgi_database", on: python)
    let watch = try watch("\(server.pid)/children", "--slower", "200ms", "--hits", "1")
    defer { watch.end() }
    let old = try #require(try result(watch.line()).processes.first)
    kill(old, SIGKILL)
    #expect(try result(watch.line()).unread.map(\.pid) == [old])
    let held = try server.hold("/hold/one")
    #expect(held.pid != old)
    try wait(for: held, seconds: 4)
    try held.release()
    #expect(try result(watch.line()).requests.map(\.request.pid) == [held.pid])
  }

  @Test func whoseProcessEndsIsShown() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_database", on: python)
    let held = try server.hold("/hold/one")
    let watch = try watch("\(held.pid)", "--slower", "200ms")
    defer { watch.end() }
    _ = try watch.line()
    try wait(for: held, seconds: 3)
    kill(held.pid, SIGKILL)
    let shown = try result(watch.line())
    #expect(shown.requests.map(\.outcome) == [.processEnded] && shown.unread.map(\.pid) == [held.pid])
    #expect(try result(watch.line()).figures?.why == "all processes have ended")
  }
}
