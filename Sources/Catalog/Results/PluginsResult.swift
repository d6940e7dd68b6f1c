public import Attaching
public import Redaction

/// The plugins that applications bring, by process.
public struct PluginsResult: CommandResult, Equatable {
  public var schema = "ispyd.plugins/1"
  public var processes: [ProcessPlugins]

  public init(processes: [ProcessPlugins]) { self.processes = processes }

  public var isPartial: Bool { processes.contains { $0.problem != nil || $0.plugins.contains { $0.problem != nil } } }

  public mutating func redact(with redactor: inout Redactor) {
    for process in processes.indices {
      for index in processes[process].plugins.indices {
        processes[process].plugins[index].redact(with: &redactor)
      }
    }
  }

  /// The commands that any of the processes has, each once.
  public var commands: [AgentCommand] {
    var seen: Set<String> = []
    return processes.flatMap(\.plugins).flatMap(\.commands).filter { seen.insert($0.title).inserted }
  }
}

public struct ProcessPlugins: Codable, Sendable, Equatable {
  public var pid: Int32
  public var plugins: [ForeignPlugin]
  /// Why it could not be asked.
  public var problem: String?
  public var note: String?

  public init(pid: Int32, plugins: [ForeignPlugin], problem: String? = nil, note: String? = nil) {
    self.pid = pid
    self.plugins = plugins
    self.problem = problem
    self.note = note
  }
}

/// A plugin that is none of ours.
public struct ForeignPlugin: Codable, Sendable, Equatable {
  public var name: String
  /// Who named it: `ispyd.ini`, or `entry point stock`.
  public var origin: String
  /// `module`, or `module:object`.
  public var place: String
  /// Why it cannot be had.
  public var problem: String?
  /// Where that was raised, outermost first.
  public var trace: [AgentOutcome.Place]?
  public var commands: [AgentCommand]

  public init(name: String, origin: String, place: String, problem: String? = nil, commands: [AgentCommand] = []) {
    self.name = name
    self.origin = origin
    self.place = place
    self.problem = problem
    self.commands = commands
  }

  /// An exception's words may hold a value.
  fileprivate mutating func redact(with redactor: inout Redactor) {
    guard redactor.right >= .redacted else {
      problem = problem.map { String($0.prefix { $0 != ":" }) }
      trace = nil
      return
    }
    problem = problem.map { redactor.redact(text: $0) }
  }
}
