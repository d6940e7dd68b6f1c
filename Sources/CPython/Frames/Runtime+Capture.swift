import RemoteProcess

/// The stack of a thread as it was captured, not yet named.
public struct CapturedStack: Sendable {
  public let thread: ThreadState
  public var frames: [RawFrame]
  public var quality: Stack.Quality
  public var failure: ReadError?
}

extension Runtime {
  /// Captures the stacks of threads that run on meanwhile, and says of each whether it is proven.
  ///
  /// All are read, then the words that decide them are read again in one go: what is equal both times was the stack at a
  /// moment between. What differs is captured anew, up to `attempts` times in all, and then kept as uncertain.
  public func captureStacks(of threads: [ThreadState], attempts: Int = 3) -> [CapturedStack] {
    prefetchStacks(of: threads)
    var captured = threads.map { captureOnce($0) }
    var open = Array(captured.indices)
    for attempt in 1...max(attempts, 1) {
      let verdicts = verify(open.map { captured[$0] })
      var changed: [Int] = []
      for (index, quality) in zip(open, verdicts) {
        captured[index].quality = quality
        if quality != .consistent || captured[index].failure != nil { changed.append(index) }
      }
      guard !changed.isEmpty, attempt < attempts else { break }
      forgetStacks(changed.map { captured[$0] })
      prefetchStacks(of: changed.map { threads[$0] })
      for index in changed { captured[index] = captureOnce(threads[index]) }
      open = changed
    }
    return captured
  }

  /// Captures the stack of a thread that stands still: nothing to prove. What is known of its memory has to be forgotten,
  /// at best before it is stopped.
  public func captureStopped(_ thread: ThreadState) -> CapturedStack {
    memory.forgetAll()
    prefetchStacks(of: [thread])
    return captureOnce(thread)
  }

  /// Names the frames of a captured stack.
  public func stack(_ captured: CapturedStack) -> Stack {
    Stack(frames: captured.frames.map { frame($0) }, quality: captured.quality, failure: captured.failure)
  }

  // MARK: - One pass

  private func captureOnce(_ thread: ThreadState) -> CapturedStack {
    do throws(ReadError) {
      let top = try topFrame(of: thread.address)
      let (frames, failure) = walk(from: top)
      return CapturedStack(thread: thread, frames: frames, quality: .consistent, failure: failure)
    } catch {
      return CapturedStack(thread: thread, frames: [], quality: .uncertain(trusted: 0), failure: error)
    }
  }

  /// Reads the used part of each thread's newest stack chunk (3.11+): the frames lie there one behind the other.
  private func prefetchStacks(of threads: [ThreadState]) {
    guard let chunkOffset = layout.thread.datastackChunk, let topOffset = layout.thread.datastackTop else { return }
    memory.prefetch(threads.map { ($0.address, layout.thread.size) })
    var ranges: [(address: RemoteAddress, count: Int)] = []
    for thread in threads {
      guard let chunk = try? memory.pointer(thread.address + chunkOffset),
        let top = try? memory.pointer(thread.address + topOffset), !chunk.isNull, top > chunk
      else { continue }
      // A chunk has 16 KiB unless one frame needed more (Python/pystate.c DATA_STACK_CHUNK_SIZE).
      let used = top.rawValue - chunk.rawValue
      ranges.append((chunk, Int(min(used, 1 << 20))))
    }
    memory.prefetch(ranges)
    prefetchEntryFrames(of: threads)
  }

  /// Each entry of the interpreter's loop has a frame on the C stack (3.12+), between those of the chunk. Read for all
  /// threads together, entry by entry, as far as stacks usually go: what lies further out is read when it is met.
  private func prefetchEntryFrames(of threads: [ThreadState]) {
    let header = frameHeader
    var open = threads.map { (try? topFrame(of: $0.address)) ?? .null }
    for _ in 0..<4 {
      open = open.compactMap { top in
        var next = top
        var steps = 0
        while !next.isNull, steps < Self.depthLimit, memory.holds(next + header.lowerBound, count: header.count) {
          guard let frame = try? rawFrame(at: next) else { return nil }
          next = frame.previous
          steps += 1
        }
        return next.isNull || steps == Self.depthLimit ? nil : next
      }
      guard open.count > 1 else { return }
      memory.prefetch(open.map { ($0 + header.lowerBound, header.count) })
    }
  }

  private func forgetStacks(_ stacks: [CapturedStack]) {
    var ranges: [(address: RemoteAddress, count: Int)] = []
    for stack in stacks {
      ranges.append((stack.thread.address, layout.thread.size))
      if let offset = layout.thread.cframe, let cframe = try? memory.pointer(stack.thread.address + offset) {
        ranges.append((cframe, 24))
      }
      ranges += stack.frames.map { ($0.address, 512) }
    }
    memory.forget(ranges)
  }

  // MARK: - Proof

  /// Stacks of which the deciding words are read anew together: few enough that the room for them is used again and again,
  /// since the kernel takes longer to give a page than to copy one.
  private static let verifiedTogether = 8

  private func verify(_ stacks: [CapturedStack]) -> [Stack.Quality] {
    var verdicts: [Stack.Quality] = []
    verdicts.reserveCapacity(stacks.count)
    for start in stride(from: 0, to: stacks.count, by: Self.verifiedTogether) {
      verdicts += verify(stacks[start..<min(start + Self.verifiedTogether, stacks.count)])
    }
    return verdicts
  }

  /// Reads the deciding words of these stacks anew, past what is kept, and compares.
  private func verify(_ stacks: ArraySlice<CapturedStack>) -> [Stack.Quality] {
    let header = frameHeader
    var ranges: [Reread.Span] = []
    for stack in stacks {
      for range in links(to: stack.thread) { ranges.append(range) }
      for frame in stack.frames {
        ranges.append(Reread.range(at: frame.address + header.lowerBound, count: header.count))
      }
    }
    let again = Reread(ranges, memory: memory.memory)
    return stacks.map { stack in
      if stack.failure != nil { return .uncertain(trusted: 0) }
      var trusted = 0
      for frame in stack.frames.reversed() {
        guard isSame(again, from: frame.address + header.lowerBound, count: header.count) else {
          return .uncertain(trusted: trusted)
        }
        trusted += 1
      }
      for range in links(to: stack.thread) {
        guard isSame(again, from: RemoteAddress(range.lowerBound), count: range.count) else {
          return .uncertain(trusted: max(trusted - 1, 0))
        }
      }
      return .consistent
    }
  }

  /// The words that lead from a thread to its innermost frame.
  private func links(to thread: ThreadState) -> [Reread.Span] {
    func word(_ address: RemoteAddress) -> Reread.Span { Reread.range(at: address, count: 8) }
    if let offset = layout.thread.currentFrame ?? layout.thread.frame { return [word(thread.address + offset)] }
    guard let offset = layout.thread.cframe, let current = layout.cframe.currentFrame else { return [] }
    guard let cframe = try? memory.pointer(thread.address + offset), !cframe.isNull else {
      return [word(thread.address + offset)]
    }
    return [word(thread.address + offset), word(cframe + current)]
  }

  private func isSame(_ again: Reread, from address: RemoteAddress, count: Int) -> Bool {
    guard let now = again.bytes(at: address.rawValue, count: count) else { return false }
    return memory.keeps(now, at: address)
  }
}
