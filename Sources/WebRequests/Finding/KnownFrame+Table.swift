extension KnownFrame {
  /// By function name: most frames of a stack are none of these, and one look into the table says so.
  static let table: [String: [KnownFrame]] = Dictionary(grouping: all, by: \.function)

  /// The entry for a code object.
  static func of(file: String, function: String) -> KnownFrame? {
    table[function]?.first { file.hasSuffix($0.file) }
  }

  static let all: [KnownFrame] = gunicorn + asgi + wsgi + others + frameworks + joints

  // MARK: - Servers

  /// gunicorn 20 to 27.
  private static let gunicorn: [KnownFrame] = [
    KnownFrame(
      "/gunicorn/workers/sync.py", "handle_request", server: "gunicorn sync", .request("environ"),
      .start("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/gthread.py", "handle_request", server: "gunicorn gthread", .request("environ"),
      .start("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/gthread.py", "handle_http2_request", server: "gunicorn gthread", .request("environ"),
      .start("request_start", .wallClock)),
    // Of gevent and eventlet; which of them, the frame around it says.
    KnownFrame(
      "/gunicorn/workers/base_async.py", "handle_request", .request("environ"), .start("request_start", .wallClock)),
    KnownFrame(
      "/gunicorn/workers/base_async.py", "handle_http2_request", .request("environ"),
      .start("request_start", .wallClock)),
    KnownFrame("/gunicorn/workers/ggevent.py", "handle_request", server: "gunicorn gevent"),
    KnownFrame("/gunicorn/workers/geventlet.py", "handle", server: "gunicorn eventlet"),
    KnownFrame(
      "/gunicorn/asgi/protocol.py", "_handle_http_request", server: "gunicorn asgi", .request("scope"),
      .start("request_start", .monotonic)),
    KnownFrame(
      "/gunicorn/asgi/protocol.py", "_handle_http2_request", server: "gunicorn asgi", .request("scope"),
      .start("request_start", .monotonic)),
    KnownFrame("/gunicorn/asgi/protocol.py", "_handle_websocket", server: "gunicorn asgi", .request("scope")),
  ]

  /// uvicorn notes no start. Hypercorn does, on the stream that its `send` belongs to.
  private static let asgi: [KnownFrame] = [
    KnownFrame(
      "/uvicorn/protocols/http/h11_impl.py", "run_asgi", server: "uvicorn h11", .request("self.scope"),
      .peer("self.on_response.__self__.client")),
    KnownFrame(
      "/uvicorn/protocols/http/httptools_impl.py", "run_asgi", server: "uvicorn httptools", .request("self.scope"),
      .peer("self.on_response.__self__.client")),
    KnownFrame(
      "/uvicorn/protocols/websockets/websockets_impl.py", "run_asgi", server: "uvicorn websockets",
      .request("self.scope"), .peer("self.client")),
    KnownFrame(
      "/uvicorn/protocols/websockets/websockets_sansio_impl.py", "run_asgi", server: "uvicorn websockets",
      .request("self.scope"), .peer("self.client")),
    KnownFrame(
      "/uvicorn/protocols/websockets/wsproto_impl.py", "run_asgi", server: "uvicorn wsproto",
      .request("self.scope"), .peer("self.client")),
    KnownFrame(
      "/hypercorn/asyncio/task_group.py", "_handle", server: "hypercorn", .request("scope"),
      .start("send.__self__.start_time", .epoch)),
    KnownFrame(
      "/hypercorn/trio/task_group.py", "_handle", server: "hypercorn trio", .request("scope"),
      .start("send.__self__.start_time", .epoch)),
    KnownFrame("/daphne/server.py", "run", .daphneConnections("self.connections")),
  ]

  private static let wsgi: [KnownFrame] = [
    KnownFrame(
      "/waitress/task.py", "execute", server: "waitress", .request("self.environ"), .start("self.start_time", .epoch)),
    KnownFrame("/waitress/task.py", "handler_thread", .stale),
    KnownFrame("/werkzeug/serving.py", "run_wsgi", server: "werkzeug", .request("environ")),
    KnownFrame("/werkzeug/serving.py", "execute", server: "werkzeug", .request("environ")),
    KnownFrame("/django/core/servers/basehttp.py", "handle_one_request", server: "django runserver"),
    KnownFrame("/wsgiref/handlers.py", "run", .request("self.environ")),
    KnownFrame("/wsgiref/simple_server.py", "handle", server: "wsgiref"),
    KnownFrame("/cheroot/wsgi.py", "respond", server: "cheroot", .request("self.env")),
    KnownFrame(
      "/gevent/pywsgi.py", "handle_one_response", server: "gevent pywsgi", .request("self.environ"),
      .start("self.time_start", .epoch)),
    KnownFrame(
      "/eventlet/wsgi.py", "handle_one_response", server: "eventlet", .request("self.environ"),
      .start("start", .epoch)),
  ]

  private static let others: [KnownFrame] = [
    KnownFrame("/tornado/web.py", "_execute", server: "tornado", .request("self.request"), .handler("self")),
    // Without an access log it notes no start.
    KnownFrame(
      "/aiohttp/web_protocol.py", "_handle_request", server: "aiohttp", .request("request"),
      .start("start_time", .monotonic)),
    KnownFrame("/aiohttp/web_protocol.py", "start", .stale),
  ]

  // MARK: - Frameworks

  private static let frameworks: [KnownFrame] = [
    KnownFrame("/flask/app.py", "wsgi_app", .request("environ"), .views("self.view_functions")),
    // A mount's route is the outer one, and its path the beginning.
    KnownFrame("/starlette/routing.py", "handle", .request("scope"), .route("self")),
  ]

  /// How frameworks hand a request's work to a thread.
  private static let joints: [KnownFrame] = [
    KnownFrame("/anyio/_backends/_asyncio.py", "run_sync_in_worker_thread", .link("future")),
    KnownFrame("/anyio/_backends/_asyncio.py", "run", .link("future")),
    KnownFrame("/asgiref/sync.py", "__call__", .link("task_context")),
    KnownFrame("/asgiref/sync.py", "thread_handler", .link("task_context")),
    KnownFrame("/asyncio/threads.py", "to_thread", .link("func_call")),
    // Function, arguments and keywords are in one tuple since 3.14.
    KnownFrame("/concurrent/futures/thread.py", "run", .link("self.fn"), .link("self.task.0")),
  ]
}
