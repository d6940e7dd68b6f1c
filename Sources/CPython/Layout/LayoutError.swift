/// Why no table of offsets is used for a target: nothing is ever read by a table that was guessed.
public enum LayoutError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A version outside the tables, older or newer.
  case unknownVersion(PythonVersion)
  /// An alpha, a beta or a release candidate: its structures may differ from the release's.
  case prerelease(PythonVersion)
  /// A version that is known, but not built in this way.
  case unknownBuild(PythonVersion, isFreeThreaded: Bool)
  /// `_PyRuntime` is larger or smaller than in any release of this version.
  case contradictingSize(PythonVersion, isFreeThreaded: Bool, size: UInt64)
  /// The table that the target publishes (`_Py_DebugOffsets`, `.AsyncioDebug`) cannot be true.
  case implausibleOffsets(table: String, field: String, value: UInt64)
  /// The table that the target publishes is shorter than this version's.
  case truncatedOffsets(table: String, expected: Int, found: Int)
  /// No `_Py_DebugOffsets` stand where this version has them.
  case missingOffsets(PythonVersion)
  /// The table that the target publishes names another version or build than the target's.
  case contradictingVersion(PythonVersion, published: PythonVersion)

  public var description: String {
    switch self {
    case .unknownVersion(let version):
      "CPython \(version) is not known: this ispy knows \(Layout.oldest) to \(Layout.newest)"
    case .prerelease(let version):
      "CPython \(version) is not known: its layout may differ from the release's (use a released version)"
    case .unknownBuild(let version, let isFreeThreaded):
      "the \(isFreeThreaded ? "free-threaded" : "default") build of CPython \(version) is not known"
    case .contradictingSize(let version, let isFreeThreaded, let size):
      "unknown build of CPython \(version)\(isFreeThreaded ? " (free-threaded)" : ""): its _PyRuntime has \(size) bytes"
        + " (debug build, or patched)"
    case .implausibleOffsets(let table, let field, let value):
      "unknown build of CPython: its \(table) say \(value) for \(field) (patched, or the memory is damaged)"
    case .truncatedOffsets(let table, let expected, let found):
      "unknown build of CPython: its \(table) have \(found) bytes, not \(expected)"
    case .missingOffsets(let version):
      "unknown build of CPython \(version): no _Py_DebugOffsets at _PyRuntime (patched, or the memory is damaged)"
    case .contradictingVersion(let version, let published):
      "unknown build of CPython \(version): its own table of offsets says \(published)"
    }
  }
}
