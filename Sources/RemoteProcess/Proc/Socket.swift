/// A socket that a process holds, as its network namespace sees it.
public struct Socket: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case tcp, tcp6, udp, udp6, unix
  }

  /// The kernel's TCP states; a UDP or Unix socket is `established` where it is connected, else `unconnected`.
  public enum State: String, Sendable {
    case established
    case synSent = "syn-sent"
    case synReceived = "syn-received"
    case finWait1 = "fin-wait-1"
    case finWait2 = "fin-wait-2"
    case timeWait = "time-wait"
    case closed
    case closeWait = "close-wait"
    case lastAck = "last-ack"
    case listening
    case closing
    case unconnected
    case unknown
  }

  public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// `127.0.0.1` or `2001:db8::1`.
    public let address: String
    public let port: UInt16

    /// `127.0.0.1:8000`, `[2001:db8::1]:8000`.
    public var description: String { (address.contains(":") ? "[\(address)]" : address) + ":\(port)" }
  }

  /// The descriptors that refer to it, ascending.
  public let descriptors: [Int32]
  public let inode: UInt64
  public let kind: Kind
  public let state: State
  /// Nil for a Unix socket.
  public let local: Endpoint?
  /// Nil where it is not connected, and for a Unix socket.
  public let remote: Endpoint?
  /// Of a Unix socket that is bound: an abstract name begins with `@`.
  public let path: String?
}

extension Socket.State {
  /// `include/net/tcp_states.h`.
  init(tcp number: UInt64) {
    let states: [Self] = [
      .unknown, .established, .synSent, .synReceived, .finWait1, .finWait2, .timeWait, .closed, .closeWait, .lastAck,
      .listening, .closing, .synReceived,
    ]
    self = number < UInt64(states.count) ? states[Int(number)] : .unknown
  }

  /// `SS_UNCONNECTED` 1 to `SS_DISCONNECTING` 4 of `include/uapi/linux/net.h`; the flag is `__SO_ACCEPTCON`.
  init(unix number: UInt64, flags: UInt64) {
    self = flags & 0x10000 != 0 ? .listening : number == 3 ? .established : .unconnected
  }
}

extension Socket.Endpoint {
  /// The words of 32 bits as `/proc` prints them, in the order of the machine (little-endian), of an address that is in
  /// the order of the network.
  init(words: [UInt32], port: UInt16) {
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    address = bytes.count == 4 ? Self.dotted(bytes[...]) : Self.colons(bytes)
    self.port = port
  }

  private static func dotted(_ bytes: ArraySlice<UInt8>) -> String { bytes.map { String($0) }.joined(separator: ".") }

  /// RFC 5952: lower case, no leading zeros, the longest run of zeros (the first of equals) as `::`.
  private static func colons(_ bytes: [UInt8]) -> String {
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
      return "::ffff:" + dotted(bytes[12...])
    }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = end + 1
    }
    func text(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}
