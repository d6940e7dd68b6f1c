import CLinux
import CPython
import Glibc
import RemoteProcess

/// An agent that stands at its door.
struct AgentArrival {
  let way: AttachWay
  /// The number of the descriptor that it offers.
  let door: Int32
  /// Nil where Python was asked, and nothing was written but a path.
  let rooms: StubRooms?
}

/// Gets an agent into a process that nobody else can trace meanwhile, by the gentlest way that leads there.
///
/// 1. Where Python takes scripts (3.14 and later), it is asked. No thread is stopped.
/// 2. Where none of its threads comes to it, or Python is older, one of them makes a thread for the agent. That needs no
///    thread to run Python: it may wait for ever.
struct AgentEntry {
  let ground: AttachGround
  let bootstrap: Bootstrap
  let patience: AttachPatience
  /// Told of each step, before it is taken.
  let observe: (AttachStep) -> Void

  /// Until the agent is at its door. From then on it is seen from outside, which keeps others away: who holds the claim any
  /// longer, and attends to nothing, keeps every signal from the main thread, and the GIL with it.
  func enter(_ stopper: inout ThreadStopper) throws(AttachError) -> AgentArrival {
    try refuseOthers()
    guard let layout = ground.remoteDebugging else { return try byThread(&stopper) }
    return try byScript(layout, &stopper)
  }

  /// One agent is enough: two would undo each other's work.
  private func refuseOthers() throws(AttachError) {
    let agents: [AgentSearch.Found]
    do throws(ReadError) { agents = try search.agents() } catch { throw AttachError(error) }
    guard agents.isEmpty else { throw .occupied }
  }

  private var search: AgentSearch { AgentSearch(process: ground.process) }

  // MARK: - The two ways

  /// Where no thread comes to it, one of them is used.
  private func byScript(
    _ layout: RemoteDebuggingLayout, _ stopper: inout ThreadStopper
  ) throws(AttachError) -> AgentArrival {
    let file = ScriptFile.write(pid: ground.pid, name: bootstrap.name) { path, token in
      bootstrap.anyThread(path: path, token: token)
    }
    guard let file else { return try byThread(&stopper) }
    observe(.scriptWritten)
    let script = RemoteScript(ground: ground, layout: layout)
    let armed = try script.arm(path: file.path)
    observe(.armed)
    var door = try self.door(until: .now + patience.script, &stopper)
    script.disarm(armed)
    if door == nil, !file.takeToken() {
      // It is running just now.
      door = try self.door(until: .now + patience.door, &stopper)
      guard door != nil else { throw .notConfirmed("Python ran the agent's script, and no agent came") }
    }
    guard let door else {
      // A thread that has just taken the path is to find a script that does nothing: Python would complain of none.
      let result = Result { () throws(AttachError) in try byThread(&stopper) }
      file.remove()
      return try result.get()
    }
    file.remove()
    return AgentArrival(way: .remoteDebugging, door: door, rooms: nil)
  }

  private func byThread(_ stopper: inout ThreadStopper) throws(AttachError) -> AgentArrival {
    let main = try? ground.process.runtime.interpreters().first
    let stub = InjectionStub(
      functions: ground.functions, interpreter: main == ground.interpreter ? .null : ground.interpreter.address,
      source: bootstrap.ownThread)
    let rooms = try StubRooms.prepare(text: stub.text.count, on: ground, &stopper)
    let diversion = ThreadDiversion(
      ground: ground, stub: stub, rooms: rooms, patience: patience.safePoint, observe: observe)
    let done = try diversion.run(&stopper)
    let door = try door(until: .now + patience.door, &stopper) {
      // No thread was made: nobody will come.
      rooms.progress(in: ground.memory).map { $0.threadResult != 0 } ?? false
    }
    guard let door else { throw .notConfirmed(explanation(of: rooms)) }
    return AgentArrival(
      way: .thread(tid: done.tid, nanoseconds: done.nanoseconds), door: door, rooms: rooms)
  }

  /// Why no agent came, by what the stub has written down.
  private func explanation(of rooms: StubRooms) -> String {
    guard let progress = rooms.progress(in: ground.memory) else { return "the target ended meanwhile" }
    if progress.threadResult != 0 {
      return "it cannot make a thread (errno \(progress.threadResult)): a limit of its own or seccomp forbids it"
    }
    switch (progress.diverted, progress.thread) {
    case (.notBegun, _), (.begun, _): return "the thread that was used has not run since"
    case (_, .notBegun): return "the agent's thread was made and has not run since"
    case (_, .begun): return "the agent's thread waits for the GIL, which another thread does not give up"
    case (_, .done): return "the agent's thread has ended at once"
    }
  }

  // MARK: - At the door

  /// Nil where none came in time, or none will: `isHopeless` is asked again and again.
  private func door(
    until end: ContinuousClock.Instant, _ stopper: inout ThreadStopper, unless isHopeless: () -> Bool = { false }
  ) throws(AttachError) -> Int32? {
    repeat {
      stopper.attend()
      do throws(ReadError) {
        let found = try search.agents().first { $0.codeName == bootstrap.codeName && $0.door != nil }
        if let door = found?.door {
          observe(.arrived)
          return door
        }
      } catch {
        // Lists of threads change while they are read; a process that ended says so.
        if error.isFinal { throw .processGone }
      }
      _ = poll(nil, 0, 1)
    } while !isHopeless() && ContinuousClock.now < end
    return nil
  }

  /// Takes the other end of what it offers, and hears its first word.
  func welcome(_ arrival: AgentArrival) throws(AttachError) -> AgentConnection {
    let process = clinux_pidfd_open(ground.pid)
    guard process >= 0 else { throw .processGone }
    defer { close(process) }
    // The number still means the process that was looked at.
    do throws(MemoryReadError) { try ground.memory.checkAlive() } catch { throw .processGone }
    let connection = try AgentConnection(takenFrom: process, door: arrival.door)
    observe(.taken)
    try connection.greet(bootstrap.answer, until: .now + patience.answer)
    return connection
  }
}
