import Attaching
import CPython
import RemoteProcess
import Synchronization

/// The agents that are in processes: who attaches for a while leaves one here, and who needs one finds it.
///
/// A gateway has one for all its clients, a shell one for itself, and a command that is given alone one that ends with it.
/// An agent that is not renewed goes by itself; so do all when this process ends, however it does.
public final class AgentKeeper: Sendable {
  /// Whether what is attached stays after the command.
  public let isLasting: Bool
  private let entries = Mutex<[Key: Entry]>([:])

  /// Seconds without a word of ours after which an agent goes.
  private let lease: Double
  /// Seconds that an agent stays for whom no command attached it expressly.
  public static let idleSeconds = 60.0

  /// A process for good, whatever gets its pid.
  private struct Key: Hashable {
    let pid: Int32
    let startTime: UInt64
  }

  private final class Entry: Sendable {
    let target: Target
    let agent: Mutex<AttachedAgent?>
    /// When it is to go.
    let until: Mutex<ContinuousClock.Instant>

    init(_ target: Target) {
      self.target = target
      agent = Mutex(nil)
      until = Mutex(.now)
    }
  }

  /// - Parameters:
  ///   - isLasting: whether what is attached stays after the command.
  ///   - lease: seconds without a word of ours after which an agent goes; `tend` is to be called much oftener.
  public init(isLasting: Bool, lease: Double = 10) {
    self.isLasting = isLasting
    self.lease = lease
  }

  // MARK: - Coming

  /// Puts an agent into a process for so many seconds, or lets the one that is there stay for as long.
  public func attach(
    _ target: Target, interpreter: Int64? = nil, for seconds: Double
  ) throws(CommandError) -> AttachmentSummary {
    let entry = try entry(for: target)
    let summary = try entry.agent.withLock { agent throws(CommandError) in
      if let present = agent, (try? present.renew(lease)) != nil {
        return Self.summary(of: present, target, isNew: false)
      }
      agent = try attach(target, interpreter: interpreter)
      guard let agent else { throw CommandError(.failed, "process \(target.pid): no agent") }
      return Self.summary(of: agent, target, isNew: true)
    }
    entry.until.withLock { $0 = .now + .seconds(seconds) }
    var result = summary
    result.secondsLeft = seconds
    return result
  }

  /// Has `body` talk to the agent in a process, which is attached for that where none is: `isNew` then.
  func use<Value: Sendable>(
    _ target: Target, _ body: (borrowing AttachedAgent) throws(AttachError) -> Value
  ) throws(CommandError) -> (value: Value, isNew: Bool) {
    let entry = try entry(for: target)
    return try entry.agent.withLock { agent throws(CommandError) in
      let isNew = agent == nil
      if isNew {
        agent = try attach(target, interpreter: nil)
        entry.until.withLock { $0 = .now + .seconds(Self.idleSeconds) }
      }
      guard let present = agent else { throw CommandError(.failed, "process \(target.pid): no agent") }
      do throws(AttachError) { return (try body(present), isNew) } catch {
        // What does not answer is not asked again: its connection ends, and it goes.
        if error.endsAgent { agent = nil }
        throw CommandError(error, pid: target.pid)
      }
    }
  }

  private func entry(for target: Target) throws(CommandError) -> Entry {
    let key = Key(pid: target.pid, startTime: target.startTime)
    return entries.withLock { entries in
      if let present = entries[key] { return present }
      let made = Entry(target)
      entries[key] = made
      return made
    }
  }

  private func attach(_ target: Target, interpreter: Int64?) throws(CommandError) -> sending AttachedAgent {
    // What it forked later would have the agent's traces and none of its thread.
    guard Self.role(of: target) != .master else {
      throw CommandError(
        .failed, "process \(target.pid) starts and watches workers, and serves nothing: an agent is for them",
        hint: "name the application, or \(target.pid)/children")
    }
    let process = try target.open()
    do throws(AttachError) {
      let agent = try AttachedAgent(in: process, interpreter: interpreter)
      try agent.renew(lease)
      return agent
    } catch {
      throw CommandError(error, pid: target.pid)
    }
  }

