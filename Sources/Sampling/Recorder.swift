public import CPython
import Glibc
public import Profiles
import RemoteProcess

/// Records a profile of one or more processes, on the thread that calls it.
public final class Recorder {
  /// A process to record.
  public struct Target {
    public let process: PythonProcess
    public let application: String?

    public init(process: PythonProcess, application: String?) {
      self.process = process
      self.application = application
    }
  }

  private let plan: RecordingPlan
  private let builder: ProfileBuilder
  private var recorders: [ProcessRecorder] = []
  private let clock: SampleClock
  /// Sums of those that ended before the recording did.
  private var ended = RecordingCounts()
  private var ticks = 0
  private var suspended: [Int32: UInt64] = [:]
  private let ownCPU = Recorder.cpuTime()
  private let asleepBefore = SampleClock.timeAsleep()
  private var marks = ProfileBuilder.Marks()

  public init(_ targets: [Target], plan: RecordingPlan) {
    self.plan = plan
    var about = ProfileFacts(mode: plan.mode, rate: plan.rate)
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    about.started = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    about.isStopped = plan.stops
    about.filters = plan.threads.map { "thread \($0)" } + (plan.function.map { ["function \($0)"] } ?? [])
    if let request = plan.request { about.filters.append("requests \(request)") }
    if let duty = plan.duty { about.filters.append("\(duty.on) s of every \(duty.period) s") }
    builder = ProfileBuilder(about, function: plan.function, keepsRuns: plan.keepsRuns)
    clock = SampleClock(rate: plan.rate, duty: plan.duty)
    for target in targets { add(target) }
  }

  private func add(_ target: Target) {
    recorders.append(
      ProcessRecorder(target.process, application: target.application, plan: plan, builder: builder))
    builder.change { about in
      about.targets.append(
        ProfileFacts.Target(
          pid: target.process.pid, application: target.application, python: "\(target.process.runtime.version)"))
    }
  }

  /// Whoever records asks this now and then.
  public struct Surroundings {
    /// Whether to end, and keep what was gathered.
    public let isCancelled: () -> Bool
    /// Is shown how far it is, twice a second; false ends it.
    public let progress: (ProfileFacts) -> Bool
    /// Processes that joined since: workers that the server started. Asked every two seconds.
    public let newTargets: ([Int32]) -> [Target]
    /// Of a live plan: is given every `interval` seconds, which is asked each time, what was gathered since the time before; false ends it.
    public let live: (interval: () -> Double, take: (LiveView) -> Bool)?

    public init(
      isCancelled: @escaping () -> Bool, progress: @escaping (ProfileFacts) -> Bool = { _ in true },
      newTargets: @escaping ([Int32]) -> [Target] = { _ in [] },
      live: (interval: () -> Double, take: (LiveView) -> Bool)? = nil
    ) {
      self.isCancelled = isCancelled
      self.progress = progress
      self.newTargets = newTargets
      self.live = live
    }
  }

  /// Samples until the time is over, it is told to end, or every process has ended; returns what was gathered.
  public func run(_ surroundings: Surroundings) throws(ThreadStopError) -> Profile {
    if plan.stops, let pid = recorders.first?.process.pid {
      try ThreadStopper.run(pid: pid) { stopper in
        loop(surroundings) { (recorder, now, nanoseconds) throws(ReadError) in
          try recorder.tick(at: now, nanoseconds, with: &stopper)
        }
      }
    } else {
      loop(surroundings) { (recorder, now, nanoseconds) throws(ReadError) in
        try recorder.tick(at: now, nanoseconds)
      }
    }
    for recorder in recorders {
      recorder.end()
      ended.add(recorder.counts)
    }
    recorders.removeAll()
    builder.settleRuns()
    settleFacts(ended)
    if builder.isFull { note("more stacks differed than are kept: the rest end in [too many stacks]") }
    // The two clocks are not read at the same moment: a little less than before is nothing.
    let asleep = SampleClock.timeAsleep()
    if asleep > asleepBefore + 100_000_000 {
      note("this machine slept for \(Double((asleep - asleepBefore) / 10_000_000) / 100) s, which is not counted")
    }
    if plan.tellsRequests { note(requestNote(ended)) }
    for (pid, time) in suspended.sorted(by: { $0.key < $1.key }) {
      note("process \(pid) was suspended for \(Double(time / 10_000_000) / 100) s, which is not counted")
    }
    return builder.profile.focused(on: plan.function, calls: ended.calls)
  }

