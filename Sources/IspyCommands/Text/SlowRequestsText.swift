import Catalog
import Terminal
import Values

extension SlowRequestsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let writer = SlowRequestsText(paint: paint)
    var text = processes.isEmpty ? "" : writer.headline(of: self)
    text += requests.map { writer.text(of: $0) }.joined()
    text += unread.map { $0.line(paint) }.joined()
    return text + (figures.map { writer.summary($0, of: self) } ?? "")
  }
}

/// Slow requests for people: what it was, where it was seen, and what it asked the database.
struct SlowRequestsText {
  let paint: Paint
  private let requests: RequestsText

  private static let frameLimit = 30
  private static let statementLimit = 10

  init(paint: Paint) {
    self.paint = paint
    requests = RequestsText(paint: paint)
  }

  func headline(of result: SlowRequestsResult) -> String {
    let count = result.processes.count
    let who = count == 1 ? "process \(result.processes[0])" : "\(count) processes"
    let what = result.route.map { " " + ValueText.plain($0, room: 120) } ?? ""
    return paint.dim("watching \(who) for requests\(what) that take \(Self.time(result.slower)) and more; Ctrl-C ends")
      + "\n"
  }

  func text(of slow: SlowRequest) -> String {
    let request = slow.request
    var parts = [
      paint.alarm(requests.duration(request)), paint.bold(ValueText.plain(requests.target(request), room: 200)),
      "pid \(request.pid)", ValueText.plain(request.server ?? "-"),
      "on " + ValueText.plain(requests.carriers(request), room: 120),
    ]
    if let pattern = request.route?.pattern ?? request.route?.name {
      parts.append("route " + ValueText.plain(pattern, room: 120))
    }
    switch slow.outcome {
    case .over: break
    case .running: parts.append(paint.warning("runs on"))
    case .processEnded: parts.append(paint.warning("its process has ended"))
    }
    return parts.joined(separator: "  ") + "\n" + samples(of: slow)
  }

  private func samples(of slow: SlowRequest) -> String {
    var counts = [slow.samples == 1 ? "1 sample" : "\(slow.samples) samples"]
    if slow.samplesCut > 0 { counts.append("\(slow.samplesCut) more not kept") }
    if slow.uncertain > 0 { counts.append("\(slow.uncertain) uncertain left out") }
    var text = "  " + counts.joined(separator: ", ") + "\n"
    for place in slow.places { text += "    " + share(place.samples, slow) + requests.place(place.frame) + "\n" }
    if let heaviest = slow.heaviest {
      text += "  heaviest stack, \(heaviest.samples) of \(slow.samples):\n"
      let shown = heaviest.frames.prefix(Self.frameLimit)
      text += shown.map { "    " + requests.place($0) + "\n" }.joined()
      let rest = heaviest.frames.count - shown.count + heaviest.omitted
      if rest > 0 { text += "    " + paint.dim("and \(rest) more frames") + "\n" }
    }
    for statement in slow.statements.prefix(Self.statementLimit) {
      text += "  SQL, \(statement.samples == 1 ? "seen once" : "seen \(statement.samples) times"): "
      text += ValueText.plain(statement.statement, room: 600) + "\n"
    }
    let rest = slow.statements.count - min(slow.statements.count, Self.statementLimit)
    if rest > 0 { text += "  " + paint.dim(rest == 1 ? "and 1 more statement" : "and \(rest) more statements") + "\n" }
    if slow.statementsCut > 0 { text += "  " + paint.dim("\(slow.statementsCut) times another one, not kept") + "\n" }
    return text
  }

  private func share(_ count: Int, _ slow: SlowRequest) -> String {
    let total = String(slow.samples)
    let figure = String(count)
    return String(repeating: " ", count: max(total.count - figure.count, 0)) + "\(figure) of \(total)  "
  }

  func summary(_ figures: SlowRequestsResult.Figures, of result: SlowRequestsResult) -> String {
    var text = figures.requests == 1 ? "1 request" : "\(figures.requests) requests"
    text += " seen at \(figures.looks) looks in \(Figures.fixed(figures.seconds, places: 1)) s"
    text += ", \(figures.shown) of \(Self.time(result.slower)) and more shown"
    if figures.overlooked > 0 {
      text += ", " + paint.warning("\(figures.overlooked) more that were slow not followed: too many at once")
    }
    return text + "; " + ValueText.plain(figures.why) + "\n"
  }

  private static func time(_ seconds: Double) -> String { Durations.text(Int((seconds * 1e9).rounded())) }
}
