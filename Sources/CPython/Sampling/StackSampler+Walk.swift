import RemoteProcess

// From the innermost frame of a thread to the outermost, through what was read.
extension StackSampler {
  /// Where only the innermost frame went on since the stack was proven, that is the only one to look at; false where it has to
  /// be walked.
  func retrace(_ thread: SampledThread) -> Bool {
    guard thread.isProven, thread.liesTogether, thread.failure == nil, let known = thread.frames.first,
      let top = try? top(of: thread), top == known.address,
      let place = thread.offset(of: top.rawValue, count: fields.frameBytes), thread.isAsProven(outside: place),
      let frame = try? frame(at: top, of: thread), frame.previous == known.previous, !runtime.isShim(frame)
    else { return false }
    thread.retrace(frame)
    return true
  }

  func walk(_ thread: SampledThread) {
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
          try append(frame, to: thread)
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

  private func append(_ frame: RawFrame, to thread: SampledThread) throws(ReadError) {
    let callee = thread.frames.last
    thread.append(frame)
    // What a generator called is needed to prove it.
    guard let owner = generator?.owner, Int(frame.owner) == owner, let callee, Int(callee.owner) != owner,
      callee.previous == frame.address,
      let called = called(by: frame, in: thread)
    else { return }
    _ = try place(of: called, count: Self.calledSlots, for: thread)
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
    // In front of a generator's frame it says whether it runs.
    let lead = UInt64(((generator?.stateDistance ?? 0) + 7) & ~7)
    let piece =
      chunkPiece(around: address, of: thread) ?? (address: address.rawValue &- lead, count: count + Int(lead))
    thread.add(piece.address, count: piece.count)
    guard let added = thread.pieces.last else { throw .implausible("no room", address) }
    let destination = UnsafeMutableRawBufferPointer(start: thread.fresh + added.offset, count: added.count)
    do throws(MemoryReadError) {
      try memory.read(at: RemoteAddress(added.address), into: destination)
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
        let wanted = UInt64(SampledThread.withRoom(Int(max(used, inside + UInt64(fields.frameBytes)))))
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
      (try? memory.read(at: RemoteAddress(address), into: bytes)) != nil
    }
    return isRead ? (words.previous, words.top) : nil
  }
}
