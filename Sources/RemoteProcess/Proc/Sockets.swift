/// The sockets of a process: those of `/proc/PID/net` whose inodes its descriptors name.
public struct Sockets: Sendable {
  public let sockets: [Socket]

  /// A table of the network namespace; a busy host has some 100 bytes for each of a hundred thousand connections.
  private static let limit = 64 << 20

  public init(pid: Int32) throws(ProcessError) { try self.init(pid: pid, files: OpenFiles(pid: pid)) }

  /// The same where the open files are known already.
  public init(pid: Int32, files: OpenFiles) throws(ProcessError) {
    var descriptors: [UInt64: [Int32]] = [:]
    for file in files.files {
      if case .socket(let inode) = file.target { descriptors[inode, default: []].append(file.descriptor) }
    }
    var sockets: [Socket] = []
    if !descriptors.isEmpty {
      for kind in [Socket.Kind.tcp, .tcp6, .udp, .udp6, .unix] {
        // A kernel without IPv6 has no table of it.
        guard
          let contents = try? ProcDescriptor.contents(
            of: "/proc/\(pid)/net/\(kind.rawValue)", pid: pid, limit: Self.limit)
        else { continue }
        sockets += Self.parse(contents, kind: kind, descriptors: descriptors)
      }
    }
    self.sockets = sockets.sorted { $0.descriptors[0] < $1.descriptors[0] }
  }

  /// The socket behind a descriptor.
  public subscript(descriptor: Int32) -> Socket? { sockets.first { $0.descriptors.contains(descriptor) } }

  // MARK: - Parsing

  static func parse(_ contents: [UInt8], kind: Socket.Kind, descriptors: [UInt64: [Int32]]) -> [Socket] {
    contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      var sockets: [Socket] = []
      scanner.skipLine()
      while !scanner.isAtEnd {
        var line = ByteScanner(scanner[scanner.restOfLine()])
        let socket = kind == .unix ? unix(&line, descriptors) : internet(&line, kind, descriptors)
        if let socket { sockets.append(socket) }
      }
      return sockets
    }
  }

  /// `  0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 ...`
  private static func internet(
    _ line: inout ByteScanner, _ kind: Socket.Kind, _ descriptors: [UInt64: [Int32]]
  ) -> Socket? {
    line.skipSpaces()
    _ = line.word()
    line.skipSpaces()
    guard let local = endpoint(&line) else { return nil }
    line.skipSpaces()
    guard let remote = endpoint(&line) else { return nil }
    line.skipSpaces()
    guard let number = line.hexadecimal() else { return nil }
    // Queues, timer, retransmissions, uid, timeout.
    for _ in 0..<5 {
      line.skipSpaces()
      _ = line.word()
    }
    line.skipSpaces()
    guard let inode = line.decimal(), let owners = descriptors[inode] else { return nil }
    var state = Socket.State(tcp: number)
    if kind == .udp || kind == .udp6, state != .established { state = .unconnected }
    let isConnected = remote.port != 0
    return Socket(
      descriptors: owners, inode: inode, kind: kind, state: state, local: local, remote: isConnected ? remote : nil,
      path: nil)
  }

  /// `00000000f3b2: 00000002 00000000 00010000 0001 01 23456 /run/app.sock`
  private static func unix(_ line: inout ByteScanner, _ descriptors: [UInt64: [Int32]]) -> Socket? {
    for _ in 0..<3 {
      _ = line.word()
      line.skipSpaces()
    }
    guard let flags = line.hexadecimal() else { return nil }
    line.skipSpaces()
    _ = line.word()
    line.skipSpaces()
    guard let number = line.hexadecimal() else { return nil }
    line.skipSpaces()
    guard let inode = line.decimal(), let owners = descriptors[inode] else { return nil }
    line.skipSpaces()
    let path = line.restOfLine()
    return Socket(
      descriptors: owners, inode: inode, kind: .unix, state: .init(unix: number, flags: flags), local: nil, remote: nil,
      path: path.isEmpty ? nil : line.string(path))
  }

  /// One word of eight digits, or four of them, a colon and the port.
  private static func endpoint(_ line: inout ByteScanner) -> Socket.Endpoint? {
    var digits = ByteScanner(line[line.until(0x3a)])
    var words: [UInt32] = []
    while words.count < 4, let word = digits.hexadecimal(digits: 8) { words.append(UInt32(truncatingIfNeeded: word)) }
    guard words.count == 1 || words.count == 4, digits.isAtEnd,
      let port = line.hexadecimal().flatMap({ UInt16(exactly: $0) })
    else { return nil }
    return Socket.Endpoint(words: words, port: port)
  }
}
