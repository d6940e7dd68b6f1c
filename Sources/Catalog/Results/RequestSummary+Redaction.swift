import Redaction
import Values

extension RequestSummary {
  /// What came from the client is a value of the target's, all of it. Method, scheme, version, server, route and places in
  /// the code are the program's own.
  mutating func redact(with redactor: inout Redactor) {
    path = redactor.redact(text: path)
    query = query.map { Self.redacted(query: $0, with: &redactor) }
    host = host.map { redactor.redact(text: $0) }
    client = client.map { redactor.redact(text: $0) }
    if redactor.right < .redacted { clientPort = nil }
    forwardedFor = forwardedFor.map { redactor.redact(text: $0) }
    for index in headers?.indices ?? 0..<0 {
      guard let field = headers?[index] else { continue }
      headers?[index].value = redactor.redact(field.value, name: field.name)
    }
  }

  /// Each parameter by its own name, decoded, so that no escape hides a name or a shape. A parameter that nothing is to be
  /// withheld of stays as it came.
  static func redacted(query: String, with redactor: inout Redactor) -> String {
    guard redactor.right == .redacted else { return redactor.redact(text: query) }
    let parameters = query.split(omittingEmptySubsequences: false) { $0 == "&" || $0 == ";" }
    let shown = parameters.map { parameter -> String in
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = parts.map { decode($0) }
      guard parts.count == 2 else { return keep(String(parameter), decoded: decoded[0], with: &redactor) }
      let value = Value(type: "str", content: .text(decoded[1], length: decoded[1].codePointCount))
      let name = keep(String(parts[0]), decoded: decoded[0], with: &redactor)
      switch redactor.redact(value, name: decoded[0]).content {
      case .redacted(let label, let number):
        return name + "=<redacted:\(label)\(number.map { " #\($0)" } ?? "")>"
      case .text(let text, _): return name + "=" + (text == decoded[1] ? String(parts[1]) : text)
      default: return name + "=<redacted:\(SecretKind.unscanned.rawValue)>"
      }
    }
    // Parameters that are harmless alone may be a secret together: a URL with a password in it, split at its `&`.
    return redactor.redact(text: shown.joined(separator: "&"))
  }

  private static func keep(_ text: String, decoded: String, with redactor: inout Redactor) -> String {
    let shown = redactor.redact(text: decoded)
    return shown == decoded ? text : shown
  }

  /// `application/x-www-form-urlencoded`: `+` for a space, `%2F` and its like.
  static func decode(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
      case UInt8(ascii: "%") where index + 2 < bytes.count:
        guard let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) else {
          result.append(bytes[index])
          break
        }
        result.append(high << 4 | low)
        index += 2
      default: result.append(bytes[index])
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.flatMap { UInt8(exactly: $0) }
  }
}
