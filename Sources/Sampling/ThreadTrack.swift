import CPython
import Profiles
import RemoteProcess

/// What is kept beside a thread while it is sampled.
final class ThreadTrack {
  /// Its number in the track table.
  let carrier: Int
  let name: String
  let thread: SampledThread
  let nativeID: Int32?
  @exclusivity(unchecked) var node: Int?
  /// Whether its last stack was proven.
  @exclusivity(unchecked) var isCertain = false
  /// Where the last stack is kept: the next one is often the same.
  @exclusivity(unchecked) var entry = -1
  /// Whose last samples went to which track.
  @exclusivity(unchecked) var delivered: (carrier: Int, label: Int, track: Int)?
  /// The last stack, outermost frame first, each with its node.
  @exclusivity(unchecked) var frames: [(code: RemoteAddress, frame: RawFrame, node: Int)] = []
  /// The outermost code of the last stack, and whether a thread can begin with it.
  @exclusivity(unchecked) var root: (code: RemoteAddress, isOne: Bool)?
  /// What the last stack ran: itself, or one of the tasks of its event loop; and the request that this task is known to
  /// serve.
  @exclusivity(unchecked) var runs: (carrier: Int, label: Int)
  /// Since the last view of a live recording.
  @exclusivity(unchecked) var looks = (all: 0, withGIL: 0)
  private var viewedCPUTime: UInt64?
  private var call = RemoteAddress.null
  private let observer: ThreadObserver?
  /// Samples on a CPU that have no weight yet.
  private var open: [(track: Int, node: Int, count: Int)] = []
  private var cpuTime: UInt64?

  // MARK: - Requests

  /// Samples since the last look for requests: whom they served is known at the next one.
  private(set) var pending: [Pending] = []
  /// Since the last look for requests.
  var hasChanged = true
  /// Whether the look of this tick found a request on its stack; nil where there was none, and once that was noticed.
  var found: Bool?
  /// Whether any look did.
  var hasServed = false
  /// Whether the stack had what serves the request that was found at every sample since. Not before the first look: what is
  /// known under this thread's number then is of the one that had it before.
  var isServing = false

  struct Pending {
    let carrier: Int
    let label: Int
    let node: Int
    let isServing: Bool
    var count: Int
    var nanoseconds: UInt64
  }

  init(carrier: Int, name: String, thread: SampledThread, nativeID: Int32?, observer: ThreadObserver?) {
    self.carrier = carrier
    self.name = name
    self.thread = thread
    self.nativeID = nativeID
    self.observer = observer
    runs = (carrier, TrackTable.none)
    cpuTime = (try? observer?.schedule())?.cpuTime
    viewedCPUTime = cpuTime
  }

  /// What it is and did since the last call.
  func liveThread(pid: Int32, track: Int) -> LiveView.Thread {
    let now = (try? observer?.schedule())?.cpuTime
    defer {
      looks = (0, 0)
      viewedCPUTime = now
    }
    var spent: UInt64?
    if let now, let viewedCPUTime, now >= viewedCPUTime { spent = now - viewedCPUTime }
    return LiveView.Thread(
      pid: pid, track: track, name: name, nativeID: nativeID, place: try? observer?.place(), node: node ?? -1,
      cpuNanoseconds: spent, looks: looks.all, looksWithGIL: looks.withGIL)
  }

  func forgetNames() {
    frames.removeAll(keepingCapacity: true)
    node = nil
    root = nil
    entry = -1
  }

  /// Whether the call of the wanted function that is seen is another one than at the last sample.
  func isNewCall(_ frame: RemoteAddress) -> Bool {
    defer { call = frame }
    return frame != call
  }

  func leaveFunction() { call = .null }

  // MARK: - Weights

  var isOnCPU: Bool { (try? observer?.place()) == .running }

  /// Keeps a sample until it is known whom it served.
  func wait(_ node: Int, isServing: Bool, count: Int, nanoseconds: UInt64) {
    if let last = pending.indices.last, pending[last].node == node, pending[last].carrier == runs.carrier,
      pending[last].isServing == isServing, pending[last].label == runs.label
    {
      pending[last].count += count
      pending[last].nanoseconds += nanoseconds
    } else {
      pending.append(
        Pending(
          carrier: runs.carrier, label: runs.label, node: node, isServing: isServing, count: count,
          nanoseconds: nanoseconds))
    }
  }

  func takePending() -> [Pending] {
    defer { pending.removeAll(keepingCapacity: true) }
    return pending
  }

  /// Notices a sample on a CPU.
  func notice(_ track: Int, _ node: Int, count: Int) {
    if let last = open.last, last.node == node, last.track == track {
      open[open.count - 1].count += count
    } else {
      open.append((track, node, count))
    }
  }

  /// The scheduler's count moves every few milliseconds: only over a longer time does it say how much each sample is.
  func settle(_ builder: ProfileBuilder) {
    guard !open.isEmpty || cpuTime == nil, let now = (try? observer?.schedule())?.cpuTime else { return }
    guard let before = cpuTime else {
      cpuTime = now
      return
    }
    let count = open.reduce(0) { $0 + $1.count }
    // What it ran unseen is added to what is seen next.
    guard count > 0, now > before else { return }
    for sample in open where sample.track != TrackTable.leftOut {
      builder.add(
        track: sample.track, node: sample.node, count: sample.count,
        nanoseconds: (now - before) * UInt64(sample.count) / UInt64(count))
    }
    open.removeAll(keepingCapacity: true)
    cpuTime = now
  }
}
