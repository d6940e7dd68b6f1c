import CPython
import Profiles
import RemoteProcess

/// Samples one process into a profile that several may share.
final class ProcessRecorder {
  let process: PythonProcess
  private let application: String?
  private let plan: RecordingPlan
  private let builder: ProfileBuilder
  private let sampler: StackSampler
  /// One for each of the sampler's threads, in its order; nil for those that are not wanted.
  private var tracks: [ThreadTrack?] = []
  private var knownList = -1
  /// What a code object and an instruction of it are in the profile.
  private var places: [Place: Int] = [:]

  private(set) var samples = 0
  private(set) var uncertain = 0
  private(set) var failed = 0
  /// Calls of the wanted function that were seen.
  private(set) var calls = 0

  private struct Place: Hashable {
    let code: UInt64
    let instruction: UInt64
  }

  init(_ process: PythonProcess, application: String?, plan: RecordingPlan, builder: ProfileBuilder) {
    self.process = process
    self.application = application
    self.plan = plan
    self.builder = builder
    let names = ThreadNames(process)
    sampler = StackSampler(process.runtime, readsGIL: plan.mode == .gil || plan.isLive) { state in
      plan.threads.isEmpty || names.isAny(of: plan.threads, state)
    }
  }

  // MARK: - Ticks

  /// One look at all threads, which stands for so many nanoseconds.
  func tick(_ nanoseconds: UInt64) throws(ReadError) {
    try sampler.tick()
    try followList()
    for (thread, track) in zip(sampler.threads, tracks) { if let track { add(thread, track, nanoseconds) } }
  }

  /// The same while each thread in turn stands still.
  func tick(_ nanoseconds: UInt64, with stopper: inout ThreadStopper) throws(ReadError) {
    try sampler.lookAtStates()
    try followList()
    for (thread, track) in zip(sampler.threads, tracks) {
      guard let track, let tid = track.nativeID else { continue }
      do throws(ThreadStopError) {
        _ = try stopper.whileStopped(tid) { sampler.look(atStopped: thread) }
        add(thread, track, nanoseconds)
      } catch {
        failed += 1
      }
    }
  }

  private func followList() throws(ReadError) {
    guard knownList != sampler.listVersion else { return }
    knownList = sampler.listVersion
    var known = Dictionary(tracks.compactMap { track in track.map { ($0.thread.state, $0) } }) { first, _ in first }
    let names = ThreadNames(process)
    tracks = sampler.threads.map { thread in
      guard thread.isWanted else { return nil }
      return known.removeValue(forKey: thread.state) ?? newTrack(of: thread, names)
    }
    for gone in known.values { gone.settle(builder) }
  }

  private func newTrack(of thread: SampledThread, _ names: ThreadNames) -> ThreadTrack {
    let nativeID = names.nativeID(of: thread.state)
    let name = names.name(of: thread.state) ?? nativeID.map { "thread \($0)" } ?? "thread"
    let index = builder.track(
      Profile.Track(pid: process.pid, application: application, name: name, nativeID: nativeID))
    return ThreadTrack(
      index: index, name: name, thread: thread, nativeID: nativeID,
      observer: plan.mode == .cpu || plan.isLive
        ? nativeID.flatMap { try? ThreadObserver(pid: process.pid, tid: $0) } : nil)
  }

  private func add(_ thread: SampledThread, _ track: ThreadTrack, _ nanoseconds: UInt64) {
    track.looks.all += 1
    if thread.holdsGIL { track.looks.withGIL += 1 }
    if plan.mode == .gil, !thread.holdsGIL { return track.leaveFunction() }
    samples += 1
    if !thread.isUnchanged || track.node == nil { name(thread, track) }
    guard let node = track.node else { return }
    if !track.isCertain {
      uncertain += 1
      if thread.frames.isEmpty { failed += 1 }
    }
    if plan.function != nil { noticeCall(thread, track, node) }
    if plan.mode == .cpu {
      track.notice(node)
    } else {
      track.entry = builder.add(track: track.index, node: node, count: 1, nanoseconds: nanoseconds, near: track.entry)
    }
  }

  private func noticeCall(_ thread: SampledThread, _ track: ThreadTrack, _ node: Int) {
    guard let depth = builder.depthOfFunction(in: node) else { return track.leaveFunction() }
    let frames = thread.frames
    if track.isNewCall(depth < frames.count ? frames[frames.count - 1 - depth].address : .null) { calls += 1 }
  }

  /// Gives each thread's samples the time that it really had a CPU, since the last call.
  func settle() {
    for track in tracks { track?.settle(builder) }
  }

  /// The threads as they are, with what was counted of each since the last call.
  func liveThreads() -> [LiveView.Thread] { tracks.compactMap { $0?.liveThread(pid: process.pid) } }

  // MARK: - Names

  /// No thread begins with a generator: a chain that does was cut where the generator ended.
  private func hasRoot(_ thread: SampledThread) -> Bool {
    guard let root = thread.frames.last else { return true }
    return (try? process.runtime.codeObject(at: root.code))?.isCoroutineOrGenerator != true
  }

  /// The node of a stack: its outer frames as far as they can be trusted, then a mark where there were more.
  private func name(_ thread: SampledThread, _ track: ThreadTrack) {
    let frames = thread.frames
    var trusted = frames.count
    if case .uncertain(let count) = thread.quality { trusted = min(count, frames.count) }
    let hasRoot = hasRoot(thread)
    if !hasRoot { trusted = 0 }
    track.isCertain = hasRoot && thread.quality == .consistent
    var node = -1
    var depth = 0
    // Outer frames stay as they are from one sample to the next.
    while depth < trusted, depth < track.frames.count {
      let frame = frames[frames.count - 1 - depth]
      let known = track.frames[depth]
      guard frame.code == known.code, frame.isAtSamePlace(as: known.frame) else { break }
      node = known.node
      depth += 1
    }
    track.frames.removeSubrange(depth...)
    while depth < trusted {
      let frame = frames[frames.count - 1 - depth]
      node = builder.node(parent: node, location: location(of: frame))
      track.frames.append((frame.code, frame, node))
      depth += 1
    }
    if !track.isCertain {
      node = builder.node(parent: node, location: builder.mark(frames.isEmpty ? "[unreadable]" : "[uncertain]"))
    }
    track.node = node
  }

  private func location(of frame: RawFrame) -> Int {
    let place = Place(code: frame.code.rawValue, instruction: frame.place)
    if let known = places[place] { return known }
    if places.count > 200_000 { places.removeAll(keepingCapacity: true) }
    process.runtime.memory.forgetAll()
    let named = process.runtime.frame(frame)
    guard let code = named.code else { return builder.mark("[unreadable]") }
    let function = Profile.Function(name: code.qualifiedName, file: code.filename, firstLine: code.firstLine)
    let location = builder.location(function, line: named.line ?? 0)
    places[place] = location
    return location
  }

  /// Forgets names of code whose place other code has taken. To be called every second or so.
  func refreshNames() {
    guard process.runtime.forgetReplacedCode() else { return }
    places.removeAll(keepingCapacity: true)
    forgetNodes()
  }

  /// Nodes and entries of the profile are not those that they were.
  func forgetNodes() { for track in tracks { track?.forgetNames() } }
}
