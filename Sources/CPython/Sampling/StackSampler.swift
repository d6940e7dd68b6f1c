import RemoteProcess

/// Looks at the stacks of all threads of a process again and again: one system call for a look, and a second one to prove
/// the stacks that changed since the look before.
///
/// What was found at one tick says what to read at the next: the thread states, the used part of each stack chunk, the
/// frames that lie elsewhere. Whatever a walk then misses is read by itself, and expected from then on.
///
/// A stack is proven by reading it three times: the callers' frames, their variables included, must be equal to the last
/// byte, and the innermost one must be the same frame of the same function. One that equals, byte for byte, a stack that was
/// proven before needs no other reading. Everything else is uncertain, with the outer frames that were equal.
///
/// Not Sendable: a sampler belongs to the thread that samples.
public final class StackSampler {
  public let runtime: Runtime
  /// In the order of the interpreters, and within them the newest thread first, as CPython links them.
  @exclusivity(unchecked) public private(set) var threads: [SampledThread] = []
  /// How often the list of threads changed: whoever keeps something beside it looks here.
  @exclusivity(unchecked) public private(set) var listVersion = 0

  private let readsGIL: Bool
  private let isWanted: (ThreadState) -> Bool
  private var heads: [Head] = []
  @exclusivity(unchecked) private var requests: [ReadRequest] = []
  @exclusivity(unchecked) private var proofs: [ReadRequest] = []
  private let fields: Fields

  /// What is read of an interpreter at every tick: the first of its threads, and its GIL.
  private final class Head {
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
    let thread = runtime.layout.thread
    let last =
      [
        thread.next, thread.interp, thread.currentFrame, thread.cframe, thread.frame, thread.datastackChunk,
        thread.datastackTop,
      ].compactMap { $0 }.max() ?? 0
    let header = runtime.frameHeader
    let owner = (runtime.layout.interpreterFrame.owner ?? 0) + 1
    let code = (runtime.layout.frameObject.code ?? 0) + 8
    let isObject = runtime.layout.interpreterFrame.localsplus == nil
    fields = Fields(
      stateSize: last + 8, header: header,
      frameBytes: isObject ? max(header.upperBound, code) : max(header.upperBound, owner))
  }

  /// One look at all wanted threads while they run.
  ///
  /// - Parameter attempts: how often a stack that changes is read to be proven.
  public func tick(attempts: Int = 2) throws(ReadError) {
    try lookAtStates()
    var open: [SampledThread] = []
    for thread in threads where thread.isWanted {
      thread.isUnchanged = thread.isAsProven
      if !thread.isUnchanged {
        walk(thread)
        open.append(thread)
      }
    }
    for attempt in 0..<attempts where !open.isEmpty {
      try prove(open)
      open = open.filter { thread in
        if thread.quality == .consistent, thread.failure == nil {
          thread.keepProof()
          return false
        }
        thread.forgetProof()
        guard attempt + 1 < attempts else { return false }
        thread.turnToAgain()
        walk(thread)
        return true
      }
    }
    for thread in threads where thread.isWanted && !thread.isUnchanged { thread.compact() }
  }

