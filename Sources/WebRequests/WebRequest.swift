/// An HTTP request or WebSocket connection that a process serves at the moment of the look.
///
/// It is plain data, with every text bounded, and nothing in it is redacted: path, query, headers and client address are
/// the user's, and whoever shows them redacts them first.
public struct WebRequest: Equatable, Sendable {
  public var kind: Kind
  /// `GET`; nil for a WebSocket, and where it could not be read.
  public var method: String?
  /// Decoded, without the query: `/orders/17`.
  public var path: String
  /// As it came, without `?`; nil where there is none.
  public var query: String?
  public var scheme: String?
  /// What the client asked for, with the port where it gave one.
  public var host: String?
  /// Who asked, as the application sees it: behind a proxy the proxy, unless the server was told to believe its headers.
  public var client: Client?
  /// The other end of the TCP connection; nil where its port is not known.
  public var connection: Client?
  /// `X-Forwarded-For` as it came: a claim of whoever sent it.
  public var forwardedFor: String?
  /// `1.1`, `2`.
  public var httpVersion: String?
  /// The server that runs it: `gunicorn gthread`, `uvicorn h11`.
  public var server: String?
  public var route: Route?
  public var duration: RequestDuration
  /// What the request runs on, the outermost first.
  public var carriers: [Carrier]
  /// For each of the carriers: where its stack first knows of the request, in frames from the outermost one, which is 0;
  /// nil where the stack is only known to belong to it.
  public var depths: [Int?] = []
  /// The innermost frame of the application's own; nil where none of its code is on the stacks.
  public var place: CodePlace?
  /// Of the carriers: the one whose stack `place` and `innermost` are of.
  public var placeCarrier: Carrier?
  /// The innermost frame of all, library or not: what `place` is waiting in.
  public var innermost: CodePlace?
  /// Request headers in the order they came; empty unless they were asked for.
  public var headers: [Header]
  /// The stacks it was seen on were proven consistent.
  public var isConsistent: Bool
  /// Tells it apart from others of the same process while it lasts: the address of its `environ`, `scope` or object.
  public var identity: UInt64

  public enum Kind: String, Sendable {
    case http, websocket
  }

  /// The other end of the connection.
  public struct Client: Hashable, Sendable {
    public var address: String
    public var port: Int?

    public init(address: String, port: Int? = nil) {
      self.address = address
      self.port = port
    }
  }

  /// One header, as text; bytes beyond ASCII as Latin-1, as HTTP has them.
  public struct Header: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What the application made of the URL.
  public struct Route: Equatable, Sendable {
    /// As the application wrote it: `/orders/<int:id>`.
    public var pattern: String?
    /// The name it is known by: Flask's endpoint, Django's view name, Starlette's route name.
    public var name: String?
    /// The function or class behind it: `shop.views.order`.
    public var view: String?

    public init(pattern: String? = nil, name: String? = nil, view: String? = nil) {
      self.pattern = pattern
      self.name = name
      self.view = view
    }

    var isEmpty: Bool { pattern == nil && name == nil && view == nil }

    /// Fills what is missing from another source.
    mutating func merge(_ other: Route) {
      pattern = pattern ?? other.pattern
      name = name ?? other.name
      view = view ?? other.view
    }
  }

  public init(
    kind: Kind = .http, method: String? = nil, path: String, query: String? = nil, scheme: String? = nil,
    host: String? = nil, client: Client? = nil, connection: Client? = nil, forwardedFor: String? = nil,
    httpVersion: String? = nil, server: String? = nil, route: Route? = nil, duration: RequestDuration = .unknown,
    carriers: [Carrier] = [], place: CodePlace? = nil, innermost: CodePlace? = nil, headers: [Header] = [],
    isConsistent: Bool = true, identity: UInt64 = 0
  ) {
    self.kind = kind
    self.method = method
    self.path = path
    self.query = query
    self.scheme = scheme
    self.host = host
    self.client = client
    self.connection = connection
    self.forwardedFor = forwardedFor
    self.httpVersion = httpVersion
    self.server = server
    self.route = route
    self.duration = duration
    self.carriers = carriers
    self.place = place
    self.innermost = innermost
    self.headers = headers
    self.isConsistent = isConsistent
    self.identity = identity
  }
}
