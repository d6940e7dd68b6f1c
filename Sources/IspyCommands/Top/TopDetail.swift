import Catalog
import Terminal
import Values

/// One function, thread or request of `top`, more closely.
struct TopDetail {
  let result: TopResult
  let columns: Int

  func lines(of detail: TopState.Detail) -> [StyledLine] {
    switch detail {
    case .function(let id): function(id)
    case .thread(let id): result.threads.first { TopTable.id(of: $0) == id }.map(thread) ?? gone("thread")
    case .request(let id):
      result.requests.enumerated().first { TopTable.id(of: $1, $0) == id }.map { request($1) } ?? gone("request")
    }
  }

  private func gone(_ what: String) -> [StyledLine] { [StyledLine("The \(what) has ended. Escape goes back.", .dim)] }

  // MARK: - Functions

  private func function(_ id: String) -> [StyledLine] {
    let same = result.functions.filter { TopTable.id(of: $0) == id }
    guard let first = same.first else {
      return [StyledLine("The function is not among those that take time. Escape goes back.", .dim)]
    }
    var lines = [StyledLine(ValueText.plain(first.function, room: 200), .bold)]
    if !first.isMark {
      let place = ValueText.plain(first.file, room: 300) + ":\(first.line)"
      lines.append(StyledLine(place.cut(columns, keepsEnd: true), .name))
    }
    let (own, total) = same.reduce((0.0, 0.0)) { ($0.0 + $1.sinceStart.own, $0.1 + $1.sinceStart.total) }
    lines.append(
      StyledLine("since the start: own \(TopTable.time(own)), total \(TopTable.time(total))"))
    if same.count > 1 {
      lines += [StyledLine(), StyledLine("By process, own and total since the start", .bold)]
      for function in same {
        lines.append(
          StyledLine(
            "\(function.pid)".fitted(8, isRight: true)
              + TopTable.time(function.sinceStart.own).fitted(10, isRight: true)
              + TopTable.time(function.sinceStart.total).fitted(10, isRight: true)))
      }
    }
    lines += [StyledLine(), StyledLine("Called by, with the time it took for each since the start", .bold)]
    var callers: [(caller: TopCaller, seconds: Double)] = []
    for caller in same.flatMap(\.callers) {
      if let known = callers.firstIndex(where: {
        ($0.caller.function, $0.caller.file, $0.caller.line) == (caller.function, caller.file, caller.line)
      }) {
        callers[known].seconds += caller.seconds
      } else {
        callers.append((caller, caller.seconds))
      }
    }
    for (caller, seconds) in callers.sorted(by: { $0.seconds > $1.seconds }) {
      var line = StyledLine(TopTable.time(seconds).fitted(9, isRight: true) + "  ")
      if caller.function.isEmpty {
        line.append("nothing: a thread or task began with it", .dim)
      } else {
        append(caller.function, caller.file.isEmpty ? nil : caller.file, caller.line, to: &line)
      }
      lines.append(line)
    }
    return lines
  }

  // MARK: - Threads

  private func thread(_ thread: TopThread) -> [StyledLine] {
    let dump = thread.thread
    let number = dump.nativeID.map { " (\($0))" } ?? ""
    var first = StyledLine(ValueText.plain(dump.name ?? "thread \(dump.number)", room: 120) + number, .bold)
    first.append(" of process \(thread.pid)")
    let words = DumpText(paint: Paint(.never, descriptor: -1)).activity(dump.activity)
    var second = StyledLine(words, dump.activity.kind == "lock" ? .warning : .plain)
    if dump.holdsGIL { second.append(", holds the GIL", .warning) }
    if let percent = thread.cpuPercent { second.append(", CPU \(Figures.percent(percent))") }
    return [first, second, StyledLine()] + stack(dump.stack)
  }

  private func stack(_ stack: StackDump) -> [StyledLine] {
    var lines: [StyledLine] = []
    if !stack.isConsistent { lines.append(StyledLine("uncertain: it ran on while it was read", .warning)) }
    for frame in stack.frames {
      if let failure = frame.failure {
        lines.append(StyledLine("  <unreadable frame: \(ValueText.plain(failure, room: 200))>", .warning))
        continue
      }
      var line = StyledLine("  ")
      append(frame.function, frame.file, frame.line, to: &line)
      lines.append(line)
    }
    if stack.frames.isEmpty { lines.append(StyledLine("  no Python frames", .dim)) }
    if let failure = stack.failure {
      lines.append(StyledLine("  <outer frames missing: \(ValueText.plain(failure, room: 200))>", .warning))
    }
    return lines
  }

  /// `checkout (/srv/shop/views.py:88)`; of a path that is too long its end stays.
  private func append(_ function: String, _ file: String?, _ number: Int?, to line: inout StyledLine) {
    line.append(ValueText.plain(function, room: 120), .name)
    guard let file else { return }
    let place = ValueText.plain(file, room: 300) + (number.map { ":\($0)" } ?? "")
    line.append(" (" + place.cut(max(12, columns - line.columns - 3), keepsEnd: true) + ")")
  }

  // MARK: - Requests

  private func request(_ request: RequestSummary) -> [StyledLine] {
    let text = RequestsText(paint: Paint(.never, descriptor: -1))
    var lines = [StyledLine(ValueText.plain(text.target(request), room: 400), .bold)]
    lines.append(
      StyledLine(
        "\(text.duration(request)) in process \(request.pid), \(ValueText.plain(request.server ?? "unknown server"))"))
    lines.append(StyledLine("client \(ValueText.plain(text.client(request), room: 120))"))
    if let route = request.route?.pattern ?? request.route?.name {
      lines.append(StyledLine("route \(ValueText.plain(route, room: 200))"))
    }
    lines.append(StyledLine("runs on \(ValueText.plain(text.carriers(request), room: 200))"))
    let threads = request.carriers.compactMap { carrier in
      result.threads.first {
        $0.pid == request.pid && $0.thread.nativeID == carrier.nativeID && carrier.nativeID != nil
      }
    }
    for thread in threads { lines += [StyledLine()] + self.thread(thread) }
    if threads.isEmpty {
      let places = [request.place, request.innermost].compactMap { $0 }
      lines += [StyledLine()] + stack(StackDump(frames: places.reversed(), isConsistent: request.isConsistent))
    }
    return lines
  }
}
