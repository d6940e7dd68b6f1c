import Glibc
import Synchronization

/// A TCP connection on the loopback interface, blocking with a deadline.
public final class LoopbackConnection: Sendable {
  private let descriptor: Mutex<Int32>

  init(adopting descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  /// Connects to 127.0.0.1, again and again until something listens there: some servers say that they run before.
  public convenience init(port: UInt16, within deadline: Duration = .seconds(60)) throws {
    let end = ContinuousClock.now + deadline
    while true {
      let descriptor = try Loopback.socket()
      var address = Loopback.address(port: port)
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      if result == 0 {
        self.init(adopting: descriptor)
        return
      }
      let reason = errno
      _ = close(descriptor)
      guard reason == ECONNREFUSED, ContinuousClock.now < end else {
        throw TestSupportError.system(call: "connect 127.0.0.1:\(port)", errno: reason)
      }
      _ = poll(nil, 0, 5)
    }
  }

  deinit { end() }

  /// Closes it; does nothing the second time.
  public func end() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { _ = close(descriptor) }
      descriptor = -1
    }
  }

  /// Sends all of the text.
  public func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    try descriptor.withLock { descriptor in
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count < 0 && errno != EINTR { throw TestSupportError.system(call: "send", errno: errno) }
        sent += max(0, count)
      }
    }
  }

  /// Reads until what came ends with `suffix`, or, without one, until the other side closes.
  public func receive(until suffix: String? = nil, within deadline: Duration = .seconds(60)) throws -> String {
    let end = ContinuousClock.now + deadline
    let wanted = suffix.map { Array($0.utf8) }
    return try descriptor.withLock { descriptor in
      var received: [UInt8] = []
      while true {
        if let wanted, received.suffix(wanted.count).elementsEqual(wanted) { break }
        try Loopback.wait(descriptor, until: end, for: "data")
        var buffer = [UInt8](repeating: 0, count: wanted == nil ? 65536 : 1)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw TestSupportError.system(call: "recv", errno: errno) }
        if count == 0 { break }
        received += buffer[..<count]
      }
      return String(decoding: received, as: UTF8.self)
    }
  }
}
