import Glibc
import Synchronization

/// The libc calls that both ends share.
public enum Loopback {
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

  private static let lastQuiet = Atomic(Int(getpid() % 1000) * 10)

  /// A port for a server that takes a number and nothing else. The kernel gives none of these away by itself (from 32768
  /// on), so that nobody has it by the time when the server comes.
  public static func quietPort() throws -> UInt16 {
    for _ in 0..<1000 {
      let number = lastQuiet.wrappingAdd(1, ordering: .relaxed).newValue
      let port = UInt16(20_000 + number % 12_000)
      let descriptor = try socket()
      defer { _ = close(descriptor) }
      var address = address(port: port)
      let isFree = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isFree { return port }
    }
    throw TestSupportError.missing("no port is free")
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
