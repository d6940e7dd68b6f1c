import CPython
import RemoteProcess

/// aiohttp's server request (aiohttp/web_request.py).
extension ObjectReader {
  func aiohttpFacts(at address: RemoteAddress, withHeaders: Bool) -> RequestFacts? {
    let message = attribute("_message", of: address)
    // The target as it came: `/orders/17?full=1`. The C parser's message has fields of its own, the URL has not.
    guard let (path, query) = aiohttpTarget(of: address, message: message) else { return nil }
    var request = WebRequest(method: text(attribute("_method", of: address), limit: 64), path: path)
    request.server = "aiohttp"
    request.query = Self.nonEmpty(query)
    let cache = dictionary(at: attribute("_cache", of: address)) ?? [:]
    request.scheme =
      text(cache["scheme"], limit: 16) ?? (attribute("_transport_sslcontext", of: address) == nil ? "http" : "https")
    let versions = items(of: attribute("_version", of: address), limit: 2).compactMap { integer($0) }
    if versions.count == 2 { request.httpVersion = "\(versions[0]).\(versions[1])" }
    if let peer = attribute("_transport_peername", of: address) {
      request.client = endpoint(peer) ?? text(peer, limit: 256).map { WebRequest.Client(address: $0) }
    }
    if let remote = text(cache["remote"], limit: 256) { request.client = WebRequest.Client(address: remote) }
    let headers = aiohttpHeaders(of: message)
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    request.host = text(cache["host"]) ?? header("host")
    request.forwardedFor = header("x-forwarded-for")
    if header("upgrade")?.lowercased() == "websocket" { request.kind = .websocket }
    request.route = aiohttpRoute(of: attribute("_match_info", of: address))
    if withHeaders { request.headers = headers }
    return RequestFacts(request)
  }

  /// `yarl.URL` keeps path and query percent-encoded, apart since 1.12 and in a `SplitResult` before.
  private func aiohttpTarget(
    of request: RemoteAddress, message: RemoteAddress?
  ) -> (path: String, query: String?)? {
    let url = attribute("_rel_url", of: request)
    if let path = text(attribute("_path", of: url), limit: Self.pathLimit) {
      return (Self.percentDecoded(path), text(attribute("_query", of: url), limit: Self.pathLimit))
    }
    let split = items(of: attribute("_val", of: url), limit: 5)
    if split.count == 5, let path = text(split[2], limit: Self.pathLimit) {
      return (Self.percentDecoded(path), text(split[3], limit: Self.pathLimit))
    }
    // RawRequestMessage of the parser in Python, a named tuple: method, path, version, headers, raw_headers, …
    guard let target = text(items(of: message, limit: 2).last, limit: Self.pathLimit) else { return nil }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return (Self.percentDecoded(String(parts[0])), parts.count > 1 ? String(parts[1]) : nil)
  }

  /// The raw headers of a message: the fifth item of the named tuple; the parser in C has an object with the same fields.
  private func aiohttpHeaders(of message: RemoteAddress?) -> [WebRequest.Header] {
    let fields = items(of: message, limit: 5)
    if fields.count == 5 { return headers(at: fields[4]) }
    return message.flatMap { rawHeaders(inFieldsOf: $0) } ?? []
  }

  /// `aiohttp._http_parser.RawRequestMessage` is a Cython class: its fields have no names at run time. The raw headers are
  /// the first tuple of pairs of bytes among its words.
  private func rawHeaders(inFieldsOf message: RemoteAddress) -> [WebRequest.Header]? {
    guard let type = type(of: message), type.name.hasSuffix("RawRequestMessage"), (24...512).contains(type.basicSize),
      let words = try? runtime.memory.words(at: message, count: type.basicSize / 8)
    else { return nil }
    let head = runtime.layout.object.size / 8
    for word in words.dropFirst(head) where word != 0 && word & 7 == 0 {
      let candidate = RemoteAddress(word)
      guard self.type(of: candidate)?.name == "tuple" else { continue }
      let found = headers(at: candidate)
      if !found.isEmpty { return found }
    }
    return nil
  }

  /// `UrlMappingMatchInfo._route`: its handler, and the pattern of its resource.
  private func aiohttpRoute(of match: RemoteAddress?) -> WebRequest.Route? {
    guard let found = attribute("_route", of: match) else { return nil }
    let resource = attribute("_resource", of: found)
    var route = WebRequest.Route(view: callableName(attribute("_handler", of: found)))
    route.pattern = text(attribute("_path", of: resource)) ?? text(attribute("_formatter", of: resource))
    route.name = text(attribute("_name", of: resource))
    return route.isEmpty ? nil : route
  }

  /// `%2F` and its like decoded; what is no valid escape stays as it is.
  static func percentDecoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
        let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
      {
        result.append(UInt8(high * 16 + low))
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
