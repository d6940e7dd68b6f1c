public import RemoteProcess

/// A value in a frame: an object, or a small integer that has none (3.14+).
public enum StackValue: Equatable, Sendable {
  case object(RemoteAddress)
  /// `_PyStackRef` with `Py_INT_TAG` (Include/internal/pycore_stackref.h).
  case taggedInteger(Int64)
}

extension Runtime {
  /// Where the variables of a frame lie, one word each.
  func localsplus(of frame: RawFrame) -> RemoteAddress {
    frame.address + (layout.interpreterFrame.localsplus ?? layout.frameObject.localsplus ?? 0)
  }

  /// The variables of a frame that are bound, in the compiler's order: parameters, locals, cells, free variables. Cells are
  /// followed to what they hold.
  public func locals(of frame: RawFrame, code: CodeObject) throws(ReadError) -> [(name: String, value: StackValue)] {
    let count = min(code.variables.count, Self.variableLimit)
    let words = try memory.wordBlock(localsplus(of: frame), count: count)
    var result: [(name: String, value: StackValue)] = []
    for (variable, word) in zip(code.variables, words) where !variable.isHidden {
      guard let value = stackValue(word) else { continue }
      guard variable.isCell, case .object(let address) = value else {
        result.append((variable.name, value))
        continue
      }
      // A cell slot holds the plain value until the cell is made (MAKE_CELL).
      if (try? type(ofObjectAt: address).name) == "cell" {
        let content = try memory.pointer(address + layout.cell.reference)
        if !content.isNull { result.append((variable.name, .object(content))) }
      } else {
        result.append((variable.name, value))
      }
    }
    return result
  }

  /// One variable of a frame by name.
  public func local(_ name: String, of frame: RawFrame, code: CodeObject) throws(ReadError) -> RemoteAddress? {
    guard code.variables.contains(where: { $0.name == name }) else { return nil }
    for local in try locals(of: frame, code: code) where local.name == name {
      if case .object(let address) = local.value { return address }
    }
    return nil
  }

  /// Decodes a word of `localsplus` or of the value stack; nil where it is empty.
  func stackValue(_ word: UInt64) -> StackValue? {
    if layout.constants.integerTag != nil, word & 3 == 3 { return .taggedInteger(Int64(bitPattern: word) >> 2) }
    let address = untagged(word)
    return address.isNull ? nil : .object(address)
  }

  /// `f_globals` of a frame, a dict.
  public func globals(of frame: RawFrame) throws(ReadError) -> RemoteAddress {
    guard let offset = layout.interpreterFrame.globals ?? layout.frameObject.globals else { return .null }
    return try memory.pointer(frame.address + offset)
  }
}
