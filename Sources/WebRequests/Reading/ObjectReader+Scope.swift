import CPython
import RemoteProcess

/// ASGI: the connection scopes `http` and `websocket` (https://asgi.readthedocs.io/en/latest/specs/www.html).
extension ObjectReader {
  func scopeFacts(at address: RemoteAddress, withHeaders: Bool) -> RequestFacts? {
    guard let entries = dictionary(at: address), let path = text(entries["path"], limit: Self.pathLimit) else {
      return nil
    }
    var request = WebRequest(path: path)
    if text(entries["type"], limit: 16) == "websocket" { request.kind = .websocket }
    request.method = text(entries["method"], limit: 64)
    request.query = Self.nonEmpty(textOrBytes(entries["query_string"], limit: Self.pathLimit))
    request.scheme = text(entries["scheme"], limit: 16)
    request.httpVersion = text(entries["http_version"], limit: 8)
    if let address = endpoint(entries["client"]) { request.client = address }
    let headers = headers(at: entries["headers"])
    request.host = headers.first { $0.name == "host" }?.value
    if request.host == nil, let server = endpoint(entries["server"]) {
      request.host = server.port.map { "\(server.address):\($0)" } ?? server.address
    }
    request.forwardedFor = headers.first { $0.name == "x-forwarded-for" }?.value
    request.route = scopeRoute(entries)
    if withHeaders { request.headers = headers }
    return RequestFacts(request)
  }

  /// `[host, port]`; a Unix socket has a path and `None`.
  func endpoint(_ value: RemoteAddress?) -> WebRequest.Client? {
    let items = items(of: value, limit: 2)
    guard let first = items.first, let address = Self.nonEmpty(text(first, limit: 256)) else { return nil }
    // uvicorn gives port 0 to an address from a proxy's header.
    let port = items.count > 1 ? integer(items[1]) : nil
    return WebRequest.Client(address: address, port: port == 0 ? nil : port)
  }

  /// An iterable of pairs of bytes: a list or tuple of lists or tuples in every server known. h11 has a sequence of its own,
  /// whose `_full_items` are triples with the name as it came in the middle.
  func headers(at value: RemoteAddress?) -> [WebRequest.Header] {
    var pairs = items(of: value, limit: Self.headerLimit)
    if pairs.isEmpty { pairs = items(of: attribute("_full_items", of: value), limit: Self.headerLimit) }
    return pairs.compactMap { pair in
      let parts = items(of: pair, limit: 3)
      guard let first = parts.first, let last = parts.last, parts.count >= 2,
        let name = textOrBytes(first, limit: 128), let value = textOrBytes(last)
      else { return nil }
      return WebRequest.Header(name: name, value: value)
    }
  }

  /// Starlette and FastAPI note the route, or the endpoint alone, in the scope; Django's `url_route` is of Channels.
  private func scopeRoute(_ entries: [String: RemoteAddress]) -> WebRequest.Route? {
    var route = WebRequest.Route()
    if let object = entries["route"], let found = routeOfStarlette(at: object) { route.merge(found) }
    if let endpoint = entries["endpoint"], !isNone(endpoint) { route.view = route.view ?? callableName(endpoint) }
    return route.isEmpty ? nil : route
  }

  /// A `starlette.routing.Route`, `fastapi.routing.APIRoute` or one of theirs.
  private func routeOfStarlette(at object: RemoteAddress) -> WebRequest.Route? {
    let route = WebRequest.Route(
      pattern: text(attribute("path", of: object)), name: Self.nonEmpty(text(attribute("name", of: object))),
      view: attribute("endpoint", of: object).flatMap { callableName($0) })
    return route.isEmpty ? nil : route
  }

  /// The same, of the object that a frame of `Route.handle` belongs to. A mount has no endpoint: its path is the beginning
  /// of the paths of the routes inside it.
  func readRoute(at object: RemoteAddress, into reading: inout StackReading) {
    guard var route = routeOfStarlette(at: object) else { return }
    if isInstance(object, ofAny: ["starlette.routing.Mount"]) {
      reading.mountPath += route.pattern ?? ""
      return
    }
    route.pattern = route.pattern.map { reading.mountPath + $0 }
    reading.route = route
  }
}
