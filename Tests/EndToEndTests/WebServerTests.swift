import TestSupport
import Testing

/// The set-up's own test: that each server, real and with a request in flight, is there for the others to look at.
@Suite("web servers of the tests")
struct WebServerTests {
  @Test(arguments: [
    ("gunicorn-gthread", "wsgi_flask"), ("gunicorn-gevent", "wsgi_plain"), ("uvicorn", "asgi_starlette"),
    ("uvicorn-uvloop", "asgi_fastapi"), ("hypercorn", "asgi_plain"), ("waitress", "wsgi_flask"),
    ("werkzeug", "wsgi_flask"), ("uwsgi", "wsgi_flask"), ("mod_wsgi", "wsgi_flask"), ("daphne", "asgi_django"),
    ("tornado", "tornado_app"), ("aiohttp", "aiohttp_app"),
  ])
  func aRequestIsHeldUntilReleased(server: String, application: String) throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let served = try WebServer(server, application, on: python)
    let request = try served.hold("/hold/one?token=abc", headers: ["Authorization": "Bearer abc"])
    #expect(request.pid > 1)
    #expect(try request.release().hasPrefix("HTTP/1.1 200"))
  }

  @Test func aCeleryTaskIsHeldUntilReleased() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let worker = try WebServer("celery-prefork", "celery_app", on: python)
    let task = try worker.holdTask("one")
    #expect(task.pid != worker.pid)
    try task.release()
  }

  @Test(arguments: PythonInterpreter.withServers)
  func gunicornHoldsARequest(python: PythonInterpreter) throws {
    let served = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let request = try served.hold("/hold/one")
    #expect(request.pid != served.pid)
    #expect(try request.release().contains("one 17 19"))
  }

  @Test func whatIsNotInstalledIsNamed() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name != "3.11" })
    #expect(throws: TestSupportError.self) { try WebServer("uwsgi", "wsgi_plain", on: python) }
  }
}
