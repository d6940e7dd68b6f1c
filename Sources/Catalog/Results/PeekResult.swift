public import Redaction
public import Values

/// What `peek` found: the value in each process.
public struct PeekResult: CommandResult, Equatable {
  public var schema = "ispyd.peek/1"
  public var expression: String
  public var processes: [PeekedProcess]

  public init(expression: String, processes: [PeekedProcess]) {
    self.expression = expression
    self.processes = processes
  }

  public var isPartial: Bool { processes.contains { $0.problem != nil } }

  public mutating func redact(with redactor: inout Redactor) {
    for index in processes.indices {
      guard let value = processes[index].value else { continue }
      // What an expression ends in names the value: `settings.SECRET_KEY`, `request.headers['Authorization']`.
      processes[index].value = redactor.redact(value, name: lastName)
    }
  }

  private var lastName: String? {
    let names = expression.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    return names.last { !$0.allSatisfy(\.isNumber) }.map(String.init)
  }
}

/// The value in one process; nil with a problem where it has none.
public struct PeekedProcess: Codable, Sendable, Equatable {
  public var pid: Int32
  public var value: Value?
  public var problem: String?

  public init(pid: Int32, value: Value?, problem: String? = nil) {
    self.pid = pid
    self.value = value
    self.problem = problem
  }
}
