public import Redaction
public import Values

/// What `requests` found: the HTTP requests in flight, those that run longest first.
///
/// With `--follow` the first result has all requests, and each one after it only those that began or ended.
public struct RequestsResult: CommandResult, Equatable {
  public var schema = "ispyd.requests/1"
  public var requests: [RequestSummary]
  /// Processes that were meant and could not be read.
  public var unread: [UnreadProcess]
  /// It goes on from a result before it.
  public var isContinuation: Bool

  public init(requests: [RequestSummary], unread: [UnreadProcess] = [], isContinuation: Bool = false) {
    self.requests = requests
    self.unread = unread
    self.isContinuation = isContinuation
  }

  public var isPartial: Bool { !unread.isEmpty }

  public mutating func redact(with redactor: inout Redactor) {
    for index in requests.indices { requests[index].redact(with: &redactor) }
  }
}

/// One HTTP request or WebSocket connection.
public struct RequestSummary: Codable, Sendable, Equatable {
  /// The worker that serves it.
  public var pid: Int32
  public var application: Application
  /// With `--follow`: `running` at the first look, then `begun` or `ended`.
  public var event: String?
  /// `http` or `websocket`.
  public var kind: String
  public var method: String?
  /// Without the query, percent-decoded.
  public var path: String
  public var query: String?
  public var scheme: String?
  public var host: String?
  /// Who asked, as the application sees it.
  public var client: String?
  public var clientPort: Int?
  /// `X-Forwarded-For`, as it came.
  public var forwardedFor: String?
  public var httpVersion: String?
  /// `gunicorn gthread`, `uvicorn h11`, `mod_wsgi`.
  public var server: String?
  public var route: RouteSummary?
  /// How long it has been running; nil where nothing says.
  public var seconds: Double?
  /// What `seconds` is: `exact`, `atLeast` or `unknown`.
  public var duration: String
  /// What it runs on, the server's own first.
  public var carriers: [CarrierSummary]
  /// The application's own innermost frame.
  public var place: FrameDump?
  /// The innermost frame of all, where it is another: what `place` called.
  public var innermost: FrameDump?
  /// Nil where headers were not asked for.
  public var headers: [Value.Field]?
  /// Whether all its stacks are proven.
  public var isConsistent: Bool

  /// What the application made of the URL.
  public struct RouteSummary: Codable, Sendable, Equatable {
    /// As the application wrote it: `/orders/<int:id>`.
    public var pattern: String?
    public var name: String?
    /// The function or class behind it: `shop.views.order`.
    public var view: String?
  }

  /// A thread, a task or a greenlet.
  public struct CarrierSummary: Codable, Sendable, Equatable {
    /// `thread`, `task` or `greenlet`.
    public var kind: String
    public var name: String?
    /// Of a thread: `threading.get_ident()`, and the kernel's id as this host sees it.
    public var ident: UInt64?
    public var nativeID: Int32?
    /// Of a task or greenlet: the object's.
    public var address: String?
  }
}
