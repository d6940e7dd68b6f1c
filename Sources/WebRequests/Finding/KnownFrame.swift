/// A function of a server or library in which a request is served, and where in its variables what is known of it lies.
struct KnownFrame {
  /// The end of `co_filename`.
  let file: String
  /// `co_name`.
  let function: String
  /// The server, where this frame gives it away.
  let server: String?
  /// Where the request is.
  let request: LocalPath?
  /// Where its start is noted, and by which clock.
  let start: (path: LocalPath, clock: Clock)?
  /// Objects that another stack of the same request holds too: they join an awaiting task to the thread that works for it.
  let links: [LocalPath]
  /// The function outlives its requests and its variables may hold the last one: they prove nothing.
  let isStale: Bool

  enum Clock {
    /// A `float` of `time.time()`.
    case epoch
    /// A `float` of `time.monotonic()` or `loop.time()`.
    case monotonic
    /// A naive `datetime`, local time.
    case wallClock
  }

  init(
    _ file: String, _ function: String, server: String? = nil, request: LocalPath? = nil,
    start: (path: LocalPath, clock: Clock)? = nil, links: [LocalPath] = [], isStale: Bool = false
  ) {
    self.file = file
    self.function = function
    self.server = server
    self.request = request
    self.start = start
    self.links = links
    self.isStale = isStale
  }
}

/// A variable of a frame and the attributes, or tuple indices, that lead on from it: `self.scope`, `self.task.0`.
struct LocalPath: ExpressibleByStringLiteral {
  let local: String
  let steps: [String]

  init(stringLiteral text: String) {
    let parts = text.split(separator: ".").map(String.init)
    local = parts.first ?? ""
    steps = Array(parts.dropFirst())
  }
}

extension KnownFrame {
  /// By function name: most frames of a stack are none of these, and one look into the table says so.
  static let table: [String: [KnownFrame]] = Dictionary(grouping: all, by: \.function)

  /// The entry for a code object.
  static func of(file: String, function: String) -> KnownFrame? {
    table[function]?.first { file.hasSuffix($0.file) }
  }

  private static let all: [KnownFrame] = gunicorn + asgi + wsgi + other + joints

  // gunicorn 20 to 27.
  private static let gunicorn: [KnownFrame] = [
    KnownFrame(
      "/gunicorn/workers/sync.py", "handle_request", server: "gunicorn sync", request: "environ",
      start: ("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/gthread.py", "handle_request", server: "gunicorn gthread", request: "environ",
      start: ("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/gthread.py", "handle_http2_request", server: "gunicorn gthread", request: "environ",
      start: ("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/base_async.py", "handle_request", request: "environ", start: ("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/base_async.py", "handle_http2_request", request: "environ",
      start: ("request_start", .wallClock)),
    KnownFrame("/gunicorn/workers/ggevent.py", "handle_request", server: "gunicorn gevent"),
    KnownFrame("/gunicorn/workers/geventlet.py", "handle", server: "gunicorn eventlet"),
    KnownFrame("/gunicorn/asgi/protocol.py", "_handle_http_request", server: "gunicorn asgi", request: "scope"),
    KnownFrame("/gunicorn/asgi/protocol.py", "_handle_http2_request", server: "gunicorn asgi", request: "scope"),
    KnownFrame("/gunicorn/asgi/protocol.py", "_handle_websocket", server: "gunicorn asgi", request: "scope"),
  ]

  private static let asgi: [KnownFrame] = [
    KnownFrame("/uvicorn/protocols/http/h11_impl.py", "run_asgi", server: "uvicorn h11", request: "self.scope"),
    KnownFrame(
      "/uvicorn/protocols/http/httptools_impl.py", "run_asgi", server: "uvicorn httptools", request: "self.scope"),
    KnownFrame(
      "/uvicorn/protocols/websockets/websockets_impl.py", "run_asgi", server: "uvicorn websockets",
      request: "self.scope"),
    KnownFrame(
      "/uvicorn/protocols/websockets/websockets_sansio_impl.py", "run_asgi", server: "uvicorn websockets",
      request: "self.scope"),
    KnownFrame(
      "/uvicorn/protocols/websockets/wsproto_impl.py", "run_asgi", server: "uvicorn wsproto", request: "self.scope"),
    KnownFrame(
      "/hypercorn/asyncio/task_group.py", "_handle", server: "hypercorn", request: "scope",
      start: ("send.__self__.start_time", .epoch)),
    KnownFrame(
      "/hypercorn/trio/task_group.py", "_handle", server: "hypercorn trio", request: "scope",
      start: ("send.__self__.start_time", .epoch)),
  ]

  private static let wsgi: [KnownFrame] = [
    KnownFrame(
      "/waitress/task.py", "execute", server: "waitress", request: "self.environ", start: ("self.start_time", .epoch)),
    KnownFrame("/werkzeug/serving.py", "run_wsgi", server: "werkzeug", request: "environ"),
    KnownFrame("/werkzeug/serving.py", "execute", server: "werkzeug", request: "environ"),
    KnownFrame("/django/core/servers/basehttp.py", "handle_one_request", server: "django runserver"),
    KnownFrame("/wsgiref/handlers.py", "run", request: "self.environ"),
    KnownFrame("/wsgiref/simple_server.py", "handle", server: "wsgiref"),
    KnownFrame("/cheroot/wsgi.py", "respond", server: "cheroot", request: "self.env"),
    KnownFrame(
      "/gevent/pywsgi.py", "handle_one_response", server: "gevent pywsgi", request: "self.environ",
      start: ("self.time_start", .epoch)),
    KnownFrame(
      "/eventlet/wsgi.py", "handle_one_response", server: "eventlet", request: "self.environ",
      start: ("start", .epoch)),
  ]

  private static let other: [KnownFrame] = [
    KnownFrame("/tornado/web.py", "_execute", server: "tornado", request: "self.request"),
    KnownFrame(
      "/aiohttp/web_protocol.py", "_handle_request", server: "aiohttp", request: "request",
      start: ("start_time", .monotonic)),
    // Both wait for the connection's next request with the last one still in a variable.
    KnownFrame("/aiohttp/web_protocol.py", "start", server: "aiohttp", isStale: true),
    KnownFrame("/waitress/task.py", "handler_thread", isStale: true),
  ]

  private static let joints: [KnownFrame] = [
    KnownFrame("/anyio/_backends/_asyncio.py", "run_sync_in_worker_thread", links: ["future"]),
    KnownFrame("/anyio/_backends/_asyncio.py", "run", links: ["future"]),
    KnownFrame("/asgiref/sync.py", "__call__", links: ["task_context"]),
    KnownFrame("/asgiref/sync.py", "thread_handler", links: ["task_context"]),
    KnownFrame("/asyncio/threads.py", "to_thread", links: ["func_call"]),
    // Since 3.14 `self.task` holds function, arguments and keywords.
    KnownFrame("/concurrent/futures/thread.py", "run", links: ["self.fn", "self.task.0"]),
  ]
}
