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
  /// Patch levels of CPython have moved members of the interpreter state, and have let it, the thread states and the
  /// runtime grow at their ends. Where any other structure is not as the table has it, what it does not publish cannot
  /// be trusted either, and the build is refused. Versions before 3.13 publish nothing and are left as they are. When it
  /// throws, nothing was replaced.
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
    var replaced = try replacing(by: table, named: "_Py_DebugOffsets", in: bytes)
    replaced.forgetUnpublished(since: self)
    self = replaced
  }

  /// Replaces the offsets that the section `.AsyncioDebug` has (3.14 and later), as it stands in the ELF file: of
  /// `_asyncio.cpython-314*.so`, or of the executable where that module is built in.
  ///
  /// After `apply(debugOffsets:)`, which forgets them where it cannot know. When it throws, nothing was replaced.
  public mutating func apply(asyncioDebug bytes: UnsafeRawBufferPointer) throws(LayoutError) {
    guard version >= PythonVersion(3, 14) else { return }
    let table = DebugOffsets.asyncio
    guard bytes.count >= table.size else {
      throw .truncatedOffsets(table: ".AsyncioDebug", expected: table.size, found: bytes.count)
    }
    let size = Self.word(bytes, at: DebugOffsets.asyncioInterpreterSizePosition)
    guard size == UInt64(interpreter.size) else {
      // The module is of another build than the interpreter.
      throw .implausibleOffsets(table: ".AsyncioDebug", field: "asyncio_interpreter_state.size", value: size)
    }
    self = try replacing(by: table, named: ".AsyncioDebug", in: bytes)
  }

  private func replacing(
    by table: DebugOffsets, named name: String, in bytes: UnsafeRawBufferPointer
  ) throws(LayoutError) -> Layout {
    var replaced = self
    var expected = self
    for field in table.fields where isFreeThreaded || !field.onlyFreeThreaded {
      let value = try Self.plausible(field, named: name, in: bytes)
      field.store(&replaced, value)
      if field.mayMove { field.store(&expected, value) }
    }
    guard replaced != expected else { return replaced }
    // Some number is another than the table has it: which one.
    for field in table.fields where (isFreeThreaded || !field.onlyFreeThreaded) && !field.mayMove {
      let value = try Self.plausible(field, named: name, in: bytes)
      var one = self
      field.store(&one, value)
      guard one == self else { throw .implausibleOffsets(table: name, field: field.name, value: UInt64(value)) }
    }
    return replaced
  }

  /// Drops what lies at a place that is not published, in a structure whose members are not as the table has them.
  ///
  /// That a structure is only longer does not matter: members are added at the end, and builds with the JIT compiler have
  /// eight bytes more at the end of the interpreter state (3.15).
  private mutating func forgetUnpublished(since table: Layout) {
    var members = interpreter
    members.size = table.interpreter.size
    if members != table.interpreter {
      interpreter.asyncioTasksHead = nil
      if version < PythonVersion(3, 14) { interpreter.threadsMain = nil }
    }
    if thread.size != table.thread.size {
      // The task lists come behind `PyThreadState`; 3.13 has the running loop right behind it.
      thread.asyncioRunningLoop = table.thread.asyncioRunningLoop == table.thread.size ? thread.size : nil
      thread.asyncioRunningTask = nil
      thread.asyncioTasksHead = nil
    }
  }

  /// The number of `field`, when a structure of CPython could have it.
  static func plausible(
    _ field: DebugOffsets.Field, named table: String, in bytes: UnsafeRawBufferPointer
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
      throw .implausibleOffsets(table: table, field: field.name, value: value)
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
