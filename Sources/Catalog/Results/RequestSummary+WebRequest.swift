import Values
import WebRequests

extension RequestSummary {
  init(_ request: WebRequest, pid: Int32, application: Application, withHeaders: Bool, event: String? = nil) {
    self.pid = pid
    self.application = application
    self.event = event
    kind = request.kind.rawValue
    method = request.method
    path = request.path
    query = request.query
    scheme = request.scheme
    host = request.host
    client = request.client?.address
    clientPort = request.client?.port
    forwardedFor = request.forwardedFor
    httpVersion = request.httpVersion
    server = request.server
    route = request.route.map { RouteSummary(pattern: $0.pattern, name: $0.name, view: $0.view) }
    seconds = request.duration.seconds
    switch request.duration {
    case .exact: duration = "exact"
    case .atLeast: duration = "atLeast"
    case .unknown: duration = "unknown"
    }
    carriers = request.carriers.map(CarrierSummary.init)
    place = request.place.map(FrameDump.init)
    innermost = request.innermost == request.place ? nil : request.innermost.map(FrameDump.init)
    headers =
      withHeaders
      ? request.headers.map { header in
        Value.Field(
          name: header.name,
          value: Value(type: "str", content: .text(header.value, length: header.value.codePointCount)))
      } : nil
    isConsistent = request.isConsistent
  }
}

extension RequestSummary.CarrierSummary {
  init(_ carrier: Carrier) {
    switch carrier {
    case .thread(let id, let nativeID, let name):
      self.init(kind: "thread", name: name, ident: id, nativeID: nativeID)
    case .task(let address, let name):
      self.init(kind: "task", name: name, address: "0x" + String(address, radix: 16))
    case .greenlet(let address, let name):
      self.init(kind: "greenlet", name: name, address: "0x" + String(address, radix: 16))
    }
  }
}

extension FrameDump {
  init(_ place: CodePlace) { self.init(function: place.function, file: place.file, line: place.line) }
}
