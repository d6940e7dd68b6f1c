import Glibc

/// The libc calls that both ends share.
enum Loopback {
  static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw TestSupportError.system(call: "socket", errno: errno) }
    return descriptor
  }

  static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  static func wait(_ descriptor: Int32, until end: ContinuousClock.Instant, for wanted: String) throws {
    while true {
      let left = ContinuousClock.now.duration(to: end).components
      let milliseconds = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, Int32(clamping: milliseconds))
      if ready > 0 { return }
      if ready < 0 && errno == EINTR { continue }
      guard ready == 0 else { throw TestSupportError.system(call: "poll", errno: errno) }
      throw TestSupportError.deadline(waitingFor: wanted, command: ["127.0.0.1"], transcript: "")
    }
  }
}
