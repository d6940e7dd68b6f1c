import RemoteProcess

/// What a source says of its request, and where it says when the request began.
struct RequestFacts {
  var request: WebRequest
  var start: StartTime?

  init(_ request: WebRequest, start: StartTime? = nil) {
    self.request = request
    self.start = start
  }
}

extension ObjectReader {
  /// Headers of one request that are kept.
  static let headerLimit = 128

  /// Reads what a source says. Nil where it is gone or has become something else meanwhile.
  func facts(of source: RequestSource, withHeaders: Bool) -> RequestFacts? {
    var facts: RequestFacts? =
      switch source.kind {
      case .environ: environFacts(at: source.address, withHeaders: withHeaders)
      case .scope: scopeFacts(at: source.address, withHeaders: withHeaders)
      case .tornado: tornadoFacts(at: source.address, withHeaders: withHeaders)
      case .aiohttp: aiohttpFacts(at: source.address, withHeaders: withHeaders)
      }
    facts?.request.identity = source.address.rawValue
    return facts
  }

  /// `HTTP/1.1` without its name.
  static func version(_ protocolName: String?) -> String? {
    guard let protocolName else { return nil }
    return protocolName.hasPrefix("HTTP/") ? String(protocolName.dropFirst(5)) : nil
  }

  /// The text, or nil for an empty one.
  static func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
