public import RemoteProcess

/// A live process that runs CPython: its pid, its memory, its runtime.
///
///     let process = try PythonProcess(pid: 4711)
///     for interpreter in try process.runtime.interpreters() {
///       let threads = try process.runtime.threads(of: interpreter)
///       for captured in process.runtime.captureStacks(of: threads) { … }
///     }
///
/// Reading never stops it and never writes to it.
public final class PythonProcess {
  public let pid: Int32
  public let location: RuntimeLocation
  public let runtime: Runtime
  public let memory: LiveMemory

  /// Finds the runtime in a process.
  public convenience init(pid: Int32) throws(DiscoveryError) { try self.init(memory: try Self.memory(pid: pid)) }

  /// The same of a process whose memory was opened.
  public convenience init(memory: LiveMemory) throws(DiscoveryError) {
    // What finding it read is good for the first look as well.
    let snapshot = Snapshot(memory)
    self.init(
      pid: memory.pid, memory: memory, snapshot: snapshot,
      location: try RuntimeLocation.find(pid: memory.pid, memory: memory) { snapshot })
  }

  /// The memory of a process that may or may not be Python.
  public static func memory(pid: Int32) throws(DiscoveryError) -> LiveMemory {
    do throws(MemoryReadError) { return try LiveMemory(pid: pid) } catch {
      if let state = (try? ProcessStat(pid: pid))?.state, state.isDead { throw .zombie(pid: pid) }
      throw DiscoveryError(pid: pid, error)
    }
  }

  /// Opens a runtime that was found before.
  public convenience init(pid: Int32, memory: LiveMemory, location: RuntimeLocation) {
    self.init(pid: pid, memory: memory, snapshot: Snapshot(memory), location: location)
  }

  private init(pid: Int32, memory: LiveMemory, snapshot: Snapshot, location: RuntimeLocation) {
    self.pid = pid
    self.location = location
    self.memory = memory
    runtime = Runtime(
      memory: snapshot, layout: location.layout, address: location.address, version: location.version)
  }
}

extension DiscoveryError {
  init(pid: Int32, _ error: MemoryReadError) {
    switch error {
    case .notPermitted: self = .notPermitted(pid: pid)
    case .processGone: self = .noSuchProcess(pid: pid)
    default: self = .unreadable(pid: pid, .memory(error))
    }
  }
}
