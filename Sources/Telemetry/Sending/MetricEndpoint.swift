import Glibc

/// A host and a port that something is sent to.
///
/// The host is an address, or `localhost`. Other names are not looked up: the program is one static file, and the C library
/// does that by means of others, which it would have to load.
public struct MetricEndpoint: Hashable, Sendable, CustomStringConvertible {
  public let host: String
  public let port: UInt16

  /// - Parameter text: `127.0.0.1:2003`, `[::1]:2003`, `localhost:2003`.
  init(_ text: Substring, of destination: String) throws(MetricError) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      throw .destination(destination, "there is no port at its end, from 1 to 65535, as in 127.0.0.1:2003")
    }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard isBracketed || !host.contains(":") else {
      throw .destination(destination, "an address of IPv6 stands in brackets, as in [::1]:\(port)")
    }
    self.host = String(host)
    self.port = port
    guard !names.isEmpty, isBracketed == host.contains(":") else {
      throw .destination(
        destination, "the host is an address or localhost, for ispy does not look names up (getent hosts does)")
    }
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  // MARK: - The kernel's form

  /// `struct sockaddr_in` or `sockaddr_in6`.
  enum Name {
    case ip4(sockaddr_in)
    case ip6(sockaddr_in6)

    var family: Int32 { if case .ip4 = self { AF_INET } else { AF_INET6 } }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
      switch self {
      case .ip4(let name): Self.withPointer(name, body)
      case .ip6(let name): Self.withPointer(name, body)
      }
    }

    private static func withPointer<Name, Result>(
      _ name: Name, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
      withUnsafePointer(to: name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Name>.size)) }
      }
    }
  }

  /// Where to try, one after the other.
  var names: [Name] {
    let hosts = host == "localhost" ? ["127.0.0.1", "::1"] : [host]
    return hosts.compactMap { host in
      var four = sockaddr_in()
      if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port.bigEndian
        return .ip4(four)
      }
      var six = sockaddr_in6()
      guard inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else { return nil }
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      return .ip6(six)
    }
  }
}
