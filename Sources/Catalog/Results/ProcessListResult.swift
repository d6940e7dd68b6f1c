public import Redaction

/// What `ps` found.
public struct ProcessListResult: CommandResult, Equatable {
  public var schema = "ispyd.ps/1"
  public var processes: [ProcessSummary]

  public init(processes: [ProcessSummary]) { self.processes = processes }

  public mutating func redact(with redactor: inout Redactor) {
    for index in processes.indices {
      processes[index].commandLine = redactor.redact(text: processes[index].commandLine)
    }
  }
}

/// One Python process.
public struct ProcessSummary: Codable, Sendable, Equatable {
  public var pid: Int32
  public var parent: Int32
  public var application: Application
  /// `3.11.2`, `3.14.0t` of a free-threaded build; nil where it could not be read.
  public var pythonVersion: String?
  public var threads: Int
  /// Of one CPU, over its life, in percent.
  public var cpuPercent: Double
  public var residentBytes: UInt64?
  public var ageSeconds: Double
  public var user: String
  /// The container: its runtime with the short id or the pod's uid. Nil outside of one, and where nothing is known of it but
  /// that it is the one that `ispy` runs in.
  public var container: String?
  public var commandLine: String
  /// Why it cannot be read, and what would help; nil where it can.
  public var problem: String?
}
