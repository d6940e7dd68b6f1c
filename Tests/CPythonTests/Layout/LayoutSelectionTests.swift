import Testing

@testable import CPython

struct LayoutSelectionTests {
  @Test(arguments: Layout.all)
  func everyTableIsFoundByItsVersionAndSize(layout: Layout) throws {
    let found = try Layout.select(
      version: layout.version, isFreeThreaded: layout.isFreeThreaded, runtimeSize: UInt64(layout.runtime.size))
    #expect(found == layout)
  }

  @Test(arguments: 8...15)
  func aLaterPatchLevelIsAccepted(minor: Int) throws {
    let found = try Layout.select(version: PythonVersion(3, minor, 99), isFreeThreaded: false, runtimeSize: nil)
    #expect(found.version.minor == minor)
  }

  @Test(arguments: [PythonVersion(3, 7, 17), PythonVersion(3, 16), PythonVersion(2, 7, 18), PythonVersion(4, 8)])
  func anUnknownVersionIsRefusedByName(version: PythonVersion) {
    #expect(throws: LayoutError.unknownVersion(version)) {
      try Layout.select(version: version, isFreeThreaded: false, runtimeSize: nil)
    }
  }

  @Test func aRefusalSaysWhatIsKnown() {
    #expect(
      LayoutError.unknownVersion(PythonVersion(3, 16)).description
        == "CPython 3.16.0 is not known: this ispy knows 3.8 to 3.15")
  }

  @Test func theKnownRangeIsThatOfTheTables() throws {
    let versions = Layout.all.map(\.version)
    let oldest = try #require(versions.min())
    let newest = try #require(versions.max())
    #expect(Layout.oldest == "\(oldest.major).\(oldest.minor)")
    #expect(Layout.newest == "\(newest.major).\(newest.minor)")
  }

  @Test func aReleaseCandidateIsRefused() {
    let candidate = PythonVersion(hex: 0x030f_00c2)
    #expect(throws: LayoutError.prerelease(candidate)) {
      try Layout.select(version: candidate, isFreeThreaded: false, runtimeSize: nil)
    }
  }

  @Test func aFreeThreadedBuildBeforeThirteenIsRefused() {
    let version = PythonVersion(3, 12, 1)
    #expect(throws: LayoutError.unknownBuild(version, isFreeThreaded: true)) {
      try Layout.select(version: version, isFreeThreaded: true, runtimeSize: nil)
    }
  }

  /// Measured with the headers of each version and `-DPy_DEBUG` or `-DPy_TRACE_REFS`.
  @Test(
    arguments: [
      (PythonVersion(3, 11, 7), false, 184_304), (PythonVersion(3, 12, 1), false, 475_960),
      (PythonVersion(3, 13), false, 299_336), (PythonVersion(3, 13), true, 346_752),
      (PythonVersion(3, 8, 18), false, 1472),
    ] as [(PythonVersion, Bool, UInt64)])
  func aDebugBuildIsRefusedByItsSize(version: PythonVersion, isFreeThreaded: Bool, size: UInt64) {
    #expect(throws: LayoutError.contradictingSize(version, isFreeThreaded: isFreeThreaded, size: size)) {
      try Layout.select(version: version, isFreeThreaded: isFreeThreaded, runtimeSize: size)
    }
  }

  /// Measured in the symbol tables of these patch levels.
  @Test(
    arguments: [
      (PythonVersion(3, 11, 2), 166_688), (PythonVersion(3, 13, 5), 283_376), (PythonVersion(3, 13, 18), 283_408),
      (PythonVersion(3, 14, 10), 316_616), (PythonVersion(3, 15, 2), 346_560),
    ] as [(PythonVersion, UInt64)])
  func aPatchLevelThatGrewIsAccepted(version: PythonVersion, size: UInt64) throws {
    let found = try Layout.select(version: version, isFreeThreaded: false, runtimeSize: size)
    #expect(found.version.minor == version.minor)
  }
}
