/// A column of one of the tables of `top`.
enum TopColumn: Equatable, Sendable {
  case pid, ownShare, totalShare, ownTime, totalTime, function, file
  case tid, cpu, gil, state, thread, waits, place
  case duration, request, client, carrier, server
  case rss, threads, requests, python, application, holder

  var title: String {
    switch self {
    case .pid: "PID"
    case .ownShare: "OWN%"
    case .totalShare: "TOTAL%"
    case .ownTime: "OWN"
    case .totalTime: "TOTAL"
    case .function: "FUNCTION"
    case .file: "AT"
    case .tid: "TID"
    case .cpu: "CPU%"
    case .gil: "GIL%"
    case .state: "STATE"
    case .thread: "THREAD"
    case .waits: "WAITS FOR"
    case .place: "AT"
    case .duration: "DURATION"
    case .request: "REQUEST"
    case .client: "CLIENT"
    case .carrier: "RUNS ON"
    case .server: "SERVER"
    case .rss: "RSS"
    case .threads: "THR"
    case .requests: "REQ"
    case .python: "PYTHON"
    case .application: "APPLICATION"
    case .holder: "GIL HELD BY"
    }
  }

  /// Numbers are set to the right.
  var isRight: Bool {
    switch self {
    case .pid, .ownShare, .totalShare, .ownTime, .totalTime, .tid, .cpu, .gil, .duration, .rss, .threads, .requests:
      true
    default: false
    }
  }

  /// Texts are sorted from A, numbers from the largest, unless turned round.
  var isAscending: Bool { !isRight || self == .pid || self == .tid }

  /// The least that makes sense of it; a text may have more.
  var width: Int {
    switch self {
    case .threads, .requests: 4
    case .ownShare, .cpu, .gil: 6
    case .totalShare, .rss, .state, .pid, .tid: 7
    case .ownTime, .totalTime, .python, .server: 8
    case .duration: 9
    case .holder, .application: 10
    case .thread, .file, .carrier: 12
    case .function, .request, .client, .waits: 14
    case .place: 22
    }
  }

  /// What is left of a row's room is shared among these, by weight.
  var weight: Int {
    switch self {
    case .function, .file, .request, .place, .waits: 3
    case .thread, .carrier, .holder, .application: 2
    case .client, .server: 1
    default: 0
    }
  }

  /// The end of a path says more than its beginning, and threads of a pool differ at the end of their names.
  var keepsEnd: Bool { [.file, .thread, .carrier].contains(self) }
}

/// The tables, in the order of the Tab key.
enum TopPanel: Int, CaseIterable, Sendable {
  case functions, threads, requests, workers

  var title: String {
    switch self {
    case .functions: "Functions"
    case .threads: "Threads"
    case .requests: "Requests"
    case .workers: "Workers"
    }
  }

  var shortTitle: String {
    switch self {
    case .functions: "Func"
    case .threads: "Thr"
    case .requests: "Req"
    case .workers: "Work"
    }
  }

  func columns(ofSeveral isSeveral: Bool) -> [TopColumn] {
    let pid: [TopColumn] = isSeveral ? [.pid] : []
    switch self {
    case .functions: return [.ownShare, .totalShare, .ownTime, .totalTime, .function, .file]
    case .threads: return pid + [.tid, .cpu, .gil, .state, .thread, .waits, .place]
    case .requests: return pid + [.duration, .request, .place, .carrier, .client, .server]
    case .workers: return [.pid, .cpu, .gil, .rss, .threads, .requests, .application, .python, .holder]
    }
  }

  /// Columns that a narrow screen goes without, the first ones first.
  var dispensable: [TopColumn] {
    switch self {
    case .functions: [.ownTime, .totalTime, .file]
    case .threads: [.tid, .gil, .pid, .waits, .cpu]
    case .requests: [.server, .client, .carrier, .pid, .place]
    case .workers: [.holder, .python, .application, .threads, .requests]
    }
  }

  /// How it is sorted unless told otherwise; nil for what is most interesting first.
  var sorting: TopColumn? {
    switch self {
    case .functions: .ownShare
    case .threads: nil
    case .requests: .duration
    case .workers: .cpu
    }
  }
}
