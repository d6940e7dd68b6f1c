import CPython
import Profiles
import RemoteProcess

/// Samples one process into a profile that several may share.
final class ProcessRecorder {
  let process: PythonProcess
  let application: String?
  let plan: RecordingPlan
  let builder: ProfileBuilder
  private let sampler: StackSampler
  let table: TrackTable
  /// Nil where neither requests nor tasks are asked for.
  private let work: WorkSearch?
  /// One for each of the sampler's threads, in its order; nil for those that are not wanted.
  @exclusivity(unchecked) private var tracks: [ThreadTrack?] = []
  @exclusivity(unchecked) private var knownList = -1
  /// Stacks on which a look saw a request, and those on which it saw none.
  @exclusivity(unchecked) private var nodesInRequests: Set<Int> = []
  @exclusivity(unchecked) private var nodesOutside: Set<Int> = []
  /// What a code object and an instruction of it are in the profile.
  @exclusivity(unchecked) private var places: [Place: Int] = [:]
  @exclusivity(unchecked) var counts = RecordingCounts()

  private struct Place: Hashable {
    let code: UInt64
    let instruction: UInt64
  }

  init(_ process: PythonProcess, application: String?, plan: RecordingPlan, builder: ProfileBuilder) {
    self.process = process
    self.application = application
    self.plan = plan
    self.builder = builder
    let table = TrackTable(builder, filter: plan.request)
    self.table = table
    work =
      plan.tellsRequests || plan.tellsTasks
      ? WorkSearch(process, finds: plan.tellsRequests, tasks: plan.tellsTasks, table: table) : nil
    let names = ThreadNames(process)
    sampler = StackSampler(process.runtime, readsGIL: plan.mode == .gil || plan.isLive) { state in
      plan.threads.isEmpty || names.isAny(of: plan.threads, state)
    }
  }

  // MARK: - Ticks

  /// One look at all threads, at a moment of the recording, which stands for so many nanoseconds.
  func tick(at now: UInt64, _ nanoseconds: UInt64) throws(ReadError) {
    try sampler.tick()
    try followList()
    lookForWork(at: now)
    let threads = sampler.threads
    for index in threads.indices {
      if let track = tracks[index] { add(threads[index], track, nanoseconds) }
    }
  }

  /// The same while each thread in turn stands still.
  func tick(at now: UInt64, _ nanoseconds: UInt64, with stopper: inout ThreadStopper) throws(ReadError) {
    try sampler.lookAtStates()
    try followList()
    for (thread, track) in zip(sampler.threads, tracks) {
      guard let track, let tid = track.nativeID else { continue }
      do throws(ThreadStopError) {
        _ = try stopper.whileStopped(tid) { _ in sampler.look(atStopped: thread) }
        add(thread, track, nanoseconds)
      } catch {
        counts.failed += 1
      }
    }
    lookForWork(at: now)
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
    for gone in known.values {
      settlePending(of: gone, since: work?.servings[gone.thread.state.threadID], until: nil)
      gone.settle(builder)
    }
  }

  private func newTrack(of thread: SampledThread, _ names: ThreadNames) -> ThreadTrack {
    let nativeID = names.nativeID(of: thread.state)
    let name = names.name(of: thread.state) ?? nativeID.map { "thread \($0)" } ?? "thread"
    let carrier = table.carrier(
      Profile.Track(pid: process.pid, application: application, name: name, nativeID: nativeID))
    return ThreadTrack(
      carrier: carrier, name: name, thread: thread, nativeID: nativeID,
      observer: plan.mode == .cpu || plan.isLive
        ? nativeID.flatMap { try? ThreadObserver(pid: process.pid, tid: $0) } : nil)
  }

