import Glibc

/// Where an agent listens that its application has loaded itself: `listen` of its `ispyd.ini`.
public enum AgentAddress: Hashable, Sendable, CustomStringConvertible {
  case path(String)
  /// Of this host: `localhost:12345`. An agent listens nowhere else.
  case port(UInt16)

  public var description: String {
    switch self {
    case .path(let path): path
    case .port(let port): "localhost:\(port)"
    }
  }
}

extension AgentConnection {
  /// Connects to an agent that listens, and hears that it has arrived.
  public convenience init(at address: AgentAddress, within seconds: Double) throws(AttachError) {
    let end = ContinuousClock.now + .seconds(seconds)
    self.init(adopting: try Self.connect(address))
    try welcome(until: end)
  }

  private static func connect(_ address: AgentAddress) throws(AttachError) -> Int32 {
    let family = if case .path = address { AF_UNIX } else { AF_INET }
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .failed("no socket: \(String(cString: strerror(errno)))") }
    let code: Int32
    switch address {
    case .path(let path):
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      let bytes = Array(path.utf8)
      guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else {
        close(descriptor)
        throw .failed("\(path) is too long for a socket")
      }
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
      code = connect(descriptor, &name)
    case .port(let port):
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      code = connect(descriptor, &name)
    }
    guard code == 0 else {
      close(descriptor)
      switch code {
      case EACCES, EPERM: throw .notPermitted("\(address) is for another user")
      case ENOENT, ECONNREFUSED: throw .processGone
      default: throw .failed("no agent answers at \(address): \(String(cString: strerror(code)))")
      }
    }
    return descriptor
  }

  private static func connect<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
    withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size)) == 0 ? 0 : errno
      }
    }
  }
}
