import CPython
import RemoteProcess
import Values
import WebRequests

/// Makes of a look at a process what `dump` says of it.
struct DumpBuilder {
  struct Options {
    var locals = false
    var tasks = false
    var stop = false
    var limits = Decoder.Limits(depth: 3, width: 10, length: 120, objects: 200_000)
  }

  private let options: Options
  private let process: PythonProcess
  private let look: ProcessLook
  private let decoder: Decoder
  private let decoded = Decoded()
  private var sources = SourceOrigin()
  /// The code objects of the application's own files.
  private var ownCode = AddressMap<Bool>()
  private let descriptors: DescriptorNames

  init(_ process: PythonProcess, options: Options) throws(ReadError) {
    self.init(try ProcessLook(process, stop: options.stop), options: options)
  }

  init(_ look: ProcessLook, options: Options) {
    self.options = options
    self.look = look
    process = look.process
    decoder = Decoder(process.runtime, limits: options.limits)
    descriptors = DescriptorNames(pid: process.pid)
  }

  mutating func dump(application: Application, commandLine: String) -> ProcessDump {
    learnFiles()
    let waits = process.runtime.lockWaits(threads: look.threads.map(observed))
    let rings = process.runtime.deadlocks(in: waits)
    var byThread = AddressMap<LockWait>()
    for wait in waits { byThread[wait.thread.address] = wait }
    let inDeadlock = Set(rings.joined().map(\.address))
    let order = look.threads.map { (rank: rank($0, inDeadlock), thread: $0) }.sorted { left, right in
      left.rank == right.rank
        ? left.thread.state.threadID < right.thread.state.threadID : left.rank < right.rank
    }
    var problems = look.problems
    var dump = ProcessDump(
      pid: process.pid, application: application, pythonVersion: process.location.version.description,
      isFreeThreaded: process.location.layout.isFreeThreaded, commandLine: commandLine,
      isStopped: look.isStopped, threads: order.map { threadDump($0.thread, waits: byThread) },
      deadlocks: rings.map { deadlockDump($0, waits: byThread) })
    if options.tasks {
      addTasks(to: &dump, problems: &problems)
      addGreenlets(to: &dump, problems: &problems)
    }
    dump.problems = problems
    return dump
  }

  // MARK: - Threads

  private func threadDump(_ thread: ThreadLook, waits: AddressMap<LockWait>) -> ThreadDump {
    ThreadDump(
      number: thread.number, name: thread.name, nativeID: thread.nativeID, ident: thread.state.threadID,
      interpreter: thread.state.interpreter.id,
      activity: activity(of: thread, wait: waits[thread.state.address]), holdsGIL: thread.holdsGIL,
      stack: stackDump(thread.stack), stoppedMicroseconds: thread.stoppedNanoseconds.map { Double($0) / 1000 })
  }

  private func stackDump(_ stack: Stack) -> StackDump {
    var trusted: Int?
    if case .uncertain(let count) = stack.quality { trusted = count }
    var shown = AddressMap<Bool>()
    return StackDump(
      frames: stack.frames.map { frameDump($0, shown: &shown) }, isConsistent: stack.quality == .consistent,
      trustedFrames: trusted,
      failure: stack.failure?.description)
  }

  /// - Parameter shown: the objects that inner frames of this stack have shown, which are not shown again.
  private func frameDump(_ frame: Frame, shown: inout AddressMap<Bool>) -> FrameDump {
    guard let code = frame.code else {
      return FrameDump(function: "?", file: "?", line: nil, failure: frame.failure?.description)
    }
    var dump = FrameDump(function: code.qualifiedName, file: code.filename, line: frame.line)
    guard options.locals else { return dump }
    do throws(ReadError) {
      dump.locals = try process.runtime.locals(of: frame.raw, code: code).map {
        Value.Field(name: $0.name, value: value($0.value, shown: &shown))
      }
    } catch {
      dump.failure = error.description
    }
    return dump
  }

  /// `self` and its like go through many frames of a stack, and through the stacks of many threads: they are shown once in
  /// each stack, where it is innermost, and decoded once.
  private func value(_ variable: StackValue, shown: inout AddressMap<Bool>) -> Value {
    guard case .object(let address) = variable else { return decoder.value(variable) }
    let value: Value
    if let known = decoded.numbers[address] {
      value = decoded.values[known]
    } else {
      value = decoder.value(variable)
      decoded.numbers[address] = decoded.values.count
      decoded.values.append(value)
    }
    guard value.content.isLarge else { return value }
    return shown.insert(address)
      ? value : Value(type: value.type, address: value.address, content: .cycle)
  }

  /// What was decoded in this look.
  private final class Decoded {
    var values: [Value] = []
    /// Where each is among them: the free places of a table of values would take more than the values.
    var numbers = AddressMap<Int>()
  }

  /// Asks of every file once whether it is the application's own: stacks name the same few thousands of times.
  private mutating func learnFiles() {
    let codes = process.runtime.knownCodeObjects
    for code in codes { sources.learn(from: code.filename) }
    for code in codes where !sources.isLibrary(code.filename) { ownCode[code.address] = true }
  }

