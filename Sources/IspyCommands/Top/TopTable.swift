import Catalog
import Terminal
import Values

/// One of the tables of `top`: its columns and rows, sorted and filtered, not yet laid out.
struct TopTable {
  let panel: TopPanel
  let columns: [TopColumn]
  private(set) var rows: [Row] = []

  struct Row: Equatable {
    /// What it is of; the same from one result to the next.
    let id: String
    var cells: [TopColumn: String] = [:]
    /// What a cell says where there is too little room for all of it.
    var short: [TopColumn: String] = [:]
    /// What it is sorted by, where that is not its text.
    var numbers: [TopColumn: Double] = [:]
    var style = Style.plain

    /// Everything that is searched and filtered.
    func contains(_ words: String) -> Bool {
      let wanted = words.lowercased()
      return cells.values.contains { $0.lowercased().contains(wanted) }
    }
  }

  init(_ panel: TopPanel, of result: TopResult, as view: TopView) {
    self.panel = panel
    columns = panel.columns(ofSeveral: result.workers.count > 1 && view.worker == nil)
    func isShown(_ pid: Int32) -> Bool { view.worker == nil || view.worker == pid }
    switch panel {
    case .functions: rows = Self.functions(result, view)
    case .threads: rows = result.threads.filter { isShown($0.pid) }.map(Self.row)
    case .requests: rows = result.requests.filter { isShown($0.pid) }.enumerated().map { Self.row($1, number: $0) }
    case .workers:
      rows = result.workers.map { worker in Self.row(worker, requests: result.requests.count { $0.pid == worker.pid }) }
    }
    if !view.filter.isEmpty { rows = rows.filter { $0.contains(view.filter) } }
    if let column = view.sorting[panel] ?? panel.sorting { sort(by: column, isTurned: view.turned.contains(panel)) }
  }

