/// A version of CPython, as `PY_VERSION_HEX` packs it (Include/patchlevel.h).
public struct PythonVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
  public var hex: UInt32

  public init(hex: UInt32) { self.hex = hex }

  public init(_ major: Int, _ minor: Int, _ micro: Int = 0) {
    hex = UInt32(major) << 24 | UInt32(minor) << 16 | UInt32(micro) << 8 | 0xf0
  }

  public var major: Int { Int(hex >> 24) }
  public var minor: Int { Int(hex >> 16 & 0xff) }
  public var micro: Int { Int(hex >> 8 & 0xff) }
  /// Alpha, beta or candidate: its layout may differ from the release's.
  public var isPrerelease: Bool { hex >> 4 & 0xf != 0xf }

  public static func < (left: PythonVersion, right: PythonVersion) -> Bool { left.hex < right.hex }

  public var description: String {
    let release = "\(major).\(minor).\(micro)"
    guard isPrerelease else { return release }
    let level = ["a": 0xa, "b": 0xb, "rc": 0xc].first { $0.value == Int(hex >> 4 & 0xf) }?.key ?? "?"
    return release + level + String(hex & 0xf)
  }
}
