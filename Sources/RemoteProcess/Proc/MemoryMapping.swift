/// A line of `/proc/PID/maps`: a range of addresses and what is behind it.
public struct MemoryMapping: Hashable, Sendable {
  public struct Permissions: OptionSet, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let read = Permissions(rawValue: 1)
    public static let write = Permissions(rawValue: 2)
    public static let execute = Permissions(rawValue: 4)
    public static let shared = Permissions(rawValue: 8)

    public var description: String {
      (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
        + (contains(.shared) ? "s" : "p")
    }
  }

  /// The number of a device, as `stat` splits it.
  public struct Device: Hashable, Sendable {
    public let major: UInt32
    public let minor: UInt32
  }

  public let start: RemoteAddress
  /// The first address behind it.
  public let end: RemoteAddress
  public let permissions: Permissions
  /// Where in the file it begins.
  public let offset: UInt64
  public let device: Device
  /// The number of the file, 0 where there is none.
  public let inode: UInt64
  /// The path as the reader sees it or as the target does, see `TargetFile`; a name like `[heap]`; or nothing. Without the
  /// kernel's ` (deleted)`.
  public let path: String
  /// The file was removed or replaced since: by an upgrade, mostly.
  public let isDeleted: Bool

  public var count: UInt64 { end.rawValue &- start.rawValue }
  public var isFile: Bool { inode != 0 && path.utf8.first == 0x2f }

  public func contains(_ address: RemoteAddress) -> Bool { start <= address && address < end }
}