  private func add(_ thread: SampledThread, _ track: ThreadTrack, _ nanoseconds: UInt64) {
    track.looks.all += 1
    if thread.holdsGIL { track.looks.withGIL += 1 }
    if plan.mode == .gil, !thread.holdsGIL { return track.leaveFunction() }
    counts.samples += 1
    if !thread.isUnchanged || track.node == nil { name(thread, track) }
    guard let node = track.node else { return }
    if !track.isCertain {
      counts.uncertain += 1
      if thread.frames.isEmpty { counts.failed += 1 }
    }
    if plan.function != nil { noticeCall(thread, track, node) }
    if plan.mode == .cpu, !track.isOnCPU { return }
    if let work, plan.tellsRequests {
      let isServing = noticeRequest(thread, track, work)
      track.wait(node, isServing: isServing, count: 1, nanoseconds: nanoseconds)
    } else {
      deliver(track, track.runs.carrier, TrackTable.none, node, count: 1, nanoseconds)
    }
  }

  /// Puts samples where they belong.
  private func deliver(
    _ track: ThreadTrack, _ carrier: Int, _ label: Int, _ node: Int, count: Int, _ nanoseconds: UInt64
  ) {
    let index: Int
    if let last = track.delivered, last.carrier == carrier, last.label == label {
      index = last.track
    } else {
      index = table.track(carrier: carrier, label: label)
      track.delivered = (carrier, label, index)
    }
    if plan.mode == .cpu {
      track.notice(index, node, count: count)
    } else if index != TrackTable.leftOut {
      track.entry = builder.add(track: index, node: node, count: count, nanoseconds: nanoseconds, near: track.entry)
    }
  }

  private func noticeCall(_ thread: SampledThread, _ track: ThreadTrack, _ node: Int) {
    guard let depth = builder.depthOfFunction(in: node) else { return track.leaveFunction() }
    let frames = thread.frames
    // Frames outside of the task that runs are not part of the node.
    let outside = track.frames.count + (track.isCertain ? 0 : 1) - 1 - builder.depth(of: node)
    let index = frames.count - 1 - outside - depth
    if track.isNewCall(frames.indices.contains(index) ? frames[index].address : .null) { counts.calls += 1 }
  }

  /// Gives each thread's samples the time that it really had a CPU, since the last call.
  func settle() { for track in tracks { track?.settle(builder) } }

  /// The last samples are settled too: those that go on with what was last found.
  func end() {
    for track in tracks {
      guard let track else { continue }
      settlePending(of: track, since: work?.servings[track.thread.state.threadID], until: nil)
      track.settle(builder)
    }
  }

  // MARK: - Requests and tasks

  private func lookForWork(at now: UInt64) {
    guard let work, work.isDue(at: now) else { return }
    var looked: [(thread: SampledThread, hasChanged: Bool)] = []
    for (thread, track) in zip(sampler.threads, tracks) {
      guard let track else { continue }
      if !thread.isUnchanged { track.hasChanged = true }
      looked.append((thread, track.hasChanged))
      track.hasChanged = false
    }
    let before = work.servings
    let hadTasks = !work.tasks.isEmpty
    let weight = work.look(at: now, looked)
    counts.looks += 1
    for track in tracks {
      guard let track else { continue }
      let id = track.thread.state.threadID
      settlePending(of: track, since: before[id], until: work.servings[id])
      track.found = work.sure.contains(id) ? work.servings[id].map { $0.request != nil } : nil
      if work.servings[id]?.request != nil { track.hasServed = true }
      track.isServing = true
      if hadTasks || !work.tasks.isEmpty { track.forgetNames() }
    }
    if plan.tellsTasks, plan.mode == .wall {
      addWaitingTasks(work, weight)
      addWaitingGreenlets(work)
    }
  }

  /// Whether the stack is still in the calls that served what was found, and has been since.
  private func noticeRequest(_ thread: SampledThread, _ track: ThreadTrack, _ work: WorkSearch) -> Bool {
    if let found = track.found, let node = track.node {
      track.found = nil
      if track.isCertain, track.runs.carrier == track.carrier {
        if found { nodesInRequests.insert(node) } else { nodesOutside.insert(node) }
      }
    }
    guard !thread.isUnchanged else { return track.isServing }
    track.hasChanged = true
    let isServing = track.isServing && work.servings[thread.state.threadID]?.isServed(by: thread) == true
    // What is not proven says nothing of the next one.
    if track.isCertain { track.isServing = isServing }
    return isServing
  }

