import Foundation
import Testing

/// A connection that is written to by hand.
final class Wire {
  let descriptor: Int32
  private var pending: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let code = withUnixAddress(path) { connect(descriptor, $0, $1) }
    try #require(code == 0)
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// The next line; nil at the end.
  func line() -> String? {
    while true {
      if let end = pending.firstIndex(of: 0x0a) {
        defer { pending.removeSubrange(...end) }
        return String(decoding: pending[..<end], as: UTF8.self)
      }
      var block = [UInt8](repeating: 0, count: 65_536)
      let count = read(descriptor, &block, block.count)
      guard count > 0 else { return nil }
      pending += block[..<count]
    }
  }

  func greet() {
    send(
      #"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"version":1,"client":"t","isInteractive":false}}"# + "\n")
    _ = line()
  }

  /// Gives a command, and returns the line of its answer.
  func run(_ command: String, _ words: String = "") -> String? {
    send(
      #"{"jsonrpc":"2.0","id":2,"method":"run","params":{"command":"\#(command)","words":[\#(words)],"values":"redacted"}}"#
        + "\n")
    return line()
  }
}

/// What `connect` or `bind` says, with the address of a Unix socket.
func withUnixAddress(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}
