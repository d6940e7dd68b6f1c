public import Redaction

/// What a command of a plugin found: one fact for each process.
public struct FactsResult: CommandResult, Equatable {
  /// `ispyd.process.fds/1` for the command `fds` of the plugin `process`.
  public var schema: String
  public var processes: [ProcessFact]

  public init(schema: String, processes: [ProcessFact]) {
    self.schema = schema
    self.processes = processes
  }

  /// What `read` says of each process, with a note where something was done to it; throws where it failed of all.
  init(
    schema: String, of targets: [Target], isCancelled: () -> Bool = { false },
    read: (Target) throws(CommandError) -> ProcessFact
  ) throws(CommandError) {
    let processes = try targets.answers(isCancelled: isCancelled, read) { target, error in
      ProcessFact(pid: target.pid, fact: .missing, problem: error.message)
    }
    self.init(schema: schema, processes: processes)
  }

  public var failure: CommandError.Cause? {
    guard isPartial else { return nil }
    return processes.allSatisfy { $0.trace != nil } ? .failed : .partial
  }

  public var isPartial: Bool { processes.contains { $0.problem != nil } }

  public mutating func redact(with redactor: inout Redactor) {
    for index in processes.indices {
      processes[index].fact.redact(with: &redactor)
      processes[index].redactTrace(with: &redactor)
    }
  }
}

/// A fact about one process; `missing` with a problem where it could not be had.
public struct ProcessFact: Codable, Sendable, Equatable {
  public var pid: Int32
  public var fact: Fact
  public var problem: String?
  /// What was done to the process for it, in words; nil where it was only looked at.
  public var note: String?
  /// Where the command raised an exception, outermost first: `file:line in function`. Nil where it raised none.
  public var trace: [String]?

  public init(pid: Int32, fact: Fact, problem: String? = nil, note: String? = nil, trace: [String]? = nil) {
    self.pid = pid
    self.fact = fact
    self.problem = problem
    self.note = note
    self.trace = trace
  }

  /// The words of an exception may hold a value, and where it was raised is for those who may see some.
  fileprivate mutating func redactTrace(with redactor: inout Redactor) {
    guard trace != nil, let words = problem else { return }
    if redactor.right >= .redacted {
      problem = redactor.redact(text: words)
    } else {
      // That it failed, and the type.
      problem = words.split(separator: ":").prefix(2).joined(separator: ":")
      trace = []
    }
  }
}
