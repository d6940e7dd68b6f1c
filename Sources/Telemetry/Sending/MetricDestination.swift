/// Where a metric goes: the monitoring that a team runs already.
///
///     graphite://HOST:PORT             carbon's lines, over TCP
///     statsd://HOST:PORT               over UDP
///     otlp://HOST:PORT[/v1/metrics]    an OpenTelemetry collector: JSON, over HTTP without TLS
///     prometheus:/PATH.prom            a file for the textfile collector of node_exporter
public enum MetricDestination: Hashable, Sendable, CustomStringConvertible {
  case graphite(MetricEndpoint)
  case statsd(MetricEndpoint)
  case otlp(MetricEndpoint, path: String)
  case prometheus(path: String)

  /// - Throws: `MetricError.destination`, which says what is wrong with it.
  public init(_ text: String) throws(MetricError) {
    let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, !words[1].isEmpty else { throw Self.unknown(text) }
    if words[0] == "prometheus" {
      self = .prometheus(path: try Self.file(String(words[1]), of: text))
      return
    }
    guard words[1].hasPrefix("//") else { throw Self.unknown(text) }
    let rest = words[1].dropFirst(2)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    switch words[0] {
    case "graphite", "statsd":
      guard slash == rest.endIndex else { throw .destination(text, "nothing stands behind its port") }
      let endpoint = try MetricEndpoint(rest, of: text)
      self = words[0] == "statsd" ? .statsd(endpoint) : .graphite(endpoint)
    case "otlp":
      let path = rest[slash...]
      // It stands in the first line of a request, where a space would end it.
      guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .destination(text, "its path has characters that none has")
      }
      self = .otlp(try MetricEndpoint(rest[..<slash], of: text), path: path.count > 1 ? String(path) : "/v1/metrics")
    case "https", "otlps":
      throw .destination(
        text,
        "ispy has no TLS in it: send to the collector on this host, which passes it on, as in otlp://127.0.0.1:4318")
    default: throw Self.unknown(text)
    }
  }

  private static func unknown(_ text: String) -> MetricError {
    .destination(
      text,
      "it is one of graphite://HOST:PORT, statsd://HOST:PORT, otlp://HOST:PORT and prometheus:/PATH.prom")
  }

  private static func file(_ path: String, of text: String) throws(MetricError) -> String {
    guard path.hasPrefix("/"), !path.utf8.contains(0) else {
      throw .destination(text, "the path of the file begins with /")
    }
    guard path.hasSuffix(".prom"), !path.hasSuffix("/.prom") else {
      throw .destination(text, "node_exporter reads no file but those whose names end in .prom")
    }
    return path
  }

  public var description: String {
    switch self {
    case .graphite(let endpoint): "graphite://\(endpoint)"
    case .statsd(let endpoint): "statsd://\(endpoint)"
    case .otlp(let endpoint, let path): "otlp://\(endpoint)\(path)"
    case .prometheus(let path): "prometheus:\(path)"
    }
  }
}
