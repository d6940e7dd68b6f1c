import CPython
import RemoteProcess
import WebRequests

/// Who serves which request, and which tasks there are: looked for more seldom than stacks are sampled, for it costs more.
///
/// A look is due every 10 ms, and later where looks are dear: they take a tenth of the time at most, until that would be less
/// than two looks a second.
final class WorkSearch {
  /// What a thread served at the last look.
  struct Serving {
    /// A number of the track table's.
    let label: Int
    /// Nil where it served none.
    var request: RequestKey?
    /// The frames up to the outermost one that knows of the request, the outermost first: while they are there, the request
    /// is. Empty where the stack was only known to belong to it.
    var frames: [RawFrame] = []
    /// Where the innermost of these frames has the request's own object.
    var place: RemoteAddress?
  }

  /// A task that was there at the last look.
  struct Task {
    let task: AsyncioTask
    let label: Int
  }

  private let process: PythonProcess
  private let finder: RequestFinder?
  private let wantsTasks: Bool
  private let table: TrackTable
  private(set) var servings: [UInt64: Serving] = [:]
  /// Threads that the last look asked and found where they were before.
  private(set) var sure: Set<UInt64> = []
  private(set) var tasks: [Task] = []
  /// By the frame of a task's own coroutine, the outermost of its stack: it lies in the coroutine for as long as that lives.
  private(set) var taskOfFrame: [UInt64: Int] = [:]
  private(set) var looks = 0
  /// Greenlets that the last look saw waiting, each with the label of its request, and for how long they stand.
  private(set) var greenlets: [(greenlet: Greenlet, label: Int)] = []
  private(set) var greenletWeight: UInt64 = 0
  private var waitingGreenlets = WaitingGreenlets()
  private var next: UInt64 = 0
  private var last: UInt64?
  private var nextTasks: UInt64 = 0

  /// Between two looks, in nanoseconds.
  static let shortestPause: UInt64 = 10_000_000
  /// Between two looks for tasks where there was none.
  private static let pauseWithoutTasks: UInt64 = 1_000_000_000
  /// A look stands for so much time at most: what lies further back was not seen.
  private static let longestWeight: UInt64 = 1_000_000_000

  init(_ process: PythonProcess, finds requests: Bool, tasks: Bool, table: TrackTable) {
    self.process = process
    finder = requests ? RequestFinder(process.runtime) : nil
    wantsTasks = tasks
    self.table = table
  }

  func isDue(at now: UInt64) -> Bool { now >= next }

  /// Looks, and returns for how many nanoseconds what was seen stands.
  ///
  /// - Parameter threads: those whose stacks this tick has read, and whether each changed since the last look.
  func look(at now: UInt64, _ threads: [(thread: SampledThread, hasChanged: Bool)]) -> UInt64 {
    looks += 1
    let begin = SampleClock.now()
    process.runtime.memory.forgetAll()
    findTasks(at: now)
    greenletWeight = wantsTasks ? waitingGreenlets.look(process, at: now) : 0
    greenlets = greenletWeight > 0 ? waitingGreenlets.found.map { ($0, TrackTable.none) } : []
    if let finder { findRequests(finder, threads) }
    let cost = SampleClock.now() &- begin
    // The first look learns what all code is, and says nothing of what the next ones will take. A tick at the default rate
    // must not come a moment too early for its look.
    next = now + LookPace.period(Self.shortestPause - Self.shortestPause / 10, cost: looks == 1 ? 0 : cost)
    let passed = last.map { now - $0 } ?? 0
    last = now
    return min(passed, Self.longestWeight)
  }

  private func findTasks(at now: UInt64) {
    guard now >= nextTasks else { return }
    let found = (try? process.runtime.tasks()) ?? []
    if found.isEmpty, !wantsTasks { nextTasks = now + Self.pauseWithoutTasks }
    tasks = found.map { Task(task: $0, label: TrackTable.none) }
    taskOfFrame.removeAll(keepingCapacity: true)
    for (index, task) in found.enumerated() {
      if let own = task.frames.last { taskOfFrame[own.address.rawValue] = index }
    }
  }

