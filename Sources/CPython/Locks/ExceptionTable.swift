/// `co_exceptiontable` (3.11+): which instructions are inside a `try` or `with`, and how deep the stack is when its handler
/// begins. Format: Objects/exception_handling_notes.txt (InternalDocs/exception_handling.md).
///
///     entry:  start | length | target | depth << 1 | lasti      each of six bits a byte, most significant first;
///             the first byte of an entry has bit 7, bytes that more follow have bit 6
struct ExceptionTable: Equatable {
  let bytes: [UInt8]

  /// What handles an exception at an instruction.
  struct Handler: Equatable {
    /// Byte offset of the handler's first instruction.
    let target: Int
    /// How many values of the stack stay.
    let depth: Int
  }

  /// The handler for an exception at a byte offset; nil where nothing handles it.
  ///
  /// The ranges do not overlap: the entry is that of the innermost handler.
  func handler(atOffset offset: Int) -> Handler? {
    let unit = offset / 2
    var index = 0
    while index < bytes.count {
      let start = number(&index)
      let length = number(&index)
      let target = number(&index)
      let depth = number(&index) >> 1
      if unit < start { return nil }
      if unit - start < length { return Handler(target: target * 2, depth: depth) }
    }
    return nil
  }

  private func number(_ index: inout Int) -> Int {
    var value = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      value = (value << 6 | Int(byte & 63)) & 0xffff_ffff
      if byte & 64 == 0 { break }
    }
    return value
  }
}
