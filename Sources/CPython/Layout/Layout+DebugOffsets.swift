/// What a target says of its own layout (3.13 and later) wins over our tables; but it is foreign data, so each number
/// must be possible before it is believed.
extension Layout {
  /// How many bytes from the start of `_PyRuntime` are enough for `apply(debugOffsets:)`, whatever the version.
  public static let debugOffsetsSize = DebugOffsets.v3_15.size

  /// The version and build that the first 24 bytes of `_PyRuntime` name; nil before 3.13, which publishes neither.
  public static func build(
    debugOffsets bytes: UnsafeRawBufferPointer
  ) -> (version: PythonVersion, isFreeThreaded: Bool)? {
    guard bytes.count >= DebugOffsets.headerSize, hasCookie(bytes) else { return nil }
    let version = word(bytes, at: DebugOffsets.versionPosition)
    let freeThreaded = word(bytes, at: DebugOffsets.freeThreadedPosition)
    guard let hex = UInt32(exactly: version), freeThreaded <= 1 else { return nil }
    return (PythonVersion(hex: hex), freeThreaded == 1)
  }

  /// Replaces every offset that the target publishes in `_Py_DebugOffsets`, the first bytes of its `_PyRuntime`.
  ///
  /// Versions before 3.13 publish none and are left as they are. When it throws, nothing was replaced.
  public mutating func apply(debugOffsets bytes: UnsafeRawBufferPointer) throws(LayoutError) {
    guard let table = DebugOffsets.of(minor: version.minor) else { return }
    guard bytes.count >= DebugOffsets.headerSize, let found = Self.build(debugOffsets: bytes) else {
      throw .missingOffsets(version)
    }
    guard found.version.major == version.major, found.version.minor == version.minor else {
      throw .contradictingVersion(version, published: found.version)
    }
    guard !found.version.isPrerelease else { throw .prerelease(found.version) }
    guard found.isFreeThreaded == isFreeThreaded else {
      throw .unknownBuild(found.version, isFreeThreaded: found.isFreeThreaded)
    }
    guard bytes.count >= table.size else {
      throw .truncatedOffsets(table: "_Py_DebugOffsets", expected: table.size, found: bytes.count)
    }
    var replaced = self
    for field in table.fields where isFreeThreaded || !field.onlyFreeThreaded {
      field.store(&replaced, try Self.plausible(field, in: bytes))
    }
    self = replaced
  }

  /// The number of `field`, when a structure of CPython could have it.
  private static func plausible(
    _ field: DebugOffsets.Field, in bytes: UnsafeRawBufferPointer
  ) throws(LayoutError) -> Int {
    let value = word(bytes, at: field.position)
    let isPlausible =
      switch field.meaning {
      case .size: value > 0 && value <= largestStructure
      case .member(let width, let structure):
        isMember(value, width, size: structure.map { word(bytes, at: $0) } ?? largestUnpublished)
      case .nested(let width, let base):
        isMember(value &- word(bytes, at: base), width, size: largestUnpublished)
      }
    guard isPlausible else {
      throw .implausibleOffsets(table: "_Py_DebugOffsets", field: field.name, value: value)
    }
    return switch field.meaning {
    case .nested(_, let base): Int(value - word(bytes, at: base))
    default: Int(value)
    }
  }

  private static func isMember(_ offset: UInt64, _ width: Int, size: UInt64) -> Bool {
    offset <= largestStructure && offset.isMultiple(of: UInt64(width)) && offset + UInt64(width) <= size
  }

  /// `_PyRuntime` is the largest of them, with 0.4 MB; no structure is near 16 MB.
  private static let largestStructure: UInt64 = 1 << 24
  private static let largestUnpublished: UInt64 = 1 << 12

  private static func hasCookie(_ bytes: UnsafeRawBufferPointer) -> Bool {
    DebugOffsets.cookie.withUTF8Buffer { bytes.prefix($0.count).elementsEqual($0) }
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
  }
}
