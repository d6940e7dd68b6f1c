import CPython
import RemoteProcess

/// WSGI: PEP 3333, "environ Variables".
extension ObjectReader {
  func environFacts(at address: RemoteAddress, withHeaders: Bool) -> RequestFacts? {
    // Both have to be there; where one is not, the server is still writing it.
    guard let entries = dictionary(at: address), let method = text(entries["REQUEST_METHOD"], limit: 64),
      let rest = text(entries["PATH_INFO"], limit: Self.pathLimit)
    else { return nil }
    let path =
      Self.decodeWSGI(text(entries["SCRIPT_NAME"], limit: Self.pathLimit) ?? "") + Self.decodeWSGI(rest)
    var request = WebRequest(method: method, path: path.isEmpty ? "/" : path)
    request.query = Self.nonEmpty(text(entries["QUERY_STRING"], limit: Self.pathLimit))
    request.scheme = text(entries["wsgi.url_scheme"], limit: 16)
    request.host = Self.nonEmpty(text(entries["HTTP_HOST"])) ?? serverName(entries)
    if let address = Self.nonEmpty(text(entries["REMOTE_ADDR"], limit: 256)) {
      request.client = WebRequest.Client(address: address, port: port(entries["REMOTE_PORT"]))
    }
    request.forwardedFor = Self.nonEmpty(text(entries["HTTP_X_FORWARDED_FOR"]))
    request.httpVersion = Self.version(text(entries["SERVER_PROTOCOL"], limit: 32))
    if text(entries["HTTP_UPGRADE"], limit: 32)?.lowercased() == "websocket" { request.kind = .websocket }
    request.server = server(entries)
    request.route = environRoute(entries)
    if withHeaders { request.headers = headers(entries) }
    // Apache's own start of the request, in microseconds since 1970.
    let start = text(entries["mod_wsgi.request_start"], limit: 32).flatMap(Double.init)
    return RequestFacts(request, start: start.map { .epoch($0 / 1e6) })
  }

  /// PEP 3333 passes bytes as Latin-1 text; the bytes of a path are UTF-8.
  static func decodeWSGI(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { !$0.isASCII }) else { return text }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return text }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func serverName(_ entries: [String: RemoteAddress]) -> String? {
    guard let name = Self.nonEmpty(text(entries["SERVER_NAME"], limit: 256)) else { return nil }
    return port(entries["SERVER_PORT"]).map { "\(name):\($0)" } ?? name
  }

  /// Servers give ports as text or as a number.
  private func port(_ value: RemoteAddress?) -> Int? {
    guard let port = integer(value) ?? text(value, limit: 8).flatMap(Int.init), (1...65_535).contains(port) else {
      return nil
    }
    return port
  }

  /// Servers written in C have no frame of their own; they sign the environ.
  private func server(_ entries: [String: RemoteAddress]) -> String? {
    if entries["mod_wsgi.version"] != nil { return "mod_wsgi" }
    if entries["uwsgi.version"] != nil || entries["uwsgi.node"] != nil { return "uwsgi" }
    if entries["waitress.client_disconnected"] != nil { return "waitress" }
    guard let software = text(entries["SERVER_SOFTWARE"], limit: 64) else { return nil }
    return Self.nonEmpty(software.split { $0 == "/" || $0 == " " }.first.map { $0.lowercased() })
  }

  private func headers(_ entries: [String: RemoteAddress]) -> [WebRequest.Header] {
    var result: [WebRequest.Header] = []
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) where result.count < Self.headerLimit {
      let name: Substring
      if key.hasPrefix("HTTP_") {
        name = key.dropFirst("HTTP_".count)
      } else if key == "CONTENT_TYPE" || key == "CONTENT_LENGTH" {
        name = key[...]
      } else {
        continue
      }
      guard let text = Self.nonEmpty(text(value)) else { continue }
      result.append(WebRequest.Header(name: Self.headerName(name), value: text))
    }
    return result
  }

  /// `USER_AGENT` as `User-Agent`.
  static func headerName(_ key: Substring) -> String {
    key.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: "-")
  }

  /// Werkzeug's request puts itself into the environ, and Bottle its route.
  private func environRoute(_ entries: [String: RemoteAddress]) -> WebRequest.Route? {
    if let request = entries["werkzeug.request"], let route = routeOfRequest(at: request) { return route }
    guard let route = entries["bottle.route"], let rule = text(attribute("rule", of: route), limit: 512) else {
      return nil
    }
    return WebRequest.Route(
      pattern: rule, name: text(attribute("name", of: route)), view: callableName(attribute("callback", of: route)))
  }
}