  private mutating func sort(by column: TopColumn, isTurned: Bool) {
    let isAscending = column.isAscending != isTurned
    // Swift's sort keeps no order of equals: their place decides.
    rows = rows.enumerated().sorted { left, right in
      if let one = left.element.numbers[column], let other = right.element.numbers[column] {
        if one != other { return isAscending ? one < other : one > other }
      } else {
        let (one, other) = (left.element.cells[column] ?? "", right.element.cells[column] ?? "")
        if one != other { return isAscending ? one < other : one > other }
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  // MARK: - Functions

  /// The same function of several workers is one row.
  private static func functions(_ result: TopResult, _ view: TopView) -> [Row] {
    var order: [String] = []
    var sums: [String: (function: TopFunction, shown: TopTimes, sinceStart: TopTimes)] = [:]
    for function in result.functions where view.worker == nil || view.worker == function.pid {
      let id = Self.id(of: function)
      if sums[id] == nil {
        order.append(id)
        sums[id] = (function, TopTimes(), TopTimes())
      }
      let shown = view.window.share(of: function, result.sampling)
      sums[id]?.shown.own += shown.own
      sums[id]?.shown.total += shown.total
      sums[id]?.sinceStart.own += function.sinceStart.own
      sums[id]?.sinceStart.total += function.sinceStart.total
    }
    return order.compactMap { id in sums[id].map { row(id, $0.function, $0.shown, $0.sinceStart) } }
  }

  static func id(of function: TopFunction) -> String {
    "\(function.function)\u{0}\(function.file)\u{0}\(function.line)"
  }

  private static func row(_ id: String, _ function: TopFunction, _ share: TopTimes, _ sinceStart: TopTimes) -> Row {
    var row = Row(id: id)
    row.set(.ownShare, share.own * 100, Figures.fixed(share.own * 100, places: 1))
    row.set(.totalShare, share.total * 100, Figures.fixed(share.total * 100, places: 1))
    row.set(.ownTime, sinceStart.own, time(sinceStart.own))
    row.set(.totalTime, sinceStart.total, time(sinceStart.total))
    row.cells[.function] = ValueText.plain(function.function, room: 200)
    row.cells[.file] = function.isMark ? "" : ValueText.plain(function.file, room: 300) + ":\(function.line)"
    if function.isMark { row.style = .warning } else if share.total < 0.0005 { row.style = .dim }
    return row
  }

  /// `0.32s`, `4m07s`.
  static func time(_ seconds: Double) -> String {
    seconds < 1000 ? Figures.fixed(seconds, places: 2) + "s" : Figures.age(seconds)
  }

  // MARK: - Threads

  static func id(of thread: TopThread) -> String { "\(thread.pid) \(thread.thread.ident) \(thread.thread.number)" }

  private static func row(_ thread: TopThread) -> Row {
    var row = Row(id: id(of: thread))
    row.set(.pid, Double(thread.pid), "\(thread.pid)")
    row.set(.tid, Double(thread.thread.nativeID ?? 0), thread.thread.nativeID.map { "\($0)" } ?? "-")
    row.set(.cpu, thread.cpuPercent ?? -1, thread.cpuPercent.map { Figures.fixed($0, places: 1) } ?? "-")
    row.set(.gil, thread.gilPercent ?? -1, thread.gilPercent.map { Figures.fixed($0, places: 1) } ?? "-")
    let kind = thread.thread.activity.kind
    row.cells[.state] = (kind == "running" ? "run" : kind) + (thread.thread.holdsGIL ? "*" : "")
    row.cells[.thread] = ValueText.plain(thread.thread.name ?? "thread \(thread.thread.number)", room: 120)
    row.cells[.waits] = waits(thread.thread.activity)
    row.set(thread.thread.stack.frames.first, orElse: "no Python frames")
    row.style = kind == "running" ? .good : kind == "lock" || kind == "gil" ? .warning : .plain
    return row
  }

  /// What it waits for, without saying that it does.
  private static func waits(_ activity: ActivityDump) -> String {
    guard let lock = activity.lock else { return activity.detail.map { ValueText.plain($0, room: 200) } ?? "" }
    var text = lock.foundAs.map { ValueText.plain($0, room: 120) + " (\(lock.kind))" } ?? lock.kind
    guard lock.canBeHeld else { return text }
    text += lock.holderName.map { ", held by " + ValueText.plain($0, room: 120) } ?? ", holder not known"
    return text
  }

  // MARK: - Requests

  private static func row(_ request: RequestSummary, number: Int) -> Row {
    let text = RequestsText(paint: Paint(.never, descriptor: -1))
    var row = Row(id: id(of: request, number))
    row.set(.pid, Double(request.pid), "\(request.pid)")
    row.set(.duration, request.seconds ?? -1, text.duration(request))
    row.cells[.request] = ValueText.plain(text.target(request), room: 300)
    row.cells[.client] = ValueText.plain(text.client(request), room: 80)
    row.cells[.carrier] = ValueText.plain(text.carriers(request), room: 120)
    row.cells[.server] = ValueText.plain(request.server ?? "-", room: 60)
    row.set(request.place ?? request.innermost, orElse: "-")
    if let seconds = request.seconds, seconds >= 5 { row.style = .warning }
    return row
  }

  /// Requests have no number of their own: what they run on tells them apart, and where that is not known their place.
  static func id(of request: RequestSummary, _ number: Int) -> String {
    let carrier =
      request.carriers.last.map { $0.address ?? $0.nativeID.map { "\($0)" } ?? $0.name ?? "" } ?? "\(number)"
    return "\(request.pid) \(carrier) \(request.method ?? "") \(request.path)"
  }

  // MARK: - Workers

  private static func row(_ worker: TopWorker, requests: Int) -> Row {
    var row = Row(id: "\(worker.pid)")
    row.set(.pid, Double(worker.pid), "\(worker.pid)")
    row.set(.cpu, worker.cpuPercent ?? -1, worker.cpuPercent.map { Figures.fixed($0, places: 1) } ?? "-")
    row.set(.gil, worker.gilPercent ?? -1, worker.gilPercent.map { Figures.fixed($0, places: 1) } ?? "-")
    row.set(.rss, Double(worker.residentBytes ?? 0), worker.residentBytes.map(Figures.bytes) ?? "-")
    row.set(.threads, Double(worker.threads), "\(worker.threads)")
    row.set(.requests, Double(requests), "\(requests)")
    row.cells[.python] = worker.pythonVersion
    row.cells[.application] = TopHeadline.name(of: worker)
    row.cells[.holder] = worker.isStopped ? "stopped by a signal" : worker.gilHolder.map { ValueText.plain($0) } ?? ""
    if worker.isStopped || worker.problem != nil { row.style = .warning }
    if !worker.deadlocks.isEmpty { row.style = .alarm }
    return row
  }
}

extension TopTable.Row {
  fileprivate mutating func set(_ column: TopColumn, _ number: Double, _ text: String) {
    numbers[column] = number
    cells[column] = text
  }

  /// `checkout (/srv/shop/views.py:88)`, for short `checkout (views.py:88)`.
  fileprivate mutating func set(_ frame: FrameDump?, orElse nothing: String) {
    guard let frame else { return cells[.place] = nothing }
    let function = ValueText.plain(frame.function, room: 120)
    let file = ValueText.plain(frame.file, room: 200)
    let line = frame.line.map { ":\($0)" } ?? ""
    cells[.place] = "\(function) (\(file)\(line))"
    short[.place] = "\(function) (\(file.split(separator: "/").last ?? "")\(line))"
  }
}
