public import CPython
import Glibc
import RemoteProcess

/// How an agent came into its target.
public enum AttachWay: Equatable, Sendable {
  /// Python was asked (PEP 768): no thread was stopped.
  case remoteDebugging
  /// A thread of the target made the agent's, while it waited or ran Python.
  ///
  /// - Parameters:
  ///   - tid: the thread that was used.
  ///   - nanoseconds: the longest that it can have stood still.
  case thread(tid: Int32, nanoseconds: UInt64)
}

/// An agent that was attached to a running process.
///
///     let agent = try AttachedAgent(in: process)
///     let status = try agent.link.status()
///     let proof = try agent.detach()
///
/// It goes by itself when this object goes, or this whole process: its connection ends. One caller at a time.
public final class AttachedAgent {
  public let process: PythonProcess
  public var way: AttachWay { arrival.way }
  /// From the first look until the agent answered.
  public let duration: Duration
  private let arrival: AgentArrival
  /// What it is asked and told by.
  public let link: AgentLink
  private let patience: AttachPatience
  /// What tells it from others: 16 hexadecimal digits.
  let name: String
  /// What its code is called.
  private let codeName: String

  /// Attaches to a process. Where this throws, nothing of it was changed but bytes that belong to nobody.
  ///
  /// - Parameter interpreter: the number of a subinterpreter; nil for the only one that can have an application.
  public convenience init(in process: PythonProcess, interpreter: Int64? = nil) throws(AttachError) {
    try self.init(in: process, interpreter: interpreter, patience: AttachPatience())
  }

  package init(
    in process: PythonProcess, interpreter: Int64? = nil, patience: AttachPatience = AttachPatience(),
    observe: @escaping (AttachStep) -> Void = { _ in }
  ) throws(AttachError) {
    let start = ContinuousClock.now
    let ground = try AttachGround(process, interpreter: interpreter)
    let bootstrap = Bootstrap(patience: patience.welcome)
    let entry = AgentEntry(ground: ground, bootstrap: bootstrap, patience: patience, observe: observe)
    arrival = try Self.claiming(process) { stopper throws(AttachError) in
      observe(.claimed)
      return try entry.enter(&stopper)
    }
    link = AgentLink(try entry.welcome(arrival), .attached(pid: process.pid))
    self.process = process
    self.patience = patience
    name = bootstrap.name
    codeName = bootstrap.codeName
    duration = start.duration(to: .now)
    observe(.attached)
  }

  /// Looks whether an agent can be attached, by reading alone; throws what would refuse it. A thread may still be nowhere
  /// near a safe point when it is tried.
  public static func check(_ process: PythonProcess, interpreter: Int64? = nil) throws(AttachError) {
    let ground = try AttachGround(process, interpreter: interpreter)
    let text = Bootstrap(patience: .zero).ownThread.utf8.count + 1
    guard ground.remoteDebugging != nil || StubRooms.find(text: text, on: ground) != nil else {
      throw StubRooms.noRoom(text: text)
    }
  }

  /// Runs `body` while nobody else can trace the process.
  private static func claiming<Value>(
    _ process: PythonProcess, _ body: (inout ThreadStopper) throws(AttachError) -> Value
  ) throws(AttachError) -> Value {
    let result: Result<Value, AttachError>
    do throws(ThreadStopError) {
      result = try ThreadStopper.run(pid: process.pid) { stopper in
        do throws(ThreadStopError) { try stopper.claim() } catch { return .failure(AttachError(error)) }
        do throws(AttachError) { return .success(try body(&stopper)) } catch { return .failure(error) }
      }
    } catch {
      throw AttachError(error)
    }
    return try result.get()
  }

  // MARK: - Going

  /// What was seen from outside after an agent was told to go.
  public struct Proof: Equatable, Sendable {
    /// No thread of it is there, and no frame of its code in any other.
    public var hasNoThread: Bool
    /// What was written into its memory is as it was. True where nothing was.
    public var isMemoryRestored: Bool
    /// No function whose code was replaced has ours any more, by its own bytes. True where none was.
    public var hasNoHook = true

    public var isComplete: Bool { hasNoThread && isMemoryRestored && hasNoHook }
  }

  /// Tells the agent to go, waits until it is gone, puts back what was written, and looks from outside whether all of it is
  /// as it was.
  public func detach() throws(AttachError) -> Proof {
    var hooks = FunctionHooks()
    do throws(AttachError) {
      hooks = try FunctionHooks(try link.connection.call("hooks"))
      _ = try link.connection.call("detach")
    } catch .disconnected {
      // It has gone already.
    }
    var proof = try clear()
    proof.hasNoHook = hooks.areGone(from: process.memory)
    return proof
  }

  /// Whether of what was replaced and is over nothing is left, by the bytes of the functions and of their code.
  public func isUndone() throws(AttachError) -> Bool {
    try FunctionHooks(try link.connection.call("hooks", ["isOver": true])).areGone(from: process.memory)
  }

  private func clear() throws(AttachError) -> Proof {
    let end = ContinuousClock.now + patience.leave
    var isRestored = arrival.rooms == nil
    repeat {
      if try hasNoThread() {
        guard let rooms = arrival.rooms, !isRestored else { return Proof(hasNoThread: true, isMemoryRestored: true) }
        let (pid, memory) = (process.pid, process.memory)
        let isCleared = try Self.claiming(process) { stopper throws(AttachError) in
          try rooms.clear(on: pid, memory: memory, &stopper)
        }
        isRestored = isCleared && rooms.isClear(in: memory)
      }
      if !isRestored { _ = poll(nil, 0, 1) }
    } while ContinuousClock.now < end
    return Proof(hasNoThread: try hasNoThread(), isMemoryRestored: isRestored)
  }

  /// Whether no thread runs the agent's code any more.
  private func hasNoThread() throws(AttachError) -> Bool {
    do throws(MemoryReadError) { try process.memory.checkAlive() } catch { throw .processGone }
    do throws(ReadError) {
      return try !AgentSearch(process: process).agents().contains { $0.codeName == codeName }
    } catch {
      if error.isFinal { throw .processGone }
      return false
    }
  }
}
