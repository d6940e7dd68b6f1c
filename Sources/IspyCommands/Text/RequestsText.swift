import Catalog
import Terminal
import Values

extension RequestsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let writer = RequestsText(paint: paint)
    var text = isContinuation ? "" : writer.table(requests)
    if isContinuation { for request in requests { text += writer.event(request) } }
    return text + unread.map { $0.line(paint) }.joined()
  }
}

/// Requests for people: a row for each, and below it where in the application it stands.
struct RequestsText {
  let paint: Paint
  private let values = ValueText(room: 200, textRoom: 160)

  init(paint: Paint) { self.paint = paint }

  func table(_ requests: [RequestSummary]) -> String {
    guard !requests.isEmpty else { return "no requests in flight\n" }
    let rows = requests.map { request in
      [
        String(request.pid), duration(request), target(request), client(request), request.server ?? "-",
        carriers(request),
      ]
    }
    let lines = Columns.lines([["PID", "DURATION", "REQUEST", "CLIENT", "SERVER", "RUNS ON"]] + rows, right: [0, 1])
    var text = paint.bold(lines[0]) + "\n"
    for (line, request) in zip(lines.dropFirst(), requests) {
      text += line + "\n" + details(request)
    }
    return text
  }

  /// One line of `--follow`: what began or ended.
  func event(_ request: RequestSummary) -> String {
    let isEnd = request.event == "ended"
    var text = isEnd ? paint.dim("- ") : paint.good("+ ")
    text += "\(request.pid)  \(duration(request))  \(ValueText.plain(target(request)))"
    text += "  \(ValueText.plain(client(request)))  \(ValueText.plain(request.server ?? "-"))"
    return text + "\n" + (isEnd ? "" : details(request))
  }

  // MARK: - Cells

  /// `2.3s`, `>=2.3s`, `?`.
  func duration(_ request: RequestSummary) -> String {
    guard let seconds = request.seconds else { return "?" }
    let figure = seconds < 60 ? Figures.fixed(seconds, places: seconds < 10 ? 2 : 1) + "s" : Figures.age(seconds)
    return request.duration == "exact" ? figure : ">=" + figure
  }

  /// `GET /orders/17?full=1`; a WebSocket has no method worth showing.
  func target(_ request: RequestSummary) -> String {
    let verb = request.kind == "websocket" ? "WEBSOCKET" : request.method ?? "-"
    return verb + " " + request.path + (request.query.map { "?" + $0 } ?? "")
  }

  func client(_ request: RequestSummary) -> String {
    guard let client = request.client else { return request.forwardedFor.map { "for \($0)" } ?? "-" }
    // What a proxy says of its client matters more than the proxy's port.
    if let origin = request.forwardedFor, origin != client { return "\(client) for \(origin)" }
    guard let port = request.clientPort else { return client }
    return (client.contains(":") ? "[\(client)]" : client) + ":\(port)"
  }

  func carriers(_ request: RequestSummary) -> String {
    guard !request.carriers.isEmpty else { return "-" }
    return request.carriers.map { carrier in
      guard carrier.kind == "thread" else { return carrier.name ?? "\(carrier.kind) \(carrier.address ?? "?")" }
      let number = carrier.nativeID.map { " (\($0))" } ?? ""
      return (carrier.name ?? "thread") + number
    }.joined(separator: " + ")
  }

  // MARK: - Below the row

  private func details(_ request: RequestSummary) -> String {
    var parts: [String] = []
    if let place = request.place ?? request.innermost { parts.append("at " + self.place(place)) }
    if request.place != nil, let innermost = request.innermost { parts.append("in " + self.place(innermost)) }
    if let pattern = request.route?.pattern ?? request.route?.name {
      parts.append("route " + ValueText.plain(pattern, room: 120))
    }
    if !request.isConsistent { parts.append(paint.warning("uncertain: it ran on while it was read")) }
    var text = parts.isEmpty ? "" : "        " + parts.joined(separator: ", ") + "\n"
    for header in request.headers ?? [] {
      text += "        " + paint.dim(ValueText.plain(header.name, room: 80) + ": ")
      if case .text(let value, _) = header.value.content {
        text += ValueText.plain(value, room: 200)
      } else {
        text += values.text(of: header.value)
      }
      text += "\n"
    }
    return text
  }

  /// `checkout (/srv/shop/views.py:88)`.
  func place(_ frame: FrameDump) -> String {
    paint.name(ValueText.plain(frame.function, room: 120)) + " (" + ValueText.plain(frame.file, room: 200)
      + (frame.line.map { ":\($0)" } ?? "") + ")"
  }
}
