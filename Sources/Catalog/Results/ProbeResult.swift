public import Redaction

/// What a probe found since the last of these, and how it fares.
public struct ProbeResult: CommandResult, Equatable {
  public static let probeSchema = "ispyd.probe/1"

  public var schema = ProbeResult.probeSchema
  public var number: Int?
  public var kind: ProbeKind
  public var place: String
  /// Before it begins.
  public var preview: ProbePreview?
  public var processes: [ProcessProbe]
  public var records: [ProbeRecord]
  /// What was counted so far, in all processes together.
  public var series: [ProbeSeries]?
  /// The names of what the counts are told apart by.
  public var labels: [String]?
  /// It is over, and this is the last.
  public var isLast: Bool

  public init(
    number: Int? = nil, kind: ProbeKind, place: String, preview: ProbePreview? = nil, processes: [ProcessProbe] = [],
    records: [ProbeRecord] = [], series: [ProbeSeries]? = nil, isLast: Bool = false
  ) {
    self.number = number
    self.kind = kind
    self.place = place
    self.preview = preview
    self.processes = processes
    self.records = records
    self.series = series
    self.isLast = isLast
  }

  public var isPartial: Bool {
    isLast && processes.contains { $0.problem != nil || $0.state?.hasTripped == true }
  }

  public mutating func redact(with redactor: inout Redactor) {
    for index in records.indices { records[index].redact(with: &redactor) }
    series = series?.map { one in
      var one = one
      one.label = one.label?.map { redactor.redact(text: $0) }
      return one
    }
    guard let names = preview?.names else { return }
    preview?.withheld = names.filter { redactor.kind(ofName: $0) != nil }
  }
}

/// A probe in one process.
public struct ProcessProbe: Codable, Equatable, Sendable {
  public var pid: Int32
  public var state: ProbeState?
  /// Why it is not there, or how it fares is not known.
  public var problem: String?
  /// Why it did not come here, where that is no failure.
  public var note: String?
  /// What was proven after it was taken out; nil where nobody looked.
  public var isProven: Bool?

  public init(pid: Int32, state: ProbeState? = nil, problem: String? = nil, note: String? = nil) {
    self.note = note
    self.pid = pid
    self.state = state
    self.problem = problem
  }
}

/// Calls that were counted under one label.
public struct ProbeSeries: Codable, Equatable, Sendable {
  /// A text for each of the labels; nil where there are none.
  public var label: [String]?
  public var calls: Int
  public var errors: Int
  /// Of all calls together.
  public var nanoseconds: Int
  /// How many calls took how long: by the numbers of a histogram's buckets.
  public var buckets: [String: Int]
}

/// The probes that there are.
public struct ProbesResult: CommandResult, Equatable {
  public var schema = "ispyd.probes/1"
  public var processes: [ProcessProbes]

  public init(processes: [ProcessProbes]) { self.processes = processes }

  public var isPartial: Bool { processes.contains { $0.problem != nil } }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// Those of one process.
public struct ProcessProbes: Codable, Equatable, Sendable {
  public var pid: Int32
  public var probes: [ProbeState]
  public var problem: String?
}
