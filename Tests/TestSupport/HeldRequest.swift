/// A request, or a task, that stands in its handler.
public final class HeldRequest: Sendable {
  /// The process that handles it.
  public let pid: Int32
  /// Python's `threading.get_ident()` where it is handled: of a greenlet where threads are patched.
  public let threadIdentifier: UInt64
  private let client: LoopbackConnection?
  private let gate: LoopbackConnection

  init(client: LoopbackConnection?, gate: LoopbackConnection, pid: Int32, threadIdentifier: UInt64) {
    self.client = client
    self.gate = gate
    self.pid = pid
    self.threadIdentifier = threadIdentifier
  }

  /// Lets the handler return; the whole answer of the server.
  @discardableResult
  public func release(within deadline: Duration = .seconds(60)) throws -> String {
    try gate.send("\n")
    gate.end()
    return try client?.receive(within: deadline) ?? ""
  }
}
