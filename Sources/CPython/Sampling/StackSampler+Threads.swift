import RemoteProcess

// The list of threads, and what is read of them at every tick.
extension StackSampler {
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
    looks.removeAll()
  }

  private func readExpected() throws(ReadError) {
    if looks.requests.isEmpty || threads.contains(where: { $0.hasMoved }) { expect() }
    do throws(MemoryReadError) { try memory.read(looks) } catch { throw .memory(error) }
    let isWhole = looks.isWhole
    for thread in threads where thread.isWanted {
      thread.isReadTwice = isWhole && thread.plannedStack != nil
      if !thread.stackRequests.allSatisfy(looks.isRead) { thread.forgetStack() }
    }
  }

  /// Writes down what the next tick reads.
  private func expect() {
    looks.removeAll()
    for head in heads {
      let first = head.interpreter.address + runtime.layout.interpreter.threadsHead
      append(first.rawValue, 8, head.bytes)
      guard let gil = head.gil else { continue }
      append((gil.address + runtime.layout.gil.locked).rawValue, 4, head.bytes + 8)
      append((gil.address + runtime.layout.gil.lastHolder).rawValue, 8, head.bytes + 16)
    }
    for thread in threads {
      let first = looks.requests.count
      thread.isPlanned(from: first)
      append(thread, .around, of: thread.plannedStack, into: thread.fresh, to: looks)
      thread.stackRequests.append(first + 1..<looks.requests.count)
    }
    // Stacks that change from tick to tick are read twice, at once, and what leads to them before and after that.
    looks.appendBarrier()
    for thread in threads where thread.plannedStack != nil {
      let first = looks.requests.count
      append(thread, .stack, of: thread.plannedStack, into: thread.fresh, to: looks)
      append(thread, .stack, of: thread.plannedStack, into: thread.again, to: looks)
      thread.stackRequests.append(first..<looks.requests.count)
    }
    looks.appendBarrier()
    for thread in threads where thread.plannedStack != nil {
      append(thread, .around, of: thread.plannedStack, into: thread.again, to: looks)
    }
  }

  private func append(_ address: UInt64, _ count: Int, _ place: UnsafeMutableRawPointer) {
    looks.append(
      ReadRequest(
        address: RemoteAddress(address), destination: UnsafeMutableRawBufferPointer(start: place, count: count)))
  }

  /// What of a thread is read: the piece with its stack, or the others; where no piece has all of it, these are all.
  enum Part { case stack, around }

  func append(
    _ thread: SampledThread, _ part: Part, of stack: Int?, into image: UnsafeMutableRawPointer, to plan: ReadPlan
  ) {
    for (index, piece) in thread.pieces.enumerated() where (part == .stack) == (index == stack) {
      plan.append(
        ReadRequest(
          address: RemoteAddress(piece.address),
          destination: UnsafeMutableRawBufferPointer(start: image + piece.offset, count: piece.count)))
    }
  }

  /// Whether each thread still leads to the next one that is known, and who holds the GIL.
  private func isListTrue() -> Bool {
    let isWhole = looks.isWhole
    var index = 0
    for head in heads {
      var next = head.bytes.load(as: UInt64.self)
      let isLocked = head.gil != nil && head.bytes.load(fromByteOffset: 8, as: Int32.self) == 1
      let holder = isLocked ? head.bytes.load(fromByteOffset: 16, as: UInt64.self) : 0
      while next != 0 {
        guard index < threads.count, threads[index].state.address.rawValue == next,
          isWhole || isStateRead(threads[index]),
          threads[index].word(at: fields.interpreter) == head.interpreter.address.rawValue,
          isThatOfBefore(threads[index])
        else { return false }
        threads[index].holdsGIL = next == holder
        next = threads[index].word(at: fields.next)
        index += 1
      }
    }
    return index == threads.count
  }

  /// A thread that ended leaves its place to the next one.
  private func isThatOfBefore(_ thread: SampledThread) -> Bool {
    let layout = runtime.layout.thread
    if let offset = layout.nativeThreadID {
      return Int32(truncatingIfNeeded: thread.word(at: offset)) == thread.state.nativeID
    }
    return layout.id.map { thread.word(at: $0) == thread.state.id } ?? true
  }

  private func isStateRead(_ thread: SampledThread) -> Bool {
    looks.isRead(thread.stateRequest)
  }
}
