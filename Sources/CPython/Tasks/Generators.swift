import RemoteProcess

/// What a generator, coroutine or asynchronous generator is doing (`PyFrameState`, Include/internal/pycore_frame.h).
enum GeneratorState: Equatable {
  case created
  case suspended
  case executing
  case finished
}

extension Runtime {
  /// The frame of a generator-like object and its state; no frame where it has finished.
  ///
  /// The frame lies in the object since 3.11, and is a frame object before.
  func generatorFrame(
    at generator: RemoteAddress
  ) throws(ReadError) -> (frame: RemoteAddress, state: GeneratorState)? {
    if let offset = layout.generator.interpreterFrame, let stateOffset = layout.generator.frameState {
      let state = Int(Int8(bitPattern: try memory.byte(generator + stateOffset)))
      guard let known = generatorState(state) else { return nil }
      return (generator + offset, known)
    }
    guard let offset = layout.generator.frame, let last = layout.frameObject.lastInstruction else { return nil }
    let frame = try memory.pointer(generator + offset)
    guard !frame.isNull else { return nil }
    if try memory.int(frame + last) < 0 { return (frame, .created) }
    return (frame, try topOfValueStack(ofSuspendedFrameAt: frame) == nil ? .executing : .suspended)
  }

  private func generatorState(_ state: Int) -> GeneratorState? {
    let constants = layout.constants
    guard let created = constants.frameCreated, let suspended = constants.frameSuspended,
      let executing = constants.frameExecuting
    else { return nil }
    if state == created { return .created }
    if state == executing { return .executing }
    // FRAME_SUSPENDED, FRAME_SUSPENDED_YIELD_FROM (3.13+) and FRAME_SUSPENDED_YIELD_FROM_LOCKED (3.15+) follow one another.
    let kinds = constants.frameSuspendedYieldFrom == nil ? 1 : layout.version < PythonVersion(hex: 0x030f_0000) ? 2 : 3
    return (suspended..<suspended + kinds).contains(state) ? .suspended : nil
  }

  /// Where the newest value lies on the stack of a frame that does not run; nil where it runs, or its stack is empty.
  func topOfValueStack(ofSuspendedFrameAt frame: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    let fields = layout.interpreterFrame
    if let offset = fields.stackPointer, let localsplus = fields.localsplus {
      let pointer = try memory.pointer(frame + offset)
      return pointer > frame + localsplus ? pointer - 8 : nil
    }
    if let offset = fields.stackTop, let localsplus = fields.localsplus {
      let count = try memory.int(frame + offset)
      return count > 0 && count < Self.variableLimit ? frame + localsplus + (count - 1) * 8 : nil
    }
    if let offset = layout.frameObject.stackTop {
      let pointer = try memory.pointer(frame + offset)
      return pointer.isNull ? nil : pointer - 8
    }
    guard let offset = layout.frameObject.stackDepth, let base = layout.frameObject.valueStack else { return nil }
    let depth = try memory.int(frame + offset)
    guard depth > 0, depth < Self.variableLimit else { return nil }
    return try memory.pointer(frame + base) + (depth - 1) * 8
  }

  /// What a suspended generator delegates to (`yield from`, `await`): Objects/genobject.c `_PyGen_yf`.
  ///
  /// It is on top of the stack, under a marker of the iteration in 3.15. Since 3.13 the state of the frame says whether
  /// it delegates; before, the instruction that it stands at.
  func delegate(ofGeneratorAt generator: RemoteAddress, frame: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    guard let top = try topOfValueStack(ofSuspendedFrameAt: frame) else { return nil }
    if let delegating = layout.constants.frameSuspendedYieldFrom, let offset = layout.generator.frameState {
      guard Int(Int8(bitPattern: try memory.byte(generator + offset))) >= delegating else { return nil }
    } else {
      guard try delegates(frameAt: frame) else { return nil }
    }
    for place in [top, top - 8] {
      if case .object(let address) = stackValue(try memory.word(place)) { return address }
      guard layout.version >= PythonVersion(hex: 0x030f_0000) else { break }
    }
    return nil
  }

  private func delegates(frameAt frame: RemoteAddress) throws(ReadError) -> Bool {
    let raw = try rawFrame(at: frame)
    if layout.interpreterFrame.executable != nil {
      // 3.11, 3.12: the next instruction is a RESUME, whose argument is 2 behind `yield from` and 3 behind `await`.
      return try memory.byte(RemoteAddress(raw.instruction) + 3) & 3 >= 2
    }
    let code = try codeObject(at: raw.code)
    let next = code.bytecode + (try instructionOffset(of: raw, in: code)) + 2
    // YIELD_FROM (Include/opcode.h of 3.8, 3.9 and 3.10).
    return try memory.byte(next) == 72
  }
}
