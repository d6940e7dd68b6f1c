/// The offsets that CPython 3.13 and later publish at the start of `_PyRuntime` (`_Py_DebugOffsets`): where each number
/// stands in that block, one list a version (`DebugOffsets+3.13.swift` …, generated from CPython's headers).
///
///     +----------+---------+---------------+--------------------------------------+
///     | xdebugpy | version | free_threaded | sizes and offsets, by structure …    |
///     | 8        | 8       | 8             | 8 each                               |
///     +----------+---------+---------------+--------------------------------------+
struct DebugOffsets: Sendable {
  /// How many bytes the block has in this version.
  var size: Int
  var fields: [Field]

  /// One number of the block.
  struct Field: Sendable {
    /// CPython's name for it, `structure.member`.
    var name: String
    /// Its byte position in the block.
    var position: Int
    var meaning: Meaning
    /// Published as 0 by the default build, which has no such member.
    var onlyFreeThreaded: Bool
    /// Whether patch levels may differ in it, without the rest of the structure being another.
    var mayMove: Bool {
      name.hasPrefix("interpreter_state.") || name.hasPrefix("asyncio_interpreter_state.")
        || name.hasPrefix("asyncio_thread_state.") || name == "thread_state.size" || name == "runtime_state.size"
        || name == "asyncio_task_object.size"
    }
    /// Puts the number into the table of offsets. A number the reader has no use for is checked all the same.
    var store: @Sendable (inout Layout, Int) -> Void
  }

  enum Meaning: Sendable {
    /// The size of a structure.
    case size
    /// The offset of a member of so many bytes, in the structure whose size is at position `structure` of the block, or
    /// in one whose size is not published.
    case member(bytes: Int, structure: Int?)
    /// The same, of a structure inside another: the number at position `base` is to be taken off.
    case nested(bytes: Int, base: Int)
  }

  static let cookie: StaticString = "xdebugpy"
  static let versionPosition = 8
  static let freeThreadedPosition = 16
  /// The cookie, the version and the build: enough to know which list is right.
  static let headerSize = 24

  static func of(minor: Int) -> DebugOffsets? {
    switch minor {
    case 13: .v3_13
    case 14: .v3_14
    case 15: .v3_15
    default: nil
    }
  }
}

extension DebugOffsets.Field {
  typealias Store = @Sendable (inout Layout, Int) -> Void

  static func size(_ name: String, at position: Int, store: @escaping Store = { _, _ in }) -> Self {
    Self(name: name, position: position, meaning: .size, onlyFreeThreaded: false, store: store)
  }

  /// - Parameter structure: the position of the number that is the size of the structure with this member.
  static func member(
    _ name: String, at position: Int, bytes: Int = 8, of structure: Int? = nil, onlyFreeThreaded: Bool = false,
    store: @escaping Store = { _, _ in }
  ) -> Self {
    Self(
      name: name, position: position, meaning: .member(bytes: bytes, structure: structure),
      onlyFreeThreaded: onlyFreeThreaded, store: store)
  }

  /// - Parameter base: the position of the number that is where the inner structure begins.
  static func nested(
    _ name: String, at position: Int, bytes: Int = 8, base: Int, store: @escaping Store = { _, _ in }
  ) -> Self {
    Self(
      name: name, position: position, meaning: .nested(bytes: bytes, base: base), onlyFreeThreaded: false, store: store)
  }
}
