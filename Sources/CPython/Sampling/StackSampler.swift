import RemoteProcess

/// Looks at the stacks of all threads of a process again and again: one system call for a look, and a second one to prove
/// the stacks that changed since the look before and are not proven by the first.
///
/// What was found at one tick says what to read at the next: the thread states, the used part of each stack chunk, the
/// frames that lie elsewhere. Whatever a walk then misses is read by itself, and expected from then on.
///
/// A stack is proven by reading it again: the callers' frames, their variables included, must be equal to the last byte, and
/// the innermost one must be the same frame of the same function, and one that runs. Two readings are enough where all
/// frames lie together in the thread's stack, which is copied at once; where some lie elsewhere (generators; all before 3.11)
/// it takes three, and what the calls themselves left. A stack that equals, byte for byte, one that was proven before needs
/// no other reading. Everything else is uncertain, with the outer frames that were equal.
///
/// Not Sendable: a sampler belongs to the thread that samples.
public final class StackSampler {
  public let runtime: Runtime
  /// In the order of the interpreters, and within them the newest thread first, as CPython links them.
  @exclusivity(unchecked) public internal(set) var threads: [SampledThread] = []
  /// How often the list of threads changed: whoever keeps something beside it looks here.
  @exclusivity(unchecked) public internal(set) var listVersion = 0

  let readsGIL: Bool
  let isWanted: (ThreadState) -> Bool
  let memory: any MemoryReader
  let fields: Fields
  let liveness: Liveness
  let generator: GeneratorLiveness?
  @exclusivity(unchecked) var heads: [Head] = []
  /// What every tick reads.
  let looks = ReadPlan()
  /// What is read to prove the stacks of `provenTogether`.
  let proofs = ReadPlan()
  @exclusivity(unchecked) var provenTogether: [SampledThread] = []
  /// Whose stacks are to be proven at this tick.
  @exclusivity(unchecked) private var open: [SampledThread] = []

  /// What is read of an interpreter at every tick: the first of its threads, and its GIL.
  final class Head {
    let interpreter: Interpreter
    let gil: GIL?
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 8)

    init(_ interpreter: Interpreter, gil: GIL?) {
      self.interpreter = interpreter
      self.gil = gil
    }

    deinit { bytes.deallocate() }
  }

  /// Offsets that every tick needs.
  struct Fields {
    let stateSize: Int
    let header: Range<Int>
    let frameBytes: Int
    /// Of a thread state: the next one, the interpreter, and where the way to the innermost frame begins.
    let next: Int
    let interpreter: Int
    let firstLink: Int
  }

  /// - Parameters:
  ///   - readsGIL: whether to see at each tick who holds the GIL.
  ///   - isWanted: whether a thread's stack is to be read; asked once of each.
  public init(
    _ runtime: Runtime, readsGIL: Bool = false, isWanted: @escaping (ThreadState) -> Bool = { _ in true }
  ) {
    self.runtime = runtime
    self.readsGIL = readsGIL
    self.isWanted = isWanted
    memory = runtime.memory.memory
    let thread = runtime.layout.thread
    let last =
      [
        thread.next, thread.interp, thread.currentFrame, thread.cframe, thread.frame, thread.datastackChunk,
        thread.datastackTop, thread.nativeThreadID, thread.id,
      ].compactMap { $0 }.max() ?? 0
    let header = runtime.frameHeader
    let owner = (runtime.layout.interpreterFrame.owner ?? 0) + 1
    let code = (runtime.layout.frameObject.code ?? 0) + 8
    let isObject = runtime.layout.interpreterFrame.localsplus == nil
    liveness = Liveness(runtime.layout)
    generator = GeneratorLiveness(runtime.layout)
    fields = Fields(
      stateSize: last + 8, header: header,
      frameBytes: max(header.upperBound, isObject ? code : owner, liveness.end),
      next: thread.next, interpreter: thread.interp,
      firstLink: thread.currentFrame ?? thread.cframe ?? thread.frame ?? 0)
  }

  /// One look at all wanted threads while they run.
  ///
  /// - Parameter attempts: how often a stack that changes is read to be proven.
  public func tick(attempts: Int = 2) throws(ReadError) {
    try lookAtStates()
    open.removeAll(keepingCapacity: true)
    for thread in threads where thread.isWanted {
      thread.isUnchanged = thread.isAsProven
      if !thread.isUnchanged {
        if !retrace(thread) { walk(thread) }
        open.append(thread)
      }
    }
    judgeReadTwice(&open)
    for attempt in 0..<attempts where !open.isEmpty {
      if attempt > 0 {
        for thread in open where !thread.hasMovedSinceProof {
          thread.turnToAgain()
          walk(thread)
        }
      }
      try prove(&open)
    }
    for thread in open { thread.forgetProof() }
    for thread in threads where thread.isWanted {
      if !thread.isUnchanged { thread.compact() }
      thread.noteChange(!thread.isUnchanged)
    }
  }

  /// One look at a thread that stands still: nothing to prove. Its state must be of this tick's list.
  public func look(atStopped thread: SampledThread) {
    let look = ReadPlan()
    append(thread, .around, of: nil, into: thread.fresh, to: look)
    guard (try? memory.read(look)) != nil, look.isWhole else {
      thread.forgetStack()
      return fail(thread, .implausible("the stack could not be read", thread.state.address))
    }
    thread.isUnchanged = thread.isAsProven
    guard !thread.isUnchanged else { return }
    walk(thread)
    thread.quality = thread.failure == nil ? .consistent : .uncertain(trusted: thread.frames.count)
    if thread.failure == nil { thread.keepProof() } else { thread.forgetProof() }
    thread.compact()
  }

  private func fail(_ thread: SampledThread, _ error: ReadError) {
    thread.frames.removeAll(keepingCapacity: true)
    thread.quality = .uncertain(trusted: 0)
    thread.failure = error
    thread.isUnchanged = false
  }
}
