import CPython
import RemoteProcess

/// Finds agents in a target from outside, by their frames: the code in them is called `<ispyd-…>`.
struct AgentSearch {
  let process: PythonProcess

  /// An agent's thread, and what a look at it told.
  struct Found {
    let thread: ThreadState
    let codeName: String
    /// The descriptor that it offers to whoever attached; nil where it offers none, or not yet.
    let door: Int32?
  }

  /// How often lists of threads are read that change meanwhile.
  private static let attempts = 20

  /// The agents that have a frame at this moment.
  func agents() throws(ReadError) -> [Found] {
    for _ in 1..<Self.attempts {
      do throws(ReadError) { return try look() } catch  where !error.isFinal { continue }
    }
    return try look()
  }

  private func look() throws(ReadError) -> [Found] {
    // Nothing that was known before counts: code comes and goes with each agent, at addresses that had other code.
    let runtime = Runtime(
      memory: Snapshot(process.memory), layout: process.location.layout, address: process.location.address,
      version: process.location.version)
    var found: [Found] = []
    for interpreter in try runtime.interpreters() {
      for captured in runtime.captureStacks(of: try runtime.threads(of: interpreter)) {
        // The outermost frame is the agent's, or the `exec` that began it.
        let outermost = captured.frames.suffix(2).compactMap { try? runtime.codeObject(at: $0.code) }
        guard let own = outermost.first(where: { $0.filename.hasPrefix(Bootstrap.codePrefix) }) else { continue }
        // A door that is read while the thread runs may be of another moment.
        let door = captured.quality == .consistent ? door(in: captured, of: own.filename, runtime) : nil
        found.append(Found(thread: captured.thread, codeName: own.filename, door: door))
      }
    }
    return found
  }

  private func door(in captured: CapturedStack, of codeName: String, _ runtime: Runtime) -> Int32? {
    for frame in captured.frames {
      guard let code = try? runtime.codeObject(at: frame.code), code.filename == codeName, code.name == "arrive",
        let value = (try? runtime.locals(of: frame, code: code))?.first(where: { $0.name == "door" })?.value
      else { continue }
      return switch value {
      case .taggedInteger(let number): Int32(exactly: number)
      case .object(let address): (try? runtime.unsignedInteger(at: address)).flatMap { Int32(exactly: $0) }
      }
    }
    return nil
  }
}