  /// Most interesting first.
  private func rank(_ thread: ThreadLook, _ inDeadlock: Set<RemoteAddress>) -> Int {
    if inDeadlock.contains(thread.state.address) { return 0 }
    if thread.holdsGIL { return 1 }
    if thread.place == .running { return 2 }
    if thread.waitsForGIL { return 3 }
    if thread.stack.frames.isEmpty { return 7 }
    let isInApplication = thread.stack.frames.dropLast().contains { frame in
      frame.code.map { ownCode[$0.address] != nil } ?? false
    }
    guard isInApplication else { return 6 }
    return thread.place?.systemCall?.purpose == .lock ? 4 : 5
  }

  // MARK: - Waiting

  private func activity(of thread: ThreadLook, wait: LockWait?) -> ActivityDump {
    guard let place = thread.place else { return ActivityDump(kind: "unknown") }
    guard let call = place.systemCall else {
      return ActivityDump(kind: place == .running ? "running" : "kernel")
    }
    if thread.waitsForGIL { return ActivityDump(kind: "gil") }
    if let wait { return ActivityDump(kind: "lock", detail: wait.kind.description, lock: lockDump(wait)) }
    var detail = call.name
    if let descriptor = call.descriptor { detail += " on " + descriptors.name(of: descriptor) }
    return ActivityDump(kind: call.purpose.rawValue, detail: detail)
  }

  private func lockDump(_ wait: LockWait) -> LockDump {
    var dump = LockDump(
      kind: wait.kind.description, address: wait.object.description, foundAs: wait.place, holderName: nil,
      holderNativeID: nil, canBeHeld: wait.holder != .nobody, hasTimeout: wait.hasTimeout)
    if case .thread(let state) = wait.holder, let holder = look.thread(state) {
      dump.holderName = holder.title
      dump.holderNativeID = holder.nativeID
    }
    return dump
  }

  private func observed(_ thread: ThreadLook) -> ObservedThread {
    ObservedThread(
      thread: thread.state, frames: thread.stack.frames.map(\.raw),
      futex: thread.waitsForGIL ? nil : thread.place?.systemCall?.lockAddress?.rawValue)
  }

  private func deadlockDump(_ ring: [ThreadState], waits: AddressMap<LockWait>) -> DeadlockDump {
    let titles = ring.map { look.thread($0)?.title ?? "?" }
    var steps: [String] = []
    for (index, state) in ring.enumerated() {
      guard let wait = waits[state.address] else { continue }
      let lock = wait.place ?? "\(wait.kind) at \(wait.object)"
      steps.append("\(titles[index]) waits for \(lock), held by \(titles[(index + 1) % titles.count])")
    }
    return DeadlockDump(threads: titles, summary: steps.joined(separator: "; "))
  }

  // MARK: - Tasks and greenlets

  /// `Task-2` before `Task-10`: Python keeps tasks in a set, whose order says nothing.
  private static func isOrdered(_ left: String, _ right: String) -> Bool {
    func parts(_ name: String) -> (word: Substring, number: Int) {
      let word = name.prefix { !$0.isNumber }
      return (word, Int(name.dropFirst(word.count).prefix { $0.isNumber }) ?? 0)
    }
    let (left, right, names) = (parts(left), parts(right), (left, right))
    if left.word != right.word { return left.word < right.word }
    return left.number == right.number ? names.0 < names.1 : left.number < right.number
  }

  private func addTasks(to dump: inout ProcessDump, problems: inout [String]) {
    do throws(ReadError) {
      let tasks = try process.runtime.tasks().sorted { Self.isOrdered($0.name, $1.name) }
      let names = Dictionary(tasks.map { ($0.address, $0.name) }) { first, _ in first }
      dump.tasks = tasks.map { task in
        TaskDump(
          name: task.name, state: "\(task.state)", awaits: task.waitsFor?.description,
          awaitedBy: task.awaitedBy.map { names[$0] ?? "task at \($0)" },
          threadName: task.thread.flatMap { look.thread($0)?.title },
          stack: stackDump(process.runtime.stack(of: task)))
      }
    } catch {
      problems.append("tasks: \(error)")
      dump.tasks = []
    }
  }

  private func addGreenlets(to dump: inout ProcessDump, problems: inout [String]) {
    do throws(ReadError) {
      dump.greenlets = try process.greenlets().map { greenlet in
        GreenletDump(
          name: greenlet.name ?? (greenlet.isMain ? "main greenlet" : greenlet.typeName),
          address: greenlet.address.description, state: "\(greenlet.state)",
          threadName: greenlet.thread.flatMap { look.thread($0)?.title },
          stack: stackDump(process.runtime.stack(of: greenlet)))
      }
    } catch {
      problems.append("greenlets: \(error)")
      dump.greenlets = []
    }
  }
}

extension Value.Content {
  /// Worth a reference in place of a second showing: an instance, or a container of more than a few things.
  fileprivate var isLarge: Bool {
    switch self {
    case .object(let fields, _): !fields.isEmpty
    case .sequence(let items, _): items.count > 4
    case .mapping(let entries, _): entries.count > 2
    default: false
    }
  }
}