  /// A process that is named by its pid says little of itself: its children tell.
  private static func role(of target: Target) -> Application.Role {
    let table = try? ProcessTable(patience: .seconds(2))
    return table?.rows.first { $0.pid == target.pid }?.application.role ?? target.application.role
  }

  private static func summary(of agent: AttachedAgent, _ target: Target, isNew: Bool) -> AttachmentSummary {
    var summary = AttachmentSummary(
      pid: target.pid, application: target.application.name, state: .attached,
      pythonVersion: agent.process.runtime.version.description)
    summary.ceiling = (try? agent.status().ceiling).flatMap { Rung(rawValue: $0) }
    summary.isNew = isNew
    if isNew {
      summary.milliseconds = Double(agent.duration / .microseconds(10)) / 100
      if case .thread(_, let nanoseconds) = agent.way { summary.stoppedMicroseconds = Int(nanoseconds / 1000) }
    }
    return summary
  }

  // MARK: - Going

  /// Tells the agent of a process to go, and looks whether all of it is gone; nil where none is there.
  public func detach(_ target: Target) throws(CommandError) -> AttachmentSummary? {
    let key = Key(pid: target.pid, startTime: target.startTime)
    guard let entry = entries.withLock({ $0.removeValue(forKey: key) }) else { return nil }
    return try entry.agent.withLock { agent throws(CommandError) in
      guard let present = agent else { return nil }
      agent = nil
      var summary = AttachmentSummary(
        pid: target.pid, application: target.application.name, state: .detached,
        pythonVersion: present.process.runtime.version.description)
      do throws(AttachError) { summary.proof = .init(try present.detach()) } catch .processGone {
        throw CommandError(.noSuchProcess, "process \(target.pid) has ended, and its agent with it")
      } catch {
        throw CommandError(error, pid: target.pid)
      }
      return summary
    }
  }

  /// All of them go.
  public func detachAll() {
    for entry in entries.withLock({ Array($0.values) }) { _ = try? detach(entry.target) }
  }

  // MARK: - Staying

  /// The processes that have an agent.
  public func attached() -> [(target: Target, secondsLeft: Double)] {
    tend()
    return entries.withLock { Array($0.values) }.filter { entry in entry.agent.withLock { $0 != nil } }.map { entry in
      (entry.target, max(ContinuousClock.now.duration(to: entry.until.withLock { $0 }) / .seconds(1), 0))
    }.sorted { $0.target.pid < $1.target.pid }
  }

  /// An agent is to stay for so many seconds at least: something that it changed stands for as long.
  func keep(_ target: Target, for seconds: Double) {
    let key = Key(pid: target.pid, startTime: target.startTime)
    guard let entry = entries.withLock({ $0[key] }) else { return }
    entry.until.withLock { $0 = max($0, .now + .seconds(seconds + Self.idleSeconds)) }
  }

  /// Renews the agents' leases and lets those go whose time is over: to be called every few seconds.
  public func tend() {
    for entry in entries.withLock({ Array($0.values) }) {
      if isLasting, entry.until.withLock({ $0 }) < .now {
        _ = try? detach(entry.target)
        continue
      }
      // One that is busy has just been talked to.
      let isGone = entry.agent.withLockIfAvailable { agent in
        if (try? agent?.renew(lease)) == nil { agent = nil }
        return agent == nil
      }
      if isGone == true { forget(entry) }
    }
  }

  /// Waits for so long, or until it is interrupted, and tends the agents meanwhile.
  func wait(_ seconds: Double, _ context: ExecutionContext) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      let left = ContinuousClock.now.duration(to: end) / .seconds(1)
      guard context.wait(min(left, lease / 5)) else { return }
      tend()
    }
  }

  private func forget(_ entry: Entry) {
    entries.withLock { entries in
      let key = Key(pid: entry.target.pid, startTime: entry.target.startTime)
      if entries[key] === entry { entries[key] = nil }
    }
  }
}
