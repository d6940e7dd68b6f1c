import Glibc

/// One connection, for one report, over before a given time whatever the other end does.
final class MetricSocket {
  private let descriptor: Int32
  private let destination: String
  private let end: ContinuousClock.Instant

  /// Connects. Of several addresses the first that answers is taken; where none does, the first says why.
  static func connected(
    _ kind: __socket_type, to endpoint: MetricEndpoint, of destination: String, until end: ContinuousClock.Instant
  ) throws(MetricError) -> MetricSocket {
    var failure: MetricError?
    for name in endpoint.names {
      do throws(MetricError) {
        return try MetricSocket(kind, to: name, of: destination, until: end)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? .unreachable(destination: destination, errno: EADDRNOTAVAIL)
  }

  private init(
    _ kind: __socket_type, to name: MetricEndpoint.Name, of destination: String, until end: ContinuousClock.Instant
  ) throws(MetricError) {
    self.destination = destination
    self.end = end
    descriptor = socket(
      name.family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw .unreachable(destination: destination, errno: errno) }
    let code = name.withPointer { connect(descriptor, $0, $1) == 0 ? 0 : errno }
    guard code != 0 else { return }
    guard code == EINPROGRESS || code == EINTR else { throw .unreachable(destination: destination, errno: code) }
    try wait(for: POLLOUT)
    try check()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  // MARK: - Sending

  /// All of it, over a stream; as one datagram else.
  func send(_ text: String) throws(MetricError) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT)
      } else if errno != EINTR {
        throw .unreachable(destination: destination, errno: errno)
      }
    }
  }

  /// What the kernel has heard against it meanwhile: of a datagram, that nobody listens.
  func check() throws(MetricError) {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) != 0 { code = errno }
    guard code == 0 else { throw .unreachable(destination: destination, errno: code) }
  }

  /// Says that nothing more comes, and keeps listening.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  // MARK: - Receiving

  /// The next bytes; none where the other end has closed.
  func receive() throws(MetricError) -> [UInt8] {
    while true {
      // Asked first: one that never stops talking is over in time too.
      try wait(for: POLLIN)
      var code: Int32 = 0
      let block = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        code = received < 0 ? errno : 0
        count = max(0, received)
      }
      switch code {
      case 0: return block
      case EAGAIN, EINTR: continue
      default: throw .unreachable(destination: destination, errno: code)
      }
    }
  }

  private func wait(for events: Int32) throws(MetricError) {
    while true {
      let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
      guard left > 0 else { throw .late(destination: destination) }
      var poller = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let ready = poll(&poller, 1, Int32(left.rounded(.up)))
      if ready > 0 { return }
      guard ready == 0 || errno == EINTR else { throw .unreachable(destination: destination, errno: errno) }
    }
  }
}
