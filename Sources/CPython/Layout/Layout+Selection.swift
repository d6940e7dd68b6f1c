/// Which table is right for a target: by its minor version and its build, and never by guess.
///
/// A later patch level of a known version is accepted, since the structures keep their places within a minor version
/// (where they moved, 3.13 and later say so themselves: `Layout+DebugOffsets.swift`). Anything else is refused by name.
extension Layout {
  /// The oldest and newest versions with a table, as one says them: `3.8`.
  public static let oldest = "3.8"
  public static let newest = "3.15"

  /// The table for `version`.
  ///
  /// - Parameter runtimeSize: the size of the symbol `_PyRuntime`, where the target has symbols. It betrays a debug or
  ///   patched build whose structures are others.
  public static func select(
    version: PythonVersion, isFreeThreaded: Bool, runtimeSize: UInt64?
  ) throws(LayoutError) -> Layout {
    guard let row = rows.first(where: { $0.major == version.major && $0.minor == version.minor }) else {
      throw .unknownVersion(version)
    }
    guard !version.isPrerelease else { throw .prerelease(version) }
    guard let build = isFreeThreaded ? row.freeThreaded : row.default else {
      throw .unknownBuild(version, isFreeThreaded: isFreeThreaded)
    }
    if let runtimeSize, !build.runtimeSizes.contains(runtimeSize) {
      throw .contradictingSize(version, isFreeThreaded: isFreeThreaded, size: runtimeSize)
    }
    return build.layout
  }

  /// Every table there is, oldest version first.
  static var all: [Layout] { rows.flatMap { [$0.default.layout, $0.freeThreaded?.layout].compactMap(\.self) } }

  // MARK: - The rows

  /// A minor version with its builds.
  private struct Row {
    var major: Int
    var minor: Int
    var `default`: Build
    var freeThreaded: Build?
  }

  /// A table, and how large `_PyRuntime` is in the releases it is for.
  private struct Build {
    var layout: Layout
    var runtimeSizes: ClosedRange<UInt64>

    /// No release of this minor version changed the size: up to 3.10 the structure has nothing but its fields.
    init(exactly layout: Layout) {
      self.layout = layout
      runtimeSizes = UInt64(layout.runtime.size)...UInt64(layout.runtime.size)
    }

    /// From 3.11 on `_PyRuntime` ends in static objects and the main interpreter, and a patch level may add to those:
    /// 3.13.0 to 3.13.18 grew by 88 bytes. A build with `Py_DEBUG` (3.12 and later) or `Py_TRACE_REFS` (3.11 and 3.12)
    /// grows by 16,016 bytes or more.
    init(growing layout: Layout) {
      self.layout = layout
      let size = UInt64(layout.runtime.size)
      runtimeSizes = size - Self.patchGrowth...size + Self.patchGrowth
    }

    private static let patchGrowth: UInt64 = 4096
  }

  private static let rows = [
    Row(major: 3, minor: 8, default: Build(exactly: v3_8)),
    Row(major: 3, minor: 9, default: Build(exactly: v3_9)),
    Row(major: 3, minor: 10, default: Build(exactly: v3_10)),
    Row(major: 3, minor: 11, default: Build(growing: v3_11)),
    Row(major: 3, minor: 12, default: Build(growing: v3_12)),
    Row(major: 3, minor: 13, default: Build(growing: v3_13), freeThreaded: Build(growing: v3_13t)),
    Row(major: 3, minor: 14, default: Build(growing: v3_14), freeThreaded: Build(growing: v3_14t)),
    Row(major: 3, minor: 15, default: Build(growing: v3_15), freeThreaded: Build(growing: v3_15t)),
  ]
}
