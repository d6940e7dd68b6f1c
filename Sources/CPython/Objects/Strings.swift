public import RemoteProcess

/// A `str`, or the beginning of one.
public struct RemoteString: Equatable, Sendable {
  public let text: String
  /// Code points in the target; more than `text` has where it was cut.
  public let length: Int
}

extension Runtime {
  /// The `str` at an address, at most `limit` code points of it. Lone surrogates become U+FFFD.
  ///
  /// PEP 393: `length`, then a state whose bits give the kind (1, 2 or 4 bytes a code point) and whether the data follow the
  /// header (`compact`), which is shorter where all is ASCII.
  public func string(at address: RemoteAddress, limit: Int) throws(ReadError) -> RemoteString {
    let fields = layout.unicode
    guard try type(ofStringAt: address) else { throw .implausible("not a str", address) }
    let length = try memory.size(address + fields.length)
    guard length >= 0, length < 1 << 40 else { throw .implausible("str of \(length) code points", address) }
    let state = try memory.int(address + fields.state)
    let kind = (state & fields.kindMask) >> fields.kindMask.trailingZeroBitCount
    guard kind == 1 || kind == 2 || kind == 4 else { throw .implausible("str of kind \(kind)", address) }
    let data: RemoteAddress
    if state & fields.compactMask == 0 {
      data = try memory.pointer(address + fields.data)
    } else if state & fields.asciiMask != 0 {
      data = address + fields.asciiSize
    } else {
      data = address + fields.compactSize
    }
    let taken = min(length, max(limit, 0))
    let text = try memory.withBlock(data, count: taken * kind) { bytes in
      Self.text(bytes, kind: kind, isASCII: state & fields.asciiMask != 0)
    }
    return RemoteString(text: text, length: length)
  }

  /// Whether the object is a `str`, without reading its type's name: strings are read by the thousand, and types need them.
  private func type(ofStringAt address: RemoteAddress) throws(ReadError) -> Bool {
    guard !address.isNull else { return false }
    let type = try memory.pointer(address + layout.object.type)
    if type == stringType { return true }
    guard !type.isNull, try memory.word(type + layout.type.flags) & 1 << 28 != 0 else { return false }
    if try memory.word(type + layout.type.flags) & 1 << 9 == 0 { stringType = type }
    return true
  }

  private static func text(_ raw: UnsafeRawBufferPointer, kind: Int, isASCII: Bool) -> String {
    if isASCII { return String(decoding: raw, as: UTF8.self) }
    if kind == 1 { return String(decoding: raw.lazy.map { UInt16($0) }, as: UTF16.self) }
    var scalars = String.UnicodeScalarView()
    for index in 0..<raw.count / kind {
      let value =
        kind == 2
        ? UInt32(raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        : raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
      scalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
    }
    return String(scalars)
  }
}
