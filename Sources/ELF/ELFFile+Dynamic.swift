extension ELFFile {
  /// What the dynamic linker is told, as offsets into the file.
  struct Dynamic {
    var symbols: UInt64?
    var strings: UInt64?
    var stringsSize: UInt64?
    var gnuHash: UInt64?
    var hash: UInt64?
  }

  /// Real ones have some 30 entries of 16 bytes.
  private static let maximumDynamicSize: UInt64 = 1 << 16

  /// The PT_DYNAMIC segment; nil in an executable linked statically.
  func dynamic() throws(ELFError) -> Dynamic? {
    guard let segment = segments.first(where: \.isDynamic), segment.fileSize > 0 else { return nil }
    guard segment.fileSize <= Self.maximumDynamicSize else {
      throw .malformed("a dynamic segment of \(segment.fileSize) bytes")
    }
    let bytes = try source.bytes(at: segment.offset, count: Int(segment.fileSize))[...]
    var dynamic = Dynamic()
    for start in stride(from: 0, to: bytes.count & ~15, by: 16) {
      let value = bytes.word64(at: start + 8)
      switch bytes.word64(at: start) {
      case 0: return dynamic
      case 4: dynamic.hash = fileOffset(ofPointer: value)
      case 5: dynamic.strings = fileOffset(ofPointer: value)
      case 6: dynamic.symbols = fileOffset(ofPointer: value)
      case 10: dynamic.stringsSize = value
      case 0x6fff_fef5: dynamic.gnuHash = fileOffset(ofPointer: value)
      default: continue
      }
    }
    return dynamic
  }
}
