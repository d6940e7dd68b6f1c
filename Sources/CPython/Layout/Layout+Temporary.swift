enum LayoutError: Error { case unknown(String); var description: String { if case .unknown(let t) = self { return t }; return "" } }
extension Layout {
  static let known: [Layout] = [.v3_8, .v3_9, .v3_10, .v3_11, .v3_12, .v3_13, .v3_14, .v3_15, .v3_13t, .v3_14t, .v3_15t]
  static func select(version: PythonVersion, isFreeThreaded: Bool, runtimeSize: UInt64?) throws(LayoutError) -> Layout {
    for l in known where l.version.minor == version.minor && l.isFreeThreaded == isFreeThreaded { return l }
    throw .unknown("CPython \(version) is not known")
  }
  func applying(debugOffsets: UnsafeRawBufferPointer) throws(LayoutError) -> Layout { self }
  static func versions(withRuntimeSize size: UInt64) -> [PythonVersion] { known.filter { UInt64($0.runtime.size) == size }.map(\.version) }
}