  private func findRequests(_ finder: RequestFinder, _ threads: [(thread: SampledThread, hasChanged: Bool)]) {
    // A request may be spread over tasks and threads: all are needed to see it. Without tasks each thread stands alone.
    let looked = tasks.isEmpty ? threads.filter { $0.hasChanged || servings[$0.thread.state.threadID] == nil } : threads
    var stacks: [NamedStack] = []
    for thread in looked.map(\.thread) where !thread.frames.isEmpty {
      let carrier = Carrier.thread(id: thread.state.threadID, nativeID: nil, name: nil)
      stacks.append(
        NamedStack(
          carrier: carrier,
          stack: Stack(
            frames: thread.frames.map { process.runtime.frame($0) }, quality: thread.quality, failure: thread.failure)))
    }
    for task in tasks.map(\.task) {
      let carrier = Carrier.task(address: task.address.rawValue, name: task.name)
      stacks.append(NamedStack(carrier: carrier, stack: process.runtime.stack(of: task)))
    }
    for greenlet in greenlets.map(\.greenlet) {
      let carrier = Carrier.greenlet(address: greenlet.address.rawValue, name: greenlet.name)
      stacks.append(NamedStack(carrier: carrier, stack: process.runtime.stack(of: greenlet)))
    }
    let known = servings
    servings.removeAll(keepingCapacity: true)
    if tasks.isEmpty {
      for (thread, hasChanged) in threads where !hasChanged {
        servings[thread.state.threadID] = known[thread.state.threadID]
      }
    }
    for thread in looked.map(\.thread) {
      servings[thread.state.threadID] = Serving(label: TrackTable.none)
    }
    let threadOfID = Dictionary(looked.map { ($0.thread.state.threadID, $0.thread) }) { first, _ in first }
    var labels: [UInt64: Int] = [:]
    for request in finder.requests(stacks: stacks) {
      let label = table.label(of: request)
      for (carrier, depth) in zip(request.carriers, request.depths) {
        switch carrier {
        case .thread(let id, _, _):
          var serving = Serving(label: label, request: RequestKey(request))
          if let depth, let thread = threadOfID[id], depth < thread.frames.count {
            serving.frames = thread.frames.suffix(depth + 1).reversed()
            serving.place = thread.place(of: request.identity, inFrame: thread.frames.count - 1 - depth)
          }
          servings[id] = serving
        case .task(let address, _), .greenlet(let address, _): labels[address] = label
        }
      }
    }
    forgetReplaced(looked.map(\.thread))
    tasks = tasks.map { Task(task: $0.task, label: labels[$0.task.address.rawValue] ?? TrackTable.none) }
    greenlets = greenlets.map { ($0.greenlet, labels[$0.greenlet.address.rawValue] ?? TrackTable.none) }
  }

  /// Forgets what was read of requests that ended meanwhile: what was there is used again for others at once. That none was
  /// found is sure only of a thread that stayed where it was.
  private func forgetReplaced(_ threads: [SampledThread]) {
    let runtime = process.runtime
    runtime.memory.forgetAll()
    sure.removeAll(keepingCapacity: true)
    for thread in threads {
      let id = thread.state.threadID
      guard let serving = servings[id] else { continue }
      if let request = serving.request {
        if isThere(serving, request, runtime) { sure.insert(id) } else { servings[id] = nil }
      } else if let frame = thread.frames.first, (try? runtime.topFrame(of: thread.state.address)) == frame.address,
        (try? runtime.rawFrame(at: frame.address))?.code == frame.code
      {
        sure.insert(id)
      }
    }
  }

  private func isThere(_ serving: Serving, _ request: RequestKey, _ runtime: Runtime) -> Bool {
    guard let frame = serving.frames.last else { return true }
    guard (try? runtime.rawFrame(at: frame.address))?.code == frame.code else { return false }
    guard let place = serving.place else { return true }
    return (try? runtime.memory.words(at: place, count: 1).first).map { $0 & ~7 == request.identity } ?? false
  }
}

extension WorkSearch.Serving {
  /// Whether a later stack of the same thread still serves it: in the same calls, by frames that wait for them to return, and
  /// with the same object.
  func isServed(by thread: SampledThread) -> Bool {
    let count = thread.frames.count
    guard let request, !frames.isEmpty, frames.count <= count else { return false }
    for (depth, known) in frames.enumerated() {
      let frame = thread.frames[count - 1 - depth]
      guard frame.address == known.address, frame.code == known.code,
        depth == frames.count - 1 || frame.isAtSamePlace(as: known)
      else { return false }
    }
    return place.map { thread.has(request.identity, at: $0) } ?? true
  }
}

extension Awaitable {
  /// What kind of thing it is: few names, where the things themselves have no end.
  var kind: String {
    switch self {
    case .task: "task"
    case .gather: "gather"
    case .wait: "wait"
    case .taskGroup: "TaskGroup"
    case .shield: "shield"
    case .sleep: "sleep"
    case .primitive(let name, _): name
    case .queue(let operation, _): "Queue.\(operation)"
    case .socket(let operation, _): "socket \(operation)"
    case .executor(let function): "executor" + (function.map { " \($0)" } ?? "")
    case .subprocess: "subprocess"
    case .future(let future): future.name
    case .other(let other): other.name
    }
  }
}
