public import RemoteProcess

/// A frame as it lies in memory, not yet named: what is captured first and understood later.
public struct RawFrame: Equatable, Sendable {
  /// `_PyInterpreterFrame` since 3.11, `PyFrameObject` before.
  public let address: RemoteAddress
  public let code: RemoteAddress
  /// Byte offset of the current instruction, or its address (3.11+), as the frame keeps it.
  let instruction: UInt64
  public let previous: RemoteAddress
  /// `FRAME_OWNED_BY_…` (3.11+).
  let owner: UInt8

  /// Tells the instructions of one code object apart.
  public var place: UInt64 { instruction }

  /// Whether two frames of one code object stand at the same instruction.
  public func isAtSamePlace(as other: RawFrame) -> Bool { instruction == other.instruction }
}

extension Runtime {
  /// Frames of one stack at most: the default recursion limit is 1,000, and C code may run thousands deep.
  public static let depthLimit = 20_000

  /// Bytes of a frame that decide which frame it is, relative to its address: what must not change during a capture.
  var frameHeader: Range<Int> {
    if let localsplus = layout.interpreterFrame.localsplus { return 0..<localsplus }
    let last = (layout.frameObject.lastInstruction ?? layout.frameObject.back) + 8
    return layout.frameObject.back..<last
  }

  /// The innermost frame of a thread; null where it runs no Python.
  public func topFrame(of thread: RemoteAddress) throws(ReadError) -> RemoteAddress {
    if let offset = layout.thread.currentFrame { return try memory.pointer(thread + offset) }
    if let offset = layout.thread.cframe, let current = layout.cframe.currentFrame {
      let cframe = try memory.pointer(thread + offset)
      return cframe.isNull ? .null : try memory.pointer(cframe + current)
    }
    guard let offset = layout.thread.frame else { return .null }
    return try memory.pointer(thread + offset)
  }

  /// The frame at an address.
  public func rawFrame(at address: RemoteAddress) throws(ReadError) -> RawFrame {
    guard address.rawValue & 7 == 0 else { throw .implausible("misaligned frame", address) }
    let fields = layout.interpreterFrame
    if let executable = fields.executable, let previous = fields.previous, let ip = fields.instructionPointer,
      let owner = fields.owner
    {
      return RawFrame(
        address: address, code: untagged(try memory.word(address + executable)),
        instruction: try memory.word(address + ip), previous: try memory.pointer(address + previous),
        owner: try memory.byte(address + owner))
    }
    guard let code = layout.frameObject.code, let last = layout.frameObject.lastInstruction else {
      throw .implausible("no frame layout", address)
    }
    return RawFrame(
      address: address, code: try memory.pointer(address + code),
      instruction: UInt64(bitPattern: Int64(try memory.int(address + last))),
      previous: try memory.pointer(address + layout.frameObject.back), owner: 0)
  }

  /// A frame that is no Python code: the interpreter's own entry (3.12+, `FRAME_OWNED_BY_CSTACK`, `…_INTERPRETER`).
  func isShim(_ frame: RawFrame) -> Bool {
    let owner = Int(frame.owner)
    return layout.interpreterFrame.owner != nil
      && (owner == layout.constants.frameOwnedByCStack || owner == layout.constants.frameOwnedByInterpreter)
  }

  /// Strips the tag bits of a `_PyStackRef` (3.13t, 3.14+; Include/internal/pycore_stackref.h).
  func untagged(_ word: UInt64) -> RemoteAddress {
    RemoteAddress(word & ~UInt64(layout.constants.tagMask ?? 0))
  }

  /// Walks from a frame outwards. A broken link ends the walk with its error beside what was found.
  ///
  /// - Parameter spilled: the part of the C stack that is elsewhere now, for frames of a suspended greenlet.
  func walk(
    from top: RemoteAddress, limit: Int = Runtime.depthLimit, spilled: SpilledStack? = nil
  ) -> (frames: [RawFrame], failure: ReadError?) {
    var frames: [RawFrame] = []
    var next = top
    var steps = 0
    // Brent's cycle detection: a torn chain may run in a ring.
    var checkpoint = top
    var power = 1
    while !next.isNull {
      guard steps < limit else { return (frames, .implausible("more than \(limit) frames", next)) }
      do throws(ReadError) {
        let frame = try rawFrame(at: spilled?.place(of: next) ?? next)
        if !isShim(frame) { frames.append(frame) }
        next = frame.previous
      } catch {
        return (frames, error)
      }
      steps += 1
      if next == checkpoint { return (frames, .implausible("frames in a ring", next)) }
      if steps == power {
        checkpoint = next
        power *= 2
      }
    }
    return (frames, nil)
  }
}
