import CPython
import Profiles
import RemoteProcess

/// What is kept beside a thread while it is sampled.
final class ThreadTrack {
  let index: Int
  let name: String
  let thread: SampledThread
  let nativeID: Int32?
  var node: Int?
  /// Whether its last stack was proven.
  var isCertain = false
  /// Where the last stack is kept: the next one is often the same.
  var entry = -1
  /// The last stack, outermost frame first, each with its node.
  var frames: [(code: RemoteAddress, frame: RawFrame, node: Int)] = []
  private var call = RemoteAddress.null
  private let observer: ThreadObserver?
  /// Samples on a CPU that have no weight yet.
  private var open: [(node: Int, count: Int)] = []
  private var cpuTime: UInt64?

  /// Since the last view of a live recording.
  var looks = (all: 0, withGIL: 0)
  private var viewedCPUTime: UInt64?

  init(index: Int, name: String, thread: SampledThread, nativeID: Int32?, observer: ThreadObserver?) {
    self.index = index
    self.name = name
    self.thread = thread
    self.nativeID = nativeID
    self.observer = observer
    cpuTime = (try? observer?.schedule())?.cpuTime
    viewedCPUTime = cpuTime
  }

  /// What it is and did since the last call.
  func liveThread(pid: Int32) -> LiveView.Thread {
    let now = (try? observer?.schedule())?.cpuTime
    defer {
      looks = (0, 0)
      viewedCPUTime = now
    }
    var spent: UInt64?
    if let now, let viewedCPUTime, now >= viewedCPUTime { spent = now - viewedCPUTime }
    return LiveView.Thread(
      pid: pid, track: index, name: name, nativeID: nativeID, place: try? observer?.place(), node: node ?? -1,
      cpuNanoseconds: spent, looks: looks.all, looksWithGIL: looks.withGIL)
  }

  func forgetNames() {
    frames.removeAll(keepingCapacity: true)
    node = nil
    entry = -1
  }

  /// Whether the call of the wanted function that is seen is another one than at the last sample.
  func isNewCall(_ frame: RemoteAddress) -> Bool {
    defer { call = frame }
    return frame != call
  }

  func leaveFunction() { call = .null }

  /// Notices where it is, if it is on a CPU or ready to be.
  func notice(_ node: Int) {
    guard let observer, (try? observer.place()) == .running else { return }
    if let last = open.last, last.node == node { open[open.count - 1].count += 1 } else { open.append((node, 1)) }
  }

  /// The scheduler's count moves every few milliseconds: only over a longer time does it say how much each sample is.
  func settle(_ builder: ProfileBuilder) {
    guard let observer, let now = (try? observer.schedule())?.cpuTime else { return }
    guard let before = cpuTime else {
      cpuTime = now
      return
    }
    let count = open.reduce(0) { $0 + $1.count }
    // What it ran unseen is added to what is seen next.
    guard count > 0, now > before else { return }
    for sample in open {
      builder.add(
        track: index, node: sample.node, count: sample.count,
        nanoseconds: (now - before) * UInt64(sample.count) / UInt64(count))
    }
    open.removeAll(keepingCapacity: true)
    cpuTime = now
  }
}
