/// An address in the target. Never a pointer: nothing here may follow it by accident.
public struct RemoteAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var rawValue: UInt64

  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  public static let null = RemoteAddress(0)

  @inlinable public var isNull: Bool { rawValue == 0 }

  /// Moves the address; wraps around instead of trapping, since a foreign pointer may be garbage.
  @inlinable public static func + (address: RemoteAddress, offset: Int) -> RemoteAddress {
    RemoteAddress(address.rawValue &+ UInt64(bitPattern: Int64(offset)))
  }

  @inlinable public static func - (address: RemoteAddress, offset: Int) -> RemoteAddress {
    RemoteAddress(address.rawValue &- UInt64(bitPattern: Int64(offset)))
  }

  @inlinable public static func < (left: RemoteAddress, right: RemoteAddress) -> Bool { left.rawValue < right.rawValue }

  public var description: String { "0x" + String(rawValue, radix: 16) }
}
