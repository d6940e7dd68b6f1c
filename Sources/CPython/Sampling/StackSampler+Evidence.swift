import RemoteProcess

// Whether a frame runs, and was called by the one that it leads to. Where calls take some tens of nanoseconds, a thread leads
// to a frame that was left as often as to one that runs, and what was left is still there to be read.
extension StackSampler {
  /// Where frames say of themselves that they run.
  enum Liveness {
    /// `f_executing` of every frame of a stack (3.8, 3.9).
    case flag(at: Int)
    /// `f_state` of every frame of a stack (3.10): running, or unwinding.
    case state(at: Int, executing: Int8)
    /// `stacktop` of the innermost frame, which is negative for as long as the interpreter's loop runs it and is set before
    /// a call, a yield and the end (3.11 to 3.13; Include/internal/pycore_frame.h `_PyFrame_GetStackPointer`).
    case stackTop(at: Int)
    /// A frame that was left has no code any more (3.14+; Python/ceval.c `clear_thread_frame`).
    case code

    init(_ layout: Layout) {
      if let offset = layout.frameObject.executing {
        self = .flag(at: offset)
      } else if let offset = layout.frameObject.state, let executing = layout.constants.frameExecuting {
        self = .state(at: offset, executing: Int8(truncatingIfNeeded: executing))
      } else if let offset = layout.interpreterFrame.stackTop {
        self = .stackTop(at: offset)
      } else {
        self = .code
      }
    }

    /// The end of what says so, in bytes from the start of a frame.
    var end: Int {
      switch self {
      case .flag(let offset), .state(let offset, _): offset + 1
      case .stackTop(let offset): offset + 4
      case .code: 0
      }
    }
  }

  /// Where a generator says that it runs: `gi_frame_state`, in front of its frame (3.11+).
  struct GeneratorLiveness {
    let owner: Int
    let stateDistance: Int
    let executing: UInt8

    init?(_ layout: Layout) {
      guard let owner = layout.constants.frameOwnedByGenerator, let frame = layout.generator.interpreterFrame,
        let state = layout.generator.frameState, let executing = layout.constants.frameExecuting,
        (1...64).contains(frame - state)
      else { return nil }
      self.owner = owner
      stateDistance = frame - state
      self.executing = UInt8(truncatingIfNeeded: executing)
    }
  }

  /// Whether a frame ran at every reading: as the innermost one, or in a call.
  ///
  /// - Parameter place: where it lies in what was read.
  func isAlive(_ thread: SampledThread, _ index: Int, at place: Int) -> Bool {
    // A generator that waits, or has not begun, still has what the one before it in its place had called.
    if let generator, Int(thread.frames[index].owner) == generator.owner {
      guard
        thread.atEveryReading({
          $0.load(fromByteOffset: place - generator.stateDistance, as: UInt8.self) == generator.executing
        })
      else { return false }
    }
    switch liveness {
    case .flag(let offset):
      return thread.atEveryReading { $0.load(fromByteOffset: place + offset, as: UInt8.self) == 1 }
    case .state(let offset, let executing):
      return thread.atEveryReading {
        let state = $0.load(fromByteOffset: place + offset, as: Int8.self)
        // FRAME_UNWINDING comes two behind FRAME_EXECUTING (Include/cpython/frameobject.h).
        return state == executing || state == executing + 2
      }
    case .stackTop(let offset):
      guard index == 0 else { return true }
      // Where it is not, what its caller called is no help: one that was only just made has another one's values on its stack.
      return thread.atEveryReading { $0.load(fromByteOffset: place + offset, as: Int32.self) < 0 }
    case .code: return true
    }
  }

  /// Whether a frame was called by the one outside of it, as that one says: what it called lies just above the values of
  /// its stack, where it stays until it goes on. Not every call leaves that: false says nothing.
  func isCalled(_ thread: SampledThread, _ index: Int) -> Bool {
    let frames = thread.frames
    guard index + 1 < frames.count, frames[index].previous == frames[index + 1].address,
      let function = runtime.layout.interpreterFrame.function,
      let callee = thread.offset(of: frames[index].address.rawValue, count: fields.frameBytes),
      let called = called(by: frames[index + 1], in: thread),
      let slots = thread.offset(of: called.rawValue, count: Self.calledSlots)
    else { return false }
    let mask = ~UInt64(runtime.layout.constants.tagMask ?? 0)
    return thread.atEveryReading { image in
      let own = image.load(fromByteOffset: callee + function, as: UInt64.self) & mask
      // A function lies behind a null, and a method before its object (up to 3.12); later it is always the first.
      return image.load(fromByteOffset: slots, as: UInt64.self) & mask == own
        || image.load(fromByteOffset: slots + 8, as: UInt64.self) & mask == own
    }
  }

  /// Where a frame that waits for a call has what it called; nil where it calls nothing, or does so from C.
  func called(by frame: RawFrame, in thread: SampledThread) -> RemoteAddress? {
    let layout = runtime.layout.interpreterFrame
    guard let locals = layout.localsplus,
      let place = thread.offset(of: frame.address.rawValue, count: fields.frameBytes)
    else { return nil }
    let base = frame.address + locals
    if let offset = layout.stackTop {
      let count = thread.fresh.load(fromByteOffset: place + offset, as: Int32.self)
      return count >= 0 && count < Self.slotLimit ? base + Int(count) * 8 : nil
    }
    guard let offset = layout.stackPointer else { return nil }
    let pointer = thread.word(at: place + offset)
    let inside = pointer &- base.rawValue
    return inside & 7 == 0 && inside < UInt64(Self.slotLimit) * 8 ? RemoteAddress(pointer) : nil
  }

  /// Bytes.
  static let calledSlots = 16
  private static let slotLimit: Int32 = 4096

  /// Whether a frame and the one that called it lie apart: the one in the thread's stack, the other in a generator. They are
  /// read at different moments, and both places are used again at once: only the call itself tells that they belong
  /// together.
  func isProvenCall(_ thread: SampledThread, _ index: Int) -> Bool {
    let frames = thread.frames
    guard let owner = generator?.owner, index + 1 < frames.count, Int(frames[index + 1].owner) == owner,
      Int(frames[index].owner) != owner
    else { return true }
    // Called from C, which leaves nothing: entries have a frame of their own, or say so (3.11).
    guard frames[index].previous == frames[index + 1].address else { return true }
    if let entry = runtime.layout.interpreterFrame.isEntry,
      let place = thread.offset(of: frames[index].address.rawValue, count: fields.frameBytes),
      thread.fresh.load(fromByteOffset: place + entry, as: UInt8.self) == 1
    {
      return true
    }
    return isCalled(thread, index)
  }
}
