/// What an operator calls a metric: `checkout.pay`. Each monitoring has a spelling of its own for it.
///
/// What may be in it is what OpenTelemetry lets an instrument be called
/// (https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax), without empty parts between dots, which are
/// folders in Graphite.
public struct MetricName: Hashable, Sendable, CustomStringConvertible {
  /// Characters of a name; what is put behind it has room then in the 255 of OpenTelemetry.
  public static let lengthLimit = 200

  public let description: String

  public init(_ text: String) throws(MetricError) {
    guard let first = text.utf8.first, Self.isLetter(first) else {
      throw .name(text, "it begins with a letter")
    }
    guard text.utf8.count <= Self.lengthLimit else {
      throw .name(text, "it has at most \(Self.lengthLimit) characters")
    }
    let marks = Array("_.-/".utf8)
    guard text.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || marks.contains($0) }) else {
      throw .name(text, "it has letters, digits, and _ . - / between them")
    }
    guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
      throw .name(text, "there is something between its dots, and after the last")
    }
    description = text
  }

  // MARK: - Spellings

  /// `checkout_pay`: letters, digits and underscores (https://prometheus.io/docs/concepts/data_model/). Colons, which that
  /// allows too, are for the names that people give to recording rules.
  var prometheus: String { Self.plain(description, and: []) }

  /// `checkout.pay.method.POST`: the parts of a path, in Graphite and in StatsD, with labels as further ones. Within a part
  /// stand letters, digits, `_` and `-`: all else is a separator or a wildcard to some of those that read it.
  func path(_ labels: [MetricLabel]) -> String {
    let parts = description.split(separator: ".").map(String.init) + labels.flatMap { [$0.name, $0.value] }
    return parts.map { $0.isEmpty ? "_" : Self.plain($0, and: [UInt8(ascii: "-")]) }.joined(separator: ".")
  }

  /// The labels as Prometheus spells them: those of one series have different names, and none is reserved.
  static func prometheus(_ labels: [MetricLabel]) -> [(name: String, value: String)] {
    var used: Set<String> = ["le"]
    return labels.map { label in
      var name = plain(label.name, and: [])
      // Two underscores begin the names that Prometheus keeps for itself.
      while name.hasPrefix("__") { name.removeFirst() }
      if let first = name.utf8.first, isDigit(first) { name = "_" + name }
      while !used.insert(name).inserted { name += "_" }
      return (name, label.value)
    }
  }

  /// Everything but ASCII's letters, digits, `_` and these marks is an underscore.
  private static func plain(_ text: String, and marks: [UInt8]) -> String {
    var plain = ""
    for scalar in text.unicodeScalars {
      let byte = UInt8(exactly: scalar.value) ?? 0
      plain.unicodeScalars.append(isLetter(byte) || isDigit(byte) || marks.contains(byte) ? scalar : "_")
    }
    return plain
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
