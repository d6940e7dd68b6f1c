import RemoteProcess

// Whether a stack that was walked is one that the thread really had.
extension StackSampler {
  /// Says of stacks that this tick read twice which ones those two readings prove, and returns the others.
  ///
  /// Two are enough where all frames lie together: they are copied within some nanoseconds of each other.
  func judgeReadTwice(_ open: inout [SampledThread]) {
    open.removeAll { thread in
      guard thread.isReadTwice, thread.liesTogether, thread.stackPiece == thread.plannedStack, !thread.hasMoved else {
        return false
      }
      return isProven(thread, readings: 2)
    }
  }

  /// Reads stacks twice more, by one call. The first of these two readings may be the one that is proven.
  func prove(_ open: inout [SampledThread]) throws(ReadError) {
    try readAgain(open)
    open.removeAll { thread in
      if isProven(thread, readings: 3) { return true }
      guard !thread.hasMovedSinceProof else { return false }
      thread.turnToAgain()
      walk(thread)
      let isWhole = thread.liesTogether && !thread.hasMovedSinceProof
      return isProven(thread, readings: 2, isEnough: isWhole)
    }
  }

  /// - Parameter isEnough: whether so many readings prove a stack at all; if not, its outermost frames can be trusted still.
  private func isProven(_ thread: SampledThread, readings: Int, isEnough: Bool = true) -> Bool {
    thread.readings = readings
    thread.quality = verdict(thread)
    if thread.quality == .consistent, thread.failure == nil {
      if isEnough {
        thread.keepProof()
        return true
      }
      // Which generator was called from where is then not known.
      let outer = thread.frames.reversed().prefix { Int($0.owner) != generator?.owner }.count
      thread.quality = .uncertain(trusted: max(min(outer, thread.frames.count - 1), 0))
    }
    return false
  }

  private func readAgain(_ open: [SampledThread]) throws(ReadError) {
    if open.contains(where: { $0.hasMovedSinceProof }) || !open.elementsEqual(provenTogether, by: ===) {
      planProof(of: open)
    }
    do throws(MemoryReadError) { try memory.read(proofs) } catch { throw .memory(error) }
    guard !proofs.isWhole else { return }
    for thread in open where !thread.proofRequests.allSatisfy(proofs.isRead) {
      thread.failure = .implausible("its stack went away while it was read", thread.state.address)
      thread.hasMovedSinceProof = true
    }
  }

  /// All stacks once, then all once more, then what leads to them. Where all frames lie together, the two readings of them
  /// follow each other at once.
  private func planProof(of open: [SampledThread]) {
    provenTogether = open
    proofs.removeAll()
    for thread in open {
      thread.hasMovedSinceProof = false
      thread.proofRequests.removeAll(keepingCapacity: true)
      appendProof(of: thread) {
        append(thread, .around, of: thread.stackPiece, into: thread.again, to: proofs)
      }
    }
    proofs.appendBarrier()
    for thread in open where thread.stackPiece != nil {
      appendProof(of: thread) {
        append(thread, .stack, of: thread.stackPiece, into: thread.again, to: proofs)
        append(thread, .stack, of: thread.stackPiece, into: thread.last, to: proofs)
      }
    }
    proofs.appendBarrier()
    for thread in open {
      appendProof(of: thread) {
        append(thread, .around, of: thread.stackPiece, into: thread.last, to: proofs)
      }
    }
    proofs.appendBarrier()
    for thread in open {
      appendProof(of: thread) {
        proofs.append(
          ReadRequest(
            address: thread.state.address + fields.firstLink,
            destination: UnsafeMutableRawBufferPointer(start: thread.lastLink, count: 8)))
      }
    }
  }

  private func appendProof(of thread: SampledThread, _ append: () -> Void) {
    let first = proofs.requests.count
    append()
    thread.proofRequests.append(first..<proofs.requests.count)
  }

  private func verdict(_ thread: SampledThread) -> Stack.Quality {
    var trusted = 0
    let frames = thread.frames
    if thread.isRetraced, let top = frames.first,
      let place = thread.offset(of: top.address.rawValue, count: fields.frameBytes),
      thread.isSameAgain(outside: place), isSameFunction(thread, place), isAlive(thread, 0, at: place),
      areLinksSame(thread)
    {
      return .consistent
    }
    for index in frames.indices.reversed() {
      guard let place = thread.offset(of: frames[index].address.rawValue, count: fields.frameBytes),
        index == 0 ? isSameFunction(thread, place) : isSameCaller(thread, place, frames, index),
        isAlive(thread, index, at: place), isProvenCall(thread, index)
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

  /// The words that lead from the thread to its innermost frame: before, between and after the readings. A frame that
  /// was left is still there to be read, and looks like one that runs.
  private func areLinksSame(_ thread: SampledThread) -> Bool {
    let layout = runtime.layout.thread
    // Two readings have these words before and behind both of them.
    guard thread.readings == 2 || thread.lastLink.load(as: UInt64.self) == thread.word(at: fields.firstLink) else {
      return false
    }
    if let offset = layout.currentFrame ?? layout.frame { return thread.isSameAgain(at: offset, count: 8) }
    guard let offset = layout.cframe, let current = runtime.layout.cframe.currentFrame else { return false }
    guard thread.isSameAgain(at: offset, count: 8) else { return false }
    let cframe = thread.word(at: offset)
    guard cframe != 0 else { return true }
    return thread.offset(of: cframe &+ UInt64(current), count: 8).map { thread.isSameAgain(at: $0, count: 8) } ?? false
  }
}
