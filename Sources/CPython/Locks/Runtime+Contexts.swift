import RemoteProcess

/// Which `with` bodies a frame is inside.
///
/// A `with` statement keeps the `__exit__` that it is going to call on the stack of its frame, below the depth to which the
/// stack is cut should the body raise. That depth is known from outside: the exception table has it (3.11+), the block
/// stack before. So every `__exit__` below it belongs to a body that is running, and its receiver is the context manager.
///
///     3.8 - 3.10   … | bound __exit__ |  values of the body         PyTryBlock.b_level of the newest block
///     3.11 - 3.13  … | bound __exit__ |  values of the body         depth of the entry for the instruction
///     3.14, 3.15   … | __exit__ | receiver |  values of the body    the same; a bound method and null where it is no plain one
extension Runtime {
  /// Values of one stack that are looked at.
  private static let stackLimit = 4096
  /// A `with` nested in the generators of `contextlib.contextmanager`, at most.
  private static let nestingLimit = 16

  /// The context managers whose body a frame is in, outermost first; through the generators of
  /// `contextlib.contextmanager` to those that they are in.
  func contexts(of frame: RawFrame) -> [RemoteAddress] { contexts(of: frame, nesting: 0) }

  private func contexts(of frame: RawFrame, nesting: Int) -> [RemoteAddress] {
    guard nesting < Self.nestingLimit, let code = try? codeObject(at: frame.code),
      let values = try? valuesBelowHandler(of: frame, code)
    else { return [] }
    var found: [RemoteAddress] = []
    for (index, word) in values.enumerated() {
      guard case .object(let value) = stackValue(word) else { continue }
      let following = index + 1 < values.count ? stackValue(values[index + 1]) : nil
      guard let manager = receiver(ofExitAt: value, following: following) else { continue }
      found.append(manager)
      if let inner = generatorFrame(ofManagerAt: manager) { found += contexts(of: inner, nesting: nesting + 1) }
    }
    return found
  }

  /// The part of a frame's value stack that outlives an exception at its instruction.
  private func valuesBelowHandler(of frame: RawFrame, _ code: CodeObject) throws(ReadError) -> [UInt64] {
    let limit = min(max(code.stackSize, 0), Self.stackLimit)
    if layout.interpreterFrame.executable != nil {
      guard let depth = try depthOfHandler(of: frame, code) else { return [] }
      return try memory.wordBlock(valueStack(of: frame, code), count: min(depth, limit))
    }
    guard let count = layout.frameObject.blockCount, let blocks = layout.frameObject.blockStack else { return [] }
    // PyTryBlock { int b_type, b_handler, b_level }, CO_MAXBLOCKS 20 (Include/cpython/frameobject.h, code.h).
    let used = try memory.int(frame.address + count)
    guard used > 0, used <= 20 else { return [] }
    let level = try memory.int(frame.address + blocks + (used - 1) * 12 + 8)
    guard level > 0 else { return [] }
    return try memory.wordBlock(valueStack(of: frame, code), count: min(level, limit))
  }

  /// The depth to which the handler of a `try` or `with` around the instruction of a frame cuts the stack.
  ///
  /// An `await` has a handler of its own within it (3.12+, `CLEANUP_THROW`). That one says nothing about bodies: while
  /// `async with` awaits its `__aenter__`, the `__aexit__` lies already below it.
  private func depthOfHandler(of frame: RawFrame, _ code: CodeObject) throws(ReadError) -> Int? {
    let table = try exceptionTable(of: code)
    var handler = table.handler(atOffset: try instructionOffset(of: frame, in: code))
    for _ in 0..<64 {
      guard let found = handler else { return nil }
      guard let throwing = layout.cleanupThrow, try memory.byte(code.bytecode + found.target) == throwing else {
        return found.depth
      }
      handler = table.handler(atOffset: found.target)
    }
    return nil
  }

  /// Where the value stack of a frame begins.
  func valueStack(of frame: RawFrame, _ code: CodeObject) throws(ReadError) -> RemoteAddress {
    if let offset = layout.frameObject.valueStack { return try memory.pointer(frame.address + offset) }
    return localsplus(of: frame) + code.variables.count * 8
  }

  private func exceptionTable(of code: CodeObject) throws(ReadError) -> ExceptionTable {
    guard !code.exceptionTable.isNull else { return ExceptionTable(bytes: []) }
    let length = try memory.size(code.exceptionTable + layout.object.varSize)
    guard length >= 0, length <= Self.lineTableLimit else {
      throw .implausible("exception table of \(length) bytes", code.exceptionTable)
    }
    return ExceptionTable(bytes: try memory.block(code.exceptionTable + layout.bytes.value, count: length))
  }

  // MARK: - Exits

  /// The object that an `__exit__` or `__aexit__` belongs to; nil for any other value.
  private func receiver(ofExitAt value: RemoteAddress, following: StackValue?) -> RemoteAddress? {
    guard let type = try? type(ofObjectAt: value) else { return nil }
    if let bound = boundMethod(at: value, type: type) { return Self.isExit(bound.name) ? bound.receiver : nil }
    guard let name = try? unboundName(at: value, type: type), Self.isExit(name), case .object(let receiver) = following
    else { return nil }
    return receiver
  }

  private static func isExit(_ name: String) -> Bool { name == "__exit__" || name == "__aexit__" }

  /// The name and receiver of a bound method, of Python or of C.
  func boundMethod(at value: RemoteAddress, type: TypeObject) -> (name: String, receiver: RemoteAddress)? {
    do throws(ReadError) {
      switch type.name {
      case "builtin_function_or_method":
        // PyCFunctionObject { m_ml, m_self } (Include/cpython/methodobject.h); ml_name is the first of PyMethodDef.
        let definition = try memory.pointer(value + layout.object.size)
        let receiver = try memory.pointer(value + layout.object.size + 8)
        guard !receiver.isNull else { return nil }
        return (try memory.cString(memory.pointer(definition), limit: 64), receiver)
      case "method":
        let function = try memory.pointer(value + layout.method.function)
        guard let name = try unboundName(at: function, type: self.type(ofObjectAt: function)) else { return nil }
        return (name, try memory.pointer(value + layout.method.receiver))
      default: return nil
      }
    } catch {
      return nil
    }
  }

  private func unboundName(at value: RemoteAddress, type: TypeObject) throws(ReadError) -> String? {
    switch type.name {
    case "function": return try codeObject(at: memory.pointer(value + layout.function.code)).name
    case "method_descriptor":
      // PyDescrObject { d_type, d_name } (Include/cpython/descrobject.h).
      return try string(at: memory.pointer(value + layout.object.size + 8), limit: 64).text
    default: return nil
    }
  }

  /// The suspended frame of a context manager that `contextlib` made of a generator.
  private func generatorFrame(ofManagerAt manager: RemoteAddress) -> RawFrame? {
    guard let type = try? type(ofObjectAt: manager),
      ["contextlib._GeneratorContextManager", "contextlib._AsyncGeneratorContextManager"].contains(type.name),
      let generator = (try? attribute("gen", ofObjectAt: manager)) ?? nil,
      let (frame, state) = (try? generatorFrame(at: generator)) ?? nil, state == .suspended
    else { return nil }
    return try? rawFrame(at: frame)
  }
}

extension Layout {
  /// The opcode `CLEANUP_THROW` (Include/opcode.h, Include/opcode_ids.h); nil where there is none.
  fileprivate var cleanupThrow: UInt8? {
    switch version.minor {
    case 12: 55
    case 13: 8
    case 14, 15: 7
    default: nil
    }
  }
}
