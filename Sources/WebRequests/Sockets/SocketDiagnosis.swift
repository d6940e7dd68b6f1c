import Glibc

/// Lists TCP connections by the kernel's own account: sock_diag(7), netlink(7).
enum SocketDiagnosis {
  /// A connection of this network namespace.
  struct Connection: Equatable {
    var remoteAddress: String
    var remotePort: UInt16
    var inode: UInt32
    /// Milliseconds since data last came in; nil where the kernel does not say.
    var sinceLastData: UInt32?
  }

  // Include/uapi/linux/netlink.h, sock_diag.h, inet_diag.h, tcp_states.h.
  private static let netlinkSocketDiagnosis: Int32 = 4
  private static let socketDiagnosisByFamily: UInt16 = 20
  private static let dumpRequest: UInt16 = 0x301
  private static let messageError: UInt16 = 2
  private static let messageDone: UInt16 = 3
  private static let headerSize = 16
  private static let messageSize = 72
  /// Established, and those whose client has closed its side already and still waits for the answer.
  private static let states: UInt32 = 1 << 1 | 1 << 8
  private static let attributeInfo: UInt16 = 2
  /// `tcp_info.tcpi_last_data_recv` (Include/uapi/linux/tcp.h).
  private static let lastDataOffset = 52
  /// A batch of the answer: the kernel sends 8 to 32 KiB at a time.
  private static let bufferSize = 64 << 10
  /// Batches of one answer: a million connections.
  private static let batchLimit = 16_384

  /// Calls `body` for each open connection. Ends early, without a word, where the kernel refuses: its answer is an extra.
  static func connections(family: Int32, _ body: (Connection) -> Void) {
    let descriptor = socket(AF_NETLINK, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), netlinkSocketDiagnosis)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // The kernel answers at once or never.
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let request = request(family: family)
    guard send(descriptor, request, request.count, 0) == request.count else { return }
    withUnsafeTemporaryAllocation(byteCount: bufferSize, alignment: 16) { buffer in
      for _ in 0..<batchLimit {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        if parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]), body) { return }
      }
    }
  }

  /// `struct nlmsghdr`, then `struct inet_diag_req_v2`.
  ///
  ///     +--------+------+-------+----------+-----+--------+----------+-----+-----+--------+-----------+
  ///     | length | type | flags | sequence | pid | family | protocol | ext | pad | states | socket id |
  ///     | 4      | 2    | 2     | 4        | 4   | 1      | 1        | 1   | 1   | 4      | 48        |
  ///     +--------+------+-------+----------+-----+--------+----------+-----+-----+--------+-----------+
  static func request(family: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: headerSize + 56)
    let length = UInt32(bytes.count)
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: length, as: UInt32.self)
      raw.storeBytes(of: socketDiagnosisByFamily, toByteOffset: 4, as: UInt16.self)
      raw.storeBytes(of: dumpRequest, toByteOffset: 6, as: UInt16.self)
      raw.storeBytes(of: UInt8(truncatingIfNeeded: family), toByteOffset: headerSize, as: UInt8.self)
      raw.storeBytes(of: UInt8(IPPROTO_TCP), toByteOffset: headerSize + 1, as: UInt8.self)
      raw.storeBytes(of: 1 << (attributeInfo - 1), toByteOffset: headerSize + 2, as: UInt8.self)
      raw.storeBytes(of: states, toByteOffset: headerSize + 4, as: UInt32.self)
    }
    return bytes
  }

  /// Reads one batch of messages; true where it was the last.
  static func parse(_ batch: UnsafeRawBufferPointer, _ body: (Connection) -> Void) -> Bool {
    var start = 0
    while start + headerSize <= batch.count {
      let length = Int(batch.loadUnaligned(fromByteOffset: start, as: UInt32.self))
      let type = batch.loadUnaligned(fromByteOffset: start + 4, as: UInt16.self)
      guard length >= headerSize, length <= batch.count - start else { return true }
      if type == messageDone || type == messageError { return true }
      let payload = UnsafeRawBufferPointer(rebasing: batch[start + headerSize..<start + length])
      if let connection = connection(payload) { body(connection) }
      start += (length + 3) & ~3
    }
    return false
  }

  /// `struct inet_diag_msg` and its attributes.
  private static func connection(_ message: UnsafeRawBufferPointer) -> Connection? {
    guard message.count >= messageSize else { return nil }
    let family = Int32(message[0])
    // `idiag_dport` at 6, `idiag_dst` at 24, `idiag_inode` at 68; ports and addresses in network order.
    guard let address = text(family: family, UnsafeRawBufferPointer(rebasing: message[24..<40])) else { return nil }
    var connection = Connection(
      remoteAddress: address, remotePort: UInt16(message[6]) << 8 | UInt16(message[7]),
      inode: message.loadUnaligned(fromByteOffset: 68, as: UInt32.self))
    var start = messageSize
    while start + 4 <= message.count {
      let length = Int(message.loadUnaligned(fromByteOffset: start, as: UInt16.self))
      let type = message.loadUnaligned(fromByteOffset: start + 2, as: UInt16.self)
      guard length >= 4, length <= message.count - start else { break }
      if type == attributeInfo, length >= 4 + lastDataOffset + 4 {
        connection.sinceLastData = message.loadUnaligned(fromByteOffset: start + 4 + lastDataOffset, as: UInt32.self)
      }
      start += (length + 3) & ~3
    }
    return connection
  }

  private static func text(family: Int32, _ address: UnsafeRawBufferPointer) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let size = socklen_t(buffer.count)
      guard inet_ntop(family, address.baseAddress, buffer.baseAddress, size) != nil else { return nil }
      return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
