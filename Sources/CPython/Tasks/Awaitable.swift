public import RemoteProcess

/// What a task waits for, as far as it can be told from outside.
public enum Awaitable: Equatable, Sendable, CustomStringConvertible {
  case task(Reference)
  /// `asyncio.gather`, and which of its tasks and futures are not done.
  case gather(pending: [Reference], count: Int)
  /// `asyncio.wait`, and which of its tasks and futures are not done.
  case wait(pending: [Reference], count: Int)
  /// The end of an `asyncio.TaskGroup`, and its tasks that are not done.
  case taskGroup(pending: [Reference])
  /// `asyncio.shield` of a task or future.
  case shield(Reference)
  /// `asyncio.sleep`, with its delay in seconds.
  case sleep(Double?)
  /// A lock, event, condition, semaphore or barrier of asyncio; `name` is its class: `Lock`.
  case primitive(name: String, RemoteAddress)
  /// An `asyncio.Queue`: an item to come (`get`), or room for one (`put`).
  case queue(operation: String, RemoteAddress)
  /// A socket, its descriptor where the transport or the frame tells it.
  case socket(operation: String, descriptor: Int32?)
  /// A function that runs on a thread of an executor (`run_in_executor`, `to_thread`).
  case executor(function: String?)
  /// A child process that is to end.
  case subprocess(pid: Int32?)
  /// A future that nothing more is known of.
  case future(Reference)
  /// An awaitable of a type that this reader does not know.
  case other(Reference)

  /// An object, and what it is called: the name of a task, the type of anything else.
  public struct Reference: Hashable, Sendable {
    public let address: RemoteAddress
    public let name: String
    public let isTask: Bool

    public init(address: RemoteAddress, name: String, isTask: Bool) {
      self.address = address
      self.name = name
      self.isTask = isTask
    }
  }

  public var description: String {
    switch self {
    case .task(let task): "task \(task.name)"
    case .gather(let pending, let count): "gather: \(Self.list(pending, of: count))"
    case .wait(let pending, let count): "wait: \(Self.list(pending, of: count))"
    case .taskGroup(let pending): "task group: \(Self.list(pending, of: pending.count))"
    case .shield(let inner): "shield of \(inner.isTask ? "task " : "")\(inner.name)"
    case .sleep(let seconds): seconds.map { "sleep(\($0))" } ?? "sleep"
    case .primitive(let name, let address): "\(name) at \(address)"
    case .queue(let operation, let address): "Queue.\(operation) at \(address)"
    case .socket(let operation, let descriptor):
      descriptor.map { "socket, descriptor \($0) (\(operation))" } ?? "socket (\(operation))"
    case .executor(let function): "a thread of an executor" + (function.map { " running \($0)" } ?? "")
    case .subprocess(let pid): "a child process" + (pid.map { ", pid \($0)" } ?? "")
    case .future(let future): "\(future.name) at \(future.address)"
    case .other(let other): "\(other.name) at \(other.address)"
    }
  }

  /// Tasks and futures that this wait depends on.
  public var references: [Reference] {
    switch self {
    case .task(let reference), .shield(let reference), .future(let reference), .other(let reference): [reference]
    case .gather(let pending, _), .wait(let pending, _), .taskGroup(let pending): pending
    default: []
    }
  }

  private static func list(_ pending: [Reference], of count: Int) -> String {
    let shown = pending.prefix(8).map { $0.isTask ? $0.name : "\($0.name) at \($0.address)" }
    let more = pending.count > shown.count ? ", …" : ""
    return "\(pending.count) of \(count) pending (\(shown.joined(separator: ", "))\(more))"
  }
}
