import RemoteProcess

/// The stack of one Python thread, task or greenlet, innermost frame first.
public struct Stack {
  public var frames: [Frame]
  public var quality: Quality
  /// Why frames are missing at the outer end, where they are.
  public var failure: ReadError?

  public init(frames: [Frame], quality: Quality, failure: ReadError? = nil) {
    self.frames = frames
    self.quality = quality
    self.failure = failure
  }

  /// How far a stack can be trusted that was read while the target ran.
  public enum Quality: Equatable, Sendable {
    /// Read twice and equal, or read while the thread stood still: the thread was in this stack.
    case consistent
    /// The thread ran on while it was read. Its `trusted` outermost frames were the same before and after.
    case uncertain(trusted: Int)
  }
}

/// One frame of a stack, understood.
public struct Frame {
  public let raw: RawFrame
  /// Nil where it could not be read; `failure` says why.
  public let code: CodeObject?
  /// Nil where the instruction has no line, or the frame could not be read.
  public let line: Int?
  public let failure: ReadError?
}

extension Runtime {
  /// Names a raw frame: its code object, and the line it stands at.
  public func frame(_ raw: RawFrame) -> Frame {
    do throws(ReadError) {
      let code = try codeObject(at: raw.code)
      let offset = try instructionOffset(of: raw, in: code)
      return Frame(raw: raw, code: code, line: code.line(atOffset: offset), failure: nil)
    } catch {
      return Frame(raw: raw, code: nil, line: nil, failure: error)
    }
  }

  /// Byte offset of the frame's instruction into its bytecode.
  func instructionOffset(of frame: RawFrame, in code: CodeObject) throws(ReadError) -> Int {
    guard layout.interpreterFrame.executable != nil else {
      // `f_lasti` counts bytes up to 3.9 and code units in 3.10; -1 before the first instruction.
      let lasti = max(Int(Int64(bitPattern: frame.instruction)), 0)
      return layout.version < PythonVersion(hex: 0x030a_0000) ? lasti : lasti &* 2
    }
    var start = code.bytecode
    if let table = layout.code.threadLocalBytecode, let index = layout.interpreterFrame.threadLocalBytecode {
      // Free-threaded 3.14+: each thread may run its own copy of the bytecode (`_PyCodeArray`, Include/cpython/code.h).
      let copies = try memory.pointer(code.address + table)
      let number = try memory.int(frame.address + index)
      if !copies.isNull, number > 0, number < (try memory.size(copies)) {
        let copy = try memory.pointer(copies + 8 + number * 8)
        if !copy.isNull { start = copy }
      }
    }
    let offset = Int64(bitPattern: frame.instruction &- start.rawValue)
    guard offset < 1 << 30 else { return 0 }
    return max(Int(offset), 0)
  }
}
