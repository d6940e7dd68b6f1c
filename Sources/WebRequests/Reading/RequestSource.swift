import CPython
import RemoteProcess

/// An object of the target that describes one request.
struct RequestSource: Hashable {
  let kind: Kind
  let address: RemoteAddress

  enum Kind {
    /// A WSGI `environ` (PEP 3333).
    case environ
    /// An ASGI connection `scope`.
    case scope
    /// A `tornado.httputil.HTTPServerRequest`.
    case tornado
    /// An `aiohttp.web.BaseRequest`.
    case aiohttp
  }
}

extension ObjectReader {
  /// Types that are requests without an `environ` or `scope`.
  static let requestTypes: [RequestSource.Kind: Set<String>] = [
    .tornado: ["tornado.httputil.HTTPServerRequest"],
    .aiohttp: ["aiohttp.web_request.BaseRequest"],
  ]

  /// What a variable holds, if that describes a request: the dict itself, or an object of a framework around it.
  func source(at object: RemoteAddress) -> RequestSource? {
    guard let type = type(of: object) else { return nil }
    if type.isDict { return dictSource(at: object) }
    // Requests are instances of classes written in Python.
    guard type.isHeapType else { return nil }
    for (kind, names) in Self.requestTypes where isInstance(object, ofAny: names) {
      return RequestSource(kind: kind, address: object)
    }
    // Starlette and Django (ASGI) keep the scope; Werkzeug and Django (WSGI) keep the environ, Pyramid and WebOb too; Django
    // REST framework wraps Django's request.
    for name in ["scope", "environ", "META"] {
      if let dict = attribute(name, of: object), let source = dictSource(at: dict) { return source }
    }
    if let inner = attribute("_request", of: object), self.type(of: inner)?.isHeapType == true {
      for name in ["scope", "environ", "META"] {
        if let dict = attribute(name, of: inner), let source = dictSource(at: dict) { return source }
      }
    }
    return nil
  }

  /// A dict that is an `environ` or a `scope`.
  func dictSource(at object: RemoteAddress) -> RequestSource? {
    guard type(of: object)?.isDict == true, let count = try? runtime.count(ofDictAt: object),
      (4...Self.entryLimit).contains(count)
    else { return nil }
    if let method = (try? runtime.lookUp("REQUEST_METHOD", inDictAt: object)) ?? nil {
      guard text(method, limit: 64) != nil else { return nil }
      return RequestSource(kind: .environ, address: object)
    }
    guard let type = (try? runtime.lookUp("type", inDictAt: object)) ?? nil,
      let text = text(type, limit: 16), text == "http" || text == "websocket",
      let path = (try? runtime.lookUp("path", inDictAt: object)) ?? nil, self.text(path, limit: 1) != nil
    else { return nil }
    return RequestSource(kind: .scope, address: object)
  }
}