  /// What stayed in the calls that served a request served it, and so did all between two looks at the same request. What is
  /// where a look saw no request serves none, and neither does a thread that was never seen to serve any. A task is known by its
  /// coroutine.
  private func settlePending(of track: ThreadTrack, since before: WorkSearch.Serving?, until after: WorkSearch.Serving?)
  {
    let label = before?.label ?? TrackTable.none
    let isSame = before?.request != nil && before?.request == after?.request
    let isIdle = before != nil && after != nil && before?.request == nil && after?.request == nil && !track.hasServed
    for sample in track.takePending() {
      var served = isIdle ? TrackTable.none : TrackTable.between
      if nodesOutside.contains(sample.node), !nodesInRequests.contains(sample.node) {
        served = TrackTable.none
      } else if isSame || (sample.isServing && before?.request != nil) {
        served = label
      }
      if sample.label != TrackTable.none, served == TrackTable.between || served == TrackTable.none {
        served = sample.label
      }
      counts.asked += sample.count
      counts.told += served == TrackTable.between ? 0 : sample.count
      if table.isWanted(served) { counts.wanted += sample.count }
      deliver(track, sample.carrier, served, sample.node, count: sample.count, sample.nanoseconds)
    }
  }

  // MARK: - Live

  /// The threads as they are, with what was counted of each since the last call.
  func liveThreads() -> [LiveView.Thread] {
    tracks.compactMap { track in
      guard let track else { return nil }
      return track.liveThread(
        pid: process.pid, track: max(table.track(carrier: track.carrier, label: TrackTable.none), 0))
    }
  }

  // MARK: - Names

  /// No thread begins with a generator: a chain that does was cut where the generator ended.
  private func hasRoot(_ thread: SampledThread, _ track: ThreadTrack) -> Bool {
    guard let code = thread.frames.last?.code else { return true }
    if let known = track.root, known.code == code { return known.isOne }
    guard let object = try? process.runtime.codeObject(at: code) else { return true }
    track.root = (code, !object.isCoroutineOrGenerator)
    return !object.isCoroutineOrGenerator
  }

  /// The node of a stack: its outer frames as far as they can be trusted, then a mark where there were more.
  private func name(_ thread: SampledThread, _ track: ThreadTrack) {
    let frames = thread.frames
    var trusted = frames.count
    if case .uncertain(let count) = thread.quality { trusted = min(count, frames.count) }
    let hasRoot = hasRoot(thread, track)
    if !hasRoot { trusted = 0 }
    track.isCertain = hasRoot && thread.quality == .consistent
    var node = -1
    var depth = 0
    track.runs = (track.carrier, TrackTable.none)
    let tasks = work?.taskOfFrame
    // Outer frames stay as they are from one sample to the next; those of tasks come and go at the same places.
    while tasks?.isEmpty != false, depth < trusted, depth < track.frames.count {
      let frame = frames[frames.count - 1 - depth]
      let known = track.frames[depth]
      guard frame.code == known.code, frame.isAtSamePlace(as: known.frame) else { break }
      node = known.node
      depth += 1
    }
    track.frames.removeLast(track.frames.count - depth)
    while depth < trusted {
      let frame = frames[frames.count - 1 - depth]
      if let index = tasks?[frame.address.rawValue] { enter(index, track, &node) }
      node = builder.node(parent: node, location: location(of: frame))
      track.frames.append((frame.code, frame, node))
      depth += 1
    }
    if !track.isCertain {
      node = builder.node(parent: node, location: builder.mark(frames.isEmpty ? "[unreadable]" : "[uncertain]"))
    }
    track.node = node
  }

  /// Below the first frame of a task lies the task's own stack, on the task's own track.
  private func enter(_ index: Int, _ track: ThreadTrack, _ node: inout Int) {
    guard let task = work?.tasks[index] else { return }
    track.runs.label = task.label
    guard plan.tellsTasks else { return }
    track.runs.carrier = carrier(of: task.task)
    node = -1
  }

  func location(of frame: RawFrame) -> Int {
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
  func forgetNodes() {
    nodesInRequests.removeAll()
    nodesOutside.removeAll()
    for track in tracks { track?.forgetNames() }
  }
}
