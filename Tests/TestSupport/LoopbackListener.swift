import Glibc

/// A listening socket on the loopback interface.
public final class LoopbackListener: Sendable {
  public let port: UInt16
  private let descriptor: Int32

  /// - Parameter port: one that the test chose; else the kernel gives one.
  public init(port: UInt16 = 0) throws {
    let descriptor = try Loopback.socket()
    var address = Loopback.address(port: port)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard result else {
      let reason = errno
      _ = close(descriptor)
      throw TestSupportError.system(call: "listen on 127.0.0.1", errno: reason)
    }
    self.descriptor = descriptor
    self.port = UInt16(bigEndian: address.sin_port)
  }

  deinit { _ = close(descriptor) }

  public func accept(within deadline: Duration = .seconds(60)) throws -> LoopbackConnection {
    try Loopback.wait(descriptor, until: .now + deadline, for: "connection")
    // Swift sees no accept4; a process started just now may inherit this connection, so its end is always said in
    // words too, never by closing alone.
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { throw TestSupportError.system(call: "accept", errno: errno) }
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    return LoopbackConnection(adopting: accepted)
  }
}
