public import Attaching
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
  private let follows = Mutex<[Follow]>([])
  /// Where agents listen that their applications have loaded themselves, by pid: these are asked, and none is attached.
  private let listening = Mutex<[Int32: AgentAddress]>([:])

  /// Seconds without a word of ours after which an agent goes.
  private let lease: Double
  /// Seconds that an agent stays for whom no command attached it expressly.
  public static let idleSeconds = 60.0

  /// A process for good, whatever gets its pid.
  private struct Key: Hashable {
    let pid: Int32
    let startTime: UInt64

    init(_ target: Target) {
      pid = target.pid
      startTime = target.startTime
    }
  }

  private final class Entry: Sendable {
    let target: Target
    let agent: Mutex<PresentAgent?>
    /// Commands that talk over connections of their own: while there are any, it stays.
    let conversations = Mutex(0)
    /// When it is to go.
    let until: Mutex<ContinuousClock.Instant>

    init(_ target: Target) {
      self.target = target
      agent = Mutex(nil)
      until = Mutex(.now)
    }
  }

  /// What names of applications are to mean for a while: whoever is new among them gets an agent too.
  private struct Follow: Sendable {
    let names: [String]
    let interpreter: Int64?
    let until: ContinuousClock.Instant
    /// As in `ExecutionContext`: within the rights of whoever attached.
    let newcomers: @Sendable (_ known: [Int32]) -> [Target]
    /// How often attaching to a process was tried in vain.
    var failures: [Int32: Int] = [:]
    var nextLook = ContinuousClock.now
  }

  /// Seconds between two looks for new processes.
  private static let followInterval = 5.0
  private static let followLimit = 100
  /// A process that is only starting refuses at first.
  private static let attemptLimit = 3

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
    let entry = entry(for: target)
    let summary = try entry.agent.withLock { agent throws(CommandError) in
      if let present = agent, (try? present.link.renew(lease)) != nil {
        return present.summary(of: target, isNew: false)
      }
      agent = try attach(target, interpreter: interpreter)
      guard let agent else { throw CommandError(.failed, "process \(target.pid): no agent") }
      return agent.summary(of: target, isNew: true)
    }
    // What was promised before holds: something that it changed may stand for longer.
    let until = entry.until.withLock { until in
      until = max(until, .now + .seconds(seconds))
      return until
    }
    var result = summary
    result.secondsLeft = ContinuousClock.now.duration(to: until) / .seconds(1)
    return result
  }

  /// Processes that these names come to mean get an agent too, for so many seconds from now on.
  func follow(_ names: [String], interpreter: Int64?, for seconds: Double, _ context: ExecutionContext) {
    guard !names.isEmpty else { return }
    let follow = Follow(
      names: names, interpreter: interpreter, until: .now + .seconds(seconds), newcomers: context.newcomers)
    follows.withLock { follows in
      follows.removeAll { $0.names == names }
      if follows.count < Self.followLimit { follows.append(follow) }
    }
  }

  func unfollow(_ names: [String]) {
    follows.withLock { $0.removeAll { follow in follow.names.contains { names.contains($0) } } }
  }

  private func attachNewcomers() {
    let now = ContinuousClock.now
    let due = follows.withLock { follows in
      follows.removeAll { $0.until <= now }
      let due = follows.filter { $0.nextLook <= now }
      for index in follows.indices where follows[index].nextLook <= now {
        follows[index].nextLook = now + .seconds(Self.followInterval)
      }
      return due
    }
    for follow in due {
      let known = entries.withLock { $0.keys.map(\.pid) }
      let hopeless = follow.failures.filter { $0.value >= Self.attemptLimit }.map(\.key)
      var failures = follow.failures
      for target in follow.newcomers(known + hopeless) {
        let left = now.duration(to: follow.until) / .seconds(1)
        do throws(CommandError) {
          _ = try attach(target, interpreter: follow.interpreter, for: left)
        } catch {
          failures[target.pid, default: 0] += 1
          forget(target)
        }
      }
      follows.withLock { follows in
        if let index = follows.firstIndex(where: { $0.names == follow.names }) { follows[index].failures = failures }
      }
    }
  }

  /// Has `body` talk to the agent in a process, which is attached for that where none is: `isNew` then.
  func use<Value: Sendable>(
    _ target: Target, _ body: (borrowing AgentLink) throws(AttachError) -> Value
  ) throws(CommandError) -> (value: Value, isNew: Bool) {
    let entry = entry(for: target)
    return try entry.agent.withLock { agent throws(CommandError) in
      let isNew = agent == nil
      if isNew {
        agent = try attach(target, interpreter: nil)
        entry.until.withLock { $0 = .now + .seconds(Self.idleSeconds) }
      }
      guard let present = agent else { throw CommandError(.failed, "process \(target.pid): no agent") }
      do throws(AttachError) { return (try body(present.link), isNew) } catch {
        // What does not answer is not asked again: its connection ends, and it goes.
        if error.endsAgent { agent = nil }
        throw CommandError(error, pid: target.pid)
      }
    }
  }

  /// Whether of what was replaced in the process' code and is over nothing is left; nil where that is not known.
  func isUndone(_ target: Target) -> Bool? {
    entry(for: target).agent.withLock { agent in
      guard let present = agent else { return nil }
      return try? present.isUndone()
    } ?? nil
  }

  /// Has a command carried out that talks with whoever gave it, over a connection of its own: others use the agent meanwhile.
  func converse(
    _ target: Target, _ command: String, as rung: Rung, _ arguments: Fact, _ talk: AgentTalk
  ) throws(CommandError) -> AgentOutcome {
    let (opening, _) = try use(target) { (agent) throws(AttachError) in
      // Nobody tends it while one command runs alone; the end of its connection ends it.
      if !isLasting { try agent.renew(3600) }
      return try agent.opening(for: command)
    }
    let entry = entry(for: target)
    entry.conversations.withLock { $0 += 1 }
    defer {
      entry.conversations.withLock { $0 -= 1 }
      keep(target, for: 0)
    }
    do throws(AttachError) {
      return try opening.connect().converse(command, as: rung.rawValue, arguments, talk)
    } catch {
      throw CommandError(error, pid: target.pid)
    }
  }

  /// An application has loaded its agent itself, and it listens there.
  public func use(_ address: AgentAddress, for pid: Int32) { listening.withLock { $0[pid] = address } }

  private func entry(for target: Target) -> Entry {
    let key = Key(target)
    return entries.withLock { entries in
      if let present = entries[key] { return present }
      let made = Entry(target)
      entries[key] = made
      return made
    }
  }

  private func attach(_ target: Target, interpreter: Int64?) throws(CommandError) -> sending PresentAgent {
    if let address = listening.withLock({ $0[target.pid] }) {
      do throws(AttachError) {
        let agent = try PresentAgent(at: address)
        guard try agent.link.status().pid == target.pid else { throw .processGone }
        try agent.link.renew(lease)
        return agent
      } catch {
        throw CommandError(error, pid: target.pid)
      }
    }
    // What it forked later would have the agent's traces and none of its thread.
    // Who was found by a name was found in the table of all processes, and has its role from there.
    let role = target.location == nil ? ProcessTable.role(of: target.pid) : nil
    guard role ?? target.application.role != .master else {
      throw CommandError(
        .failed, "process \(target.pid) starts and watches workers, and serves nothing: an agent is for them",
        hint: "name the application, or \(target.pid)/children")
    }
    let process = try target.open()
    do throws(AttachError) {
      let agent = try AttachedAgent(in: process, interpreter: interpreter)
      try agent.link.renew(lease)
      return PresentAgent(agent)
    } catch {
      throw CommandError(error, pid: target.pid)
    }
  }

  // MARK: - Going

  /// Tells the agent of a process to go, and looks whether all of it is gone; nil where none is there.
  public func detach(_ target: Target) throws(CommandError) -> AttachmentSummary? {
    let key = Key(target)
    guard let entry = entries.withLock({ $0.removeValue(forKey: key) }) else { return nil }
    return try entry.agent.withLock { agent throws(CommandError) in
      guard let present = agent else { return nil }
      agent = nil
      do throws(AttachError) { return try present.detach(from: target) } catch .processGone {
        throw CommandError(.noSuchProcess, "process \(target.pid) has ended, and its agent with it")
      } catch {
        throw CommandError(error, pid: target.pid)
      }
    }
  }

  /// All of them go. Returns those that were there to the end.
  @discardableResult public func detachAll() -> [AttachmentSummary] {
    follows.withLock { $0 = [] }
    return entries.withLock { Array($0.values) }.compactMap { try? detach($0.target) }
  }

  /// A command is over: what does not outlast it goes.
  func endCommand() {
    if !isLasting { detachAll() }
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
    let key = Key(target)
    guard let entry = entries.withLock({ $0[key] }) else { return }
    entry.until.withLock { $0 = max($0, .now + .seconds(seconds + Self.idleSeconds)) }
  }

  /// Renews the agents' leases, lets those go whose time is over, and attaches to whoever is new under a name that is
  /// followed: to be called every few seconds.
  public func tend() {
    attachNewcomers()
    for entry in entries.withLock({ Array($0.values) }) {
      if isLasting, entry.until.withLock({ $0 }) < .now, entry.conversations.withLock({ $0 == 0 }) {
        _ = try? detach(entry.target)
        continue
      }
      // One that is busy has just been talked to.
      let isGone = entry.agent.withLockIfAvailable { agent in
        if (try? agent?.link.renew(lease)) == nil { agent = nil }
        return agent == nil
      }
      if isGone == true { forget(entry.target) }
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

  /// An entry whose agent is not there, or has gone.
  private func forget(_ target: Target) {
    let key = Key(target)
    entries.withLock { entries in
      if entries[key]?.agent.withLockIfAvailable({ $0 == nil }) == true { entries[key] = nil }
    }
  }
}