  /// One look at a thread that stands still: nothing to prove. Its state must be of this tick's list.
  public func look(atStopped thread: SampledThread) {
    var requests: [ReadRequest] = []
    append(thread, into: thread.fresh, to: &requests)
    guard (try? runtime.memory.memory.read(&requests)) != nil, requests.allSatisfy(\.isRead) else {
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

  // MARK: - The list of threads

  /// Reads everything that is expected, and sees whether the threads are those that are known.
  public func lookAtStates() throws(ReadError) {
    if threads.isEmpty { try list() }
    for _ in 0..<3 {
      try readExpected()
      if isListTrue() { return }
      try list()
    }
    // Threads come and go faster than they can be listed: those that are known are looked at.
    try readExpected()
  }

  private func list() throws(ReadError) {
    let memory = runtime.memory
    memory.forgetAll()
    var found: [SampledThread] = []
    var newHeads: [Head] = []
    let known = Dictionary(threads.map { ($0.state, $0) }) { first, _ in first }
    for interpreter in try runtime.interpreters() {
      newHeads.append(Head(interpreter, gil: readsGIL ? try? runtime.gil(of: interpreter) : nil))
      for state in try runtime.threads(of: interpreter) {
        if let thread = known[state] {
          found.append(thread)
        } else {
          let thread = SampledThread(state, stateSize: fields.stateSize)
          thread.isWanted = isWanted(state)
          found.append(thread)
        }
      }
    }
    heads = newHeads
    threads = found
    listVersion += 1
    requests = []
  }

  private func readExpected() throws(ReadError) {
    if requests.isEmpty || threads.contains(where: \.hasMoved) { expect() }
    for index in requests.indices { requests[index].isRead = false }
    do throws(MemoryReadError) { try runtime.memory.memory.read(&requests) } catch { throw .memory(error) }
    for thread in threads where thread.isWanted {
      let end = thread.firstRequest + thread.pieces.count
      if requests[thread.firstRequest + 1..<end].contains(where: { !$0.isRead }) { thread.forgetStack() }
    }
  }

  /// Writes down what the next tick reads.
  private func expect() {
    requests.removeAll(keepingCapacity: true)
    for head in heads {
      let first = head.interpreter.address + runtime.layout.interpreter.threadsHead
      append(first.rawValue, 8, head.bytes)
      guard let gil = head.gil else { continue }
      append((gil.address + runtime.layout.gil.locked).rawValue, 4, head.bytes + 8)
      append((gil.address + runtime.layout.gil.lastHolder).rawValue, 8, head.bytes + 16)
    }
    for thread in threads {
      thread.hasMoved = false
      thread.firstRequest = requests.count
      append(thread, into: thread.fresh, to: &requests)
    }
  }

  private func append(_ address: UInt64, _ count: Int, _ place: UnsafeMutableRawPointer) {
    requests.append(
      ReadRequest(
        address: RemoteAddress(address), destination: UnsafeMutableRawBufferPointer(start: place, count: count)))
  }

  private func append(
    _ thread: SampledThread, into image: UnsafeMutableRawPointer, to requests: inout [ReadRequest]
  ) {
    for piece in thread.pieces {
      requests.append(
        ReadRequest(
          address: RemoteAddress(piece.address),
          destination: UnsafeMutableRawBufferPointer(start: image + piece.offset, count: piece.count)))
    }
  }

  /// Whether each thread still leads to the next one that is known, and who holds the GIL.
  private func isListTrue() -> Bool {
    var index = 0
    for head in heads {
      var next = head.bytes.load(as: UInt64.self)
      let isLocked = head.gil != nil && head.bytes.load(fromByteOffset: 8, as: Int32.self) == 1
      let holder = isLocked ? head.bytes.load(fromByteOffset: 16, as: UInt64.self) : 0
      while next != 0 {
        guard index < threads.count, threads[index].state.address.rawValue == next,
          requests[threads[index].firstRequest].isRead,
          threads[index].word(at: runtime.layout.thread.interp) == head.interpreter.address.rawValue
        else { return false }
        threads[index].holdsGIL = next == holder
        next = threads[index].word(at: runtime.layout.thread.next)
        index += 1
      }
    }
    return index == threads.count
  }

  // MARK: - Walking

  private func walk(_ thread: SampledThread) {
    thread.beginWalk()
    thread.failure = nil
    thread.frames.removeAll(keepingCapacity: true)
    do throws(ReadError) {
      var next = try top(of: thread)
      var steps = 0
      while !next.isNull {
        guard steps < Self.depthLimit else { throw .implausible("more than \(Self.depthLimit) frames", next) }
        let frame = try frame(at: next, of: thread)
        if !runtime.isShim(frame) {
          thread.frames.append(frame)
          if let root = thread.root, root.frame == next, root.entry == frame.previous, isFirst(next, of: thread) {
            break
          }
        } else if frame.previous.isNull, let first = thread.frames.last?.address, isFirst(first, of: thread) {
          thread.begins(at: next, calling: first)
        }
        guard frame.previous != next else { throw .implausible("a frame that leads to itself", next) }
        next = frame.previous
        steps += 1
      }
    } catch {
      thread.failure = error
    }
    thread.quality = .uncertain(trusted: 0)
  }

  /// Whether a frame is the first of its thread's first stack chunk: whatever called it has no frame there. The entry beyond
  /// it lies elsewhere, on the C stack, and need not be read again where it was seen to be the last
  /// (Python/pystate.c `push_chunk`: the very first word of a stack stays unused).
  private func isFirst(_ frame: RemoteAddress, of thread: SampledThread) -> Bool {
    let chunk = frame.rawValue &- Self.chunkHeaderSize &- 8
    guard runtime.layout.thread.datastackChunk != nil, let header = thread.offset(of: chunk, count: 8) else {
      return false
    }
    return thread.word(at: header) == 0
  }

  /// Deeper stacks are cut: a sample of them would cost more than it tells.
  static let depthLimit = 4096

  private func top(of thread: SampledThread) throws(ReadError) -> RemoteAddress {
    let fields = runtime.layout.thread
    if let offset = fields.currentFrame ?? fields.frame { return RemoteAddress(thread.word(at: offset)) }
    guard let offset = fields.cframe, let current = runtime.layout.cframe.currentFrame else { return .null }
    let cframe = RemoteAddress(thread.word(at: offset))
    guard !cframe.isNull else { return .null }
    return RemoteAddress(thread.word(at: try place(of: cframe + current, count: 8, for: thread)))
  }

  private func frame(at address: RemoteAddress, of thread: SampledThread) throws(ReadError) -> RawFrame {
    guard address.rawValue & 7 == 0 else { throw .implausible("misaligned frame", address) }
    let place = try place(of: address, count: fields.frameBytes, for: thread)
    let layout = runtime.layout.interpreterFrame
    if let executable = layout.executable, let previous = layout.previous, let ip = layout.instructionPointer,
      let owner = layout.owner
    {
      return RawFrame(
        address: address, code: runtime.untagged(thread.word(at: place + executable)),
        instruction: thread.word(at: place + ip), previous: RemoteAddress(thread.word(at: place + previous)),
        owner: thread.fresh.load(fromByteOffset: place + owner, as: UInt8.self))
    }
    let object = runtime.layout.frameObject
    guard let code = object.code, let last = object.lastInstruction else {
      throw .implausible("no frame layout", address)
    }
    let instruction = thread.fresh.loadUnaligned(fromByteOffset: place + last, as: Int32.self)
    return RawFrame(
      address: address, code: RemoteAddress(thread.word(at: place + code)),
      instruction: UInt64(bitPattern: Int64(instruction)),
      previous: RemoteAddress(thread.word(at: place + object.back)),
      owner: 0)
  }

  /// Where a range lies in what was read; reads it, and expects it from now on, where it was not foreseen.
  private func place(of address: RemoteAddress, count: Int, for thread: SampledThread) throws(ReadError) -> Int {
    if let known = thread.offset(of: address.rawValue, count: count) { return known }
    let piece = chunkPiece(around: address, of: thread) ?? (address: address.rawValue, count: count)
    thread.add(piece.address, count: piece.count)
    guard let added = thread.pieces.last else { throw .implausible("no room", address) }
    let destination = UnsafeMutableRawBufferPointer(start: thread.fresh + added.offset, count: added.count)
    do throws(MemoryReadError) {
      try runtime.memory.memory.read(at: RemoteAddress(added.address), into: destination)
    } catch {
      thread.forgetStack()
      throw .memory(error)
    }
    guard let found = thread.offset(of: address.rawValue, count: count) else {
      throw .implausible("a frame beyond its stack chunk", address)
    }
    return found
  }

  /// The used part of the stack chunk in which a frame lies, with some room for it to grow; nil where it is in none.
  /// The newest chunk is asked, and those before it (`_PyStackChunk`, Include/cpython/pystate.h).
  private func chunkPiece(around address: RemoteAddress, of thread: SampledThread) -> (address: UInt64, count: Int)? {
    let layout = runtime.layout
    guard let chunkOffset = layout.thread.datastackChunk, let topOffset = layout.thread.datastackTop else { return nil }
    var chunk = thread.word(at: chunkOffset)
    var used = thread.word(at: topOffset) &- chunk
    var isNewest = true
    for _ in 0..<256 where chunk != 0 {
      let inside = address.rawValue &- chunk
      if used < 1 << 20, inside < max(used, Self.chunkSize) {
        // With some room to grow in: frames come and go.
        let wanted = (max(used, inside + UInt64(fields.frameBytes)) + 1024) & ~255
        return (chunk, Int(isNewest ? max(min(wanted, Self.chunkSize), used) : used))
      }
      guard let previous = chunkHeader(at: chunk)?.previous, previous != 0, let header = chunkHeader(at: previous)
      else { return nil }
      chunk = previous
      used = Self.chunkHeaderSize + min(header.top, 1 << 17) * 8
      isNewest = false
    }
    return nil
  }

  /// A chunk has 16 KiB unless one frame needed more (Python/pystate.c DATA_STACK_CHUNK_SIZE).
  private static let chunkSize: UInt64 = 16384
  private static let chunkHeaderSize: UInt64 = 24

  /// `previous`, and `top`: words in use behind the header, kept where a chunk is not the newest (Python/pystate.c).
  private func chunkHeader(at address: UInt64) -> (previous: UInt64, top: UInt64)? {
    var words: (previous: UInt64, size: UInt64, top: UInt64) = (0, 0, 0)
    let isRead = withUnsafeMutableBytes(of: &words) { bytes in
      (try? runtime.memory.memory.read(at: RemoteAddress(address), into: bytes)) != nil
    }
    return isRead ? (words.previous, words.top) : nil
  }

  // MARK: - Proof

  /// Reads stacks twice more, by one call, and says of each whether it is what it was.
  private func prove(_ open: [SampledThread]) throws(ReadError) {
    try readAgain(open)
    for thread in open { thread.quality = verdict(thread) }
  }

  private func readAgain(_ open: [SampledThread]) throws(ReadError) {
    proofs.removeAll(keepingCapacity: true)
    for thread in open {
      append(thread, into: thread.again, to: &proofs)
      append(thread, into: thread.last, to: &proofs)
      proofs.append(
        ReadRequest(
          address: thread.state.address + firstLink,
          destination: UnsafeMutableRawBufferPointer(start: thread.lastLink, count: 8)))
    }
    do throws(MemoryReadError) { try runtime.memory.memory.read(&proofs) } catch { throw .memory(error) }
    var index = 0
    for thread in open {
      let end = index + 2 * thread.pieces.count + 1
      if proofs[index..<end].contains(where: { !$0.isRead }) {
        thread.failure = .implausible("its stack went away while it was read", thread.state.address)
      }
      index = end
    }
  }

  private func verdict(_ thread: SampledThread) -> Stack.Quality {
    var trusted = 0
    let frames = thread.frames
    for index in frames.indices.reversed() {
      guard let place = thread.offset(of: frames[index].address.rawValue, count: fields.frameBytes),
        index == 0 ? isSameFunction(thread, place) : isSameCaller(thread, place, frames, index)
      else { return .uncertain(trusted: trusted) }
      trusted += 1
    }
    guard thread.failure == nil else { return .uncertain(trusted: 0) }
    return areLinksSame(thread) ? .consistent : .uncertain(trusted: max(trusted - 1, 0))
  }

  /// A caller does nothing until its callee returns: all of its frame is as it was, up to the frame above it.
  private func isSameCaller(_ thread: SampledThread, _ place: Int, _ frames: [RawFrame], _ index: Int) -> Bool {
    let header = fields.header
    let room = frames[index - 1].address.rawValue &- frames[index].address.rawValue
    if room > UInt64(header.upperBound), room < 16384,
      let whole = thread.offset(of: frames[index].address.rawValue, count: Int(room))
    {
      return thread.isSameAgain(at: whole, count: Int(room))
    }
    return thread.isSameAgain(at: place + header.lowerBound, count: header.count)
  }

  /// The innermost frame runs on: it must be a frame of the same function, called from the same place.
  private func isSameFunction(_ thread: SampledThread, _ place: Int) -> Bool {
    let layout = runtime.layout.interpreterFrame
    if let executable = layout.executable, let previous = layout.previous, let owner = layout.owner {
      return thread.isSameAgain(at: place + executable, count: 8) && thread.isSameAgain(at: place + previous, count: 8)
        && thread.isSameAgain(at: place + owner, count: 1)
    }
    return thread.isSameAgain(at: place + (runtime.layout.frameObject.code ?? 0), count: 8)
      && thread.isSameAgain(at: place + runtime.layout.frameObject.back, count: 8)
  }

  /// Where in a thread state the way to the innermost frame begins.
  private var firstLink: Int {
    let layout = runtime.layout.thread
    return layout.currentFrame ?? layout.cframe ?? layout.frame ?? 0
  }

  /// The words that lead from the thread to its innermost frame: before, between and after the readings. A frame that
  /// was left is still there to be read, and looks like one that runs.
  private func areLinksSame(_ thread: SampledThread) -> Bool {
    let layout = runtime.layout.thread
    guard thread.lastLink.load(as: UInt64.self) == thread.word(at: firstLink) else { return false }
    if let offset = layout.currentFrame ?? layout.frame { return thread.isSameAgain(at: offset, count: 8) }
    guard let offset = layout.cframe, let current = runtime.layout.cframe.currentFrame else { return false }
    guard thread.isSameAgain(at: offset, count: 8) else { return false }
    let cframe = thread.word(at: offset)
    guard cframe != 0 else { return true }
    return thread.offset(of: cframe &+ UInt64(current), count: 8).map { thread.isSameAgain(at: $0, count: 8) } ?? false
  }

  private func fail(_ thread: SampledThread, _ error: ReadError) {
    thread.frames.removeAll(keepingCapacity: true)
    thread.quality = .uncertain(trusted: 0)
    thread.failure = error
    thread.isUnchanged = false
  }
}