  private func loop(
    _ surroundings: Surroundings, _ look: (ProcessRecorder, UInt64, UInt64) throws(ReadError) -> Void
  ) {
    let end = plan.duration.map { UInt64($0 * 1e9) } ?? .max
    var chores = Chores()
    clock.begin()
    // Where every process ended, nobody was left to look at.
    defer { if !recorders.isEmpty { clock.end(at: min(clock.elapsed, end)) } }
    while !recorders.isEmpty, clock.elapsed < end {
      guard let weight = clock.next(before: end, isCancelled: surroundings.isCancelled) else { break }
      let moment = clock.elapsed
      builder.now = moment
      for recorder in recorders where chores.stopped.isEmpty || chores.stopped[recorder.process.pid] == nil {
        do throws(ReadError) {
          try look(recorder, moment, weight)
          ticks += 1
        } catch {
          chores.suspects.append((recorder, error))
        }
      }
      if !chores.suspects.isEmpty { dropEnded(&chores) }
      let now = clock.elapsed
      if Chores.isDue(&chores.check, now, 100_000_000) { check(&chores, now) }
      if Chores.isDue(&chores.names, now, 1_000_000_000) { for recorder in recorders { recorder.refreshNames() } }
      if Chores.isDue(&chores.search, now, 2_000_000_000) {
        surroundings.newTargets(recorders.map(\.process.pid)).forEach(add)
      }
      if Chores.isDue(&chores.show, now, 500_000_000), !surroundings.progress(facts()) { break }
      if let live = surroundings.live {
        let before = chores.view
        if Chores.isDue(&chores.view, now, UInt64(live.interval() * 1e9)), !live.take(view(over: now - before)) {
          break
        }
      }
    }
  }

  /// What is to be done now and then.
  private struct Chores {
    var check: UInt64 = 0
    var names: UInt64 = 0
    var search: UInt64 = 0
    var show: UInt64 = 0
    var view: UInt64 = 0
    var suspects: [(ProcessRecorder, ReadError)] = []
    /// Processes stopped by a signal, and when that was seen.
    var stopped: [Int32: UInt64] = [:]

    static func isDue(_ last: inout UInt64, _ now: UInt64, _ every: UInt64) -> Bool {
      guard now - last >= every else { return false }
      last = now
      return true
    }
  }

  private func check(_ chores: inout Chores, _ now: UInt64) {
    for recorder in recorders {
      let pid = recorder.process.pid
      recorder.settle()
      let state: ProcessState
      do throws(MemoryReadError) { state = try recorder.process.memory.checkAlive() } catch {
        chores.suspects.append((recorder, .memory(error)))
        continue
      }
      if state.isStopped {
        chores.stopped[pid] = chores.stopped[pid] ?? now
      } else if let since = chores.stopped.removeValue(forKey: pid) {
        suspended[pid, default: 0] += now - since
      }
    }
    if !chores.suspects.isEmpty { dropEnded(&chores) }
  }

  /// Those that ended are left; one that could only not be read at this moment is looked at again.
  private func dropEnded(_ chores: inout Chores) {
    for (recorder, error) in chores.suspects where recorders.contains(where: { $0 === recorder }) {
      var isGone = error.isFinal
      do throws(MemoryReadError) { try recorder.process.memory.checkAlive() } catch { isGone = true }
      guard isGone else { continue }
      note("process \(recorder.process.pid) ended, or became another program, while it was recorded")
      recorder.end()
      ended.add(recorder.counts)
      recorders.removeAll { $0 === recorder }
    }
    chores.suspects.removeAll()
  }

  // MARK: - Live

  /// What was gathered since the last view.
  private func view(over nanoseconds: UInt64) -> LiveView {
    for recorder in recorders { recorder.settle() }
    var profile = builder.profile
    profile.about = facts()
    profile.stacks = builder.added(since: &marks)
    let view = LiveView(
      profile: profile, seconds: Double(nanoseconds) / 1e9,
      threads: recorders.flatMap { $0.liveThreads() })
    if builder.forgetStacksIfMany() {
      marks = ProfileBuilder.Marks()
      for recorder in recorders { recorder.forgetNodes() }
    }
    return view
  }

  // MARK: - Facts

  private func facts() -> ProfileFacts {
    var sum = ended
    for recorder in recorders { sum.add(recorder.counts) }
    settleFacts(sum)
    return builder.profile.about
  }

  private func settleFacts(_ sum: RecordingCounts) {
    builder.change { about in
      about.samples = sum.samples
      about.uncertain = sum.uncertain
      about.failed = sum.failed
      about.ticks = ticks
      about.missed = clock.missed
      about.seconds = Double(clock.periods) * clock.period / 1e9
      about.achievedRate =
        clock.periods == 0 ? 0 : plan.rate * Double(clock.periods - clock.missed) / Double(clock.periods)
      about.ownCPU = Double(Self.cpuTime() - ownCPU) / 1e9
    }
  }

  /// How well it is known what served what.
  private func requestNote(_ counts: RecordingCounts) -> String {
    func percent(_ part: Int) -> String {
      let share = counts.asked == 0 ? 0 : Double(part) / Double(counts.asked)
      return "\((share * 1000).rounded() / 10) %"
    }
    let wanted = plan.request.map { "; \(percent(counts.wanted)) served \($0)" } ?? ""
    return
      "requests were looked for \(counts.looks) times; of \(percent(counts.told)) of the samples it is known what they "
      + "served" + wanted
  }

  private func note(_ text: String) { builder.change { $0.notes.append(text) } }

  private static func cpuTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
