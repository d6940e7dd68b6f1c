import CPython
import RemoteProcess

/// Tornado's `HTTPServerRequest` (tornado/httputil.py).
extension ObjectReader {
  func tornadoFacts(at address: RemoteAddress, withHeaders: Bool) -> RequestFacts? {
    guard let path = text(attribute("path", of: address), limit: Self.pathLimit) else { return nil }
    var request = WebRequest(method: text(attribute("method", of: address), limit: 64), path: path)
    request.server = "tornado"
    request.query = Self.nonEmpty(text(attribute("query", of: address), limit: Self.pathLimit))
    request.scheme = text(attribute("protocol", of: address), limit: 16)
    request.host = text(attribute("host", of: address))
    if let client = Self.nonEmpty(text(attribute("remote_ip", of: address), limit: 256)) {
      request.client = WebRequest.Client(address: client)
    }
    request.httpVersion = Self.version(text(attribute("version", of: address), limit: 32))
    let headers = tornadoHeaders(at: attribute("headers", of: address))
    request.forwardedFor = headers.first { $0.name == "X-Forwarded-For" }?.value
    if headers.contains(where: { $0.name == "Upgrade" && $0.value.lowercased() == "websocket" }) {
      request.kind = .websocket
    }
    if withHeaders { request.headers = headers }
    return RequestFacts(request, start: double(attribute("_start_time", of: address)).map { .epoch($0) })
  }

  /// `HTTPHeaders._as_list`: a dict of lists of text, by normalised name.
  private func tornadoHeaders(at headers: RemoteAddress?) -> [WebRequest.Header] {
    guard let lists = attribute("_as_list", of: headers),
      let entries = try? runtime.dictEntries(at: lists, limit: Self.headerLimit)
    else { return [] }
    var result: [WebRequest.Header] = []
    for entry in entries {
      guard let name = text(entry.key, limit: 128) else { continue }
      for value in items(of: entry.value, limit: Self.headerLimit) where result.count < Self.headerLimit {
        if let value = text(value) { result.append(WebRequest.Header(name: name, value: value)) }
      }
    }
    return result
  }
}
