import Glibc
import JSON

/// One message to an OpenTelemetry collector, and its answer (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
enum OTLPExchange {
  /// Bytes of an answer at most: it says little.
  private static let answerLimit = 64 << 10

  static func post(
    _ body: String, to endpoint: MetricEndpoint, path: String, of destination: String,
    until end: ContinuousClock.Instant
  ) throws(MetricError) {
    let socket = try MetricSocket.connected(SOCK_STREAM, to: endpoint, of: destination, until: end)
    try socket.send(
      "POST \(path) HTTP/1.1\r\nHost: \(endpoint)\r\nUser-Agent: ispy\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body)
    var answer: [UInt8] = []
    while answer.count < answerLimit, !isWhole(answer) {
      let block = try socket.receive()
      if block.isEmpty { break }
      answer += block
    }
    try judge(answer, of: destination)
  }

  /// Throws where the answer says that something was not taken.
  static func judge(_ answer: [UInt8], of destination: String) throws(MetricError) {
    let (head, rest) = parts(answer)
    let line = MetricLabel.harmless(String(head.prefix { !$0.isNewline }))
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw .rejected(destination: destination, "what answers there does not speak HTTP")
    }
    let isChunked = field("transfer-encoding", of: head)?.lowercased() == "chunked"
    let value = try? JSONReader().value(of: isChunked ? joined(rest) : rest)
    switch status {
    case 200..<300:
      // The collector took it, but not all of it: `ExportMetricsPartialSuccess`.
      guard let partial = value?["partialSuccess"] else { return }
      let rejected = partial["rejectedDataPoints"]
      guard let count = rejected?.integer ?? rejected?.text.flatMap({ Int($0) }), count > 0 else { return }
      throw .rejected(destination: destination, "\(count) values, \(reason(partial["errorMessage"]))")
    // Those after which the protocol lets a client try again.
    case 429, 502, 503, 504: throw .busy(destination: destination, words[1...].joined(separator: " "))
    default:
      throw .rejected(
        destination: destination, "\(words[1...].joined(separator: " ")), \(reason(value?["message"]))")
    }
  }

  private static func reason(_ value: JSONValue?) -> String {
    guard let text = value?.text, !text.isEmpty else { return "without a reason" }
    return MetricLabel.harmless(text)
  }

  /// Whether as much came as the head says that there is. Without such a word the answer ends with the connection.
  private static func isWhole(_ answer: [UInt8]) -> Bool {
    let (head, body) = parts(answer)
    return field("content-length", of: head).flatMap { Int($0) }.map { body.count >= $0 } ?? false
  }

  /// A field of the head, by its name in small letters.
  private static func field(_ name: String, of head: String) -> String? {
    for line in head.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: ":", maxSplits: 1)
      if words.count == 2, words[0].lowercased() == name { return String(words[1].drop { $0 == " " }) }
    }
    return nil
  }

  /// What chunks hold (RFC 9112, section 7.1), as far as they are whole.
  private static func joined(_ chunks: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var body: ArraySlice<UInt8> = []
    var rest = chunks
    while let end = rest.firstIndex(of: 0x0D),
      let length = Int(String(decoding: rest[..<end].prefix { $0 != 0x3B }, as: UTF8.self), radix: 16), length > 0,
      case let data = rest[end...].dropFirst(2), data.count >= length
    {
      body += data.prefix(length)
      rest = data.dropFirst(length).dropFirst(2)
    }
    return body
  }

  /// The head of an answer, once it is there, and what follows.
  private static func parts(_ answer: [UInt8]) -> (head: String, body: ArraySlice<UInt8>) {
    let gap: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    var start = 0
    while start + gap.count <= answer.count {
      if answer[start..<start + gap.count].elementsEqual(gap) {
        return (String(decoding: answer[..<start], as: UTF8.self), answer[(start + gap.count)...])
      }
      start += 1
    }
    return ("", [])
  }
}
