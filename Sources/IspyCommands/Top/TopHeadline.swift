import Catalog
import Values

/// What stands above the tables of `top`, on the screen and in a snapshot: each a list of pieces, the most important first.
struct TopHeadline {
  let result: TopResult
  /// Nil for all.
  var worker: Int32?

  private var workers: [TopWorker] { result.workers.filter { worker == nil || $0.pid == worker } }

  /// `shop (gunicorn), 2 workers, Python 3.11.2`.
  var title: [String] {
    let names = Self.unique(workers.map(Self.name))
    var pieces = [names.isEmpty ? "nothing" : names.joined(separator: ", ")]
    pieces[0] += workers.count == 1 ? " \(workers[0].pid)" : ", \(workers.count) processes"
    pieces += Self.unique(workers.map(\.pythonVersion)).map { "Python " + $0 }
    return pieces
  }

  /// `shop (gunicorn worker)`.
  static func name(of worker: TopWorker) -> String {
    let name = worker.application.name.map { ValueText.plain($0, room: 60) } ?? "process"
    guard let server = worker.application.server else { return name }
    return "\(name) (\(server))"
  }

  /// How far the figures can be trusted.
  var quality: [String] {
    let sampling = result.sampling
    let share = sampling.samples == 0 ? 0 : Double(sampling.uncertain) / Double(sampling.samples) * 100
    var pieces = [
      "\(Figures.fixed(sampling.reachedRate, places: 0)) of \(Figures.fixed(sampling.rate, places: 0)) looks/s",
      "\(Figures.percent(share)) uncertain", "ispy \(Figures.percent(sampling.ownCPUPercent)) CPU",
    ]
    if sampling.failed > 0 { pieces.append("\(sampling.failed) unreadable") }
    return pieces
  }

  /// Whether it is worse than it should be.
  var isDoubtful: Bool {
    let sampling = result.sampling
    return sampling.reachedRate < sampling.rate * 0.9
      || Double(sampling.uncertain) > 0.05 * Double(max(sampling.samples, 1))
  }

  var load: [String] {
    let threads = result.threads.filter { worker == nil || $0.pid == worker }
    let requests = result.requests.filter { worker == nil || $0.pid == worker }
    func count(_ kinds: String...) -> Int { threads.count { kinds.contains($0.thread.activity.kind) } }
    var pieces = ["CPU \(Figures.percent(workers.reduce(0) { $0 + ($1.cpuPercent ?? 0) }))"]
    pieces.append("RSS \(Figures.bytes(workers.reduce(0) { $0 + ($1.residentBytes ?? 0) }))")
    let shares = workers.compactMap(\.gilPercent)
    if shares.count == 1, let share = shares.first {
      pieces.append("GIL \(Figures.percent(share))" + (workers[0].gilHolder.map { " " + ValueText.plain($0) } ?? ""))
    } else if let most = shares.max() {
      pieces.append("GIL up to \(Figures.percent(most))")
    }
    var text = threads.count == 1 ? "1 thread" : "\(threads.count) threads"
    let parts = [(count("running"), "running"), (count("lock"), "lock"), (count("gil"), "GIL")].filter { $0.0 > 0 }
    if !parts.isEmpty { text += ": " + parts.map { "\($0) \($1)" }.joined(separator: ", ") }
    pieces.append(text)
    var flight = requests.count == 1 ? "1 request" : "\(requests.count) requests"
    if let oldest = requests.compactMap(\.seconds).max() { flight += ", oldest \(Figures.age(oldest))" }
    pieces.append(flight)
    return pieces
  }

  /// What must not be overlooked.
  var alarms: [String] {
    var alarms = workers.flatMap { worker in
      worker.deadlocks.map { "DEADLOCK in \(worker.pid): " + ValueText.plain($0) }
    }
    alarms += workers.filter(\.isStopped).map { "process \($0.pid) is stopped by a signal: nothing of it goes on" }
    alarms += result.unread.map { ValueText.plain($0.problem) }
    alarms += workers.compactMap { worker in worker.problem.map { "process \(worker.pid): " + ValueText.plain($0) } }
    return alarms
  }

  private static func unique(_ texts: [String]) -> [String] {
    texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
