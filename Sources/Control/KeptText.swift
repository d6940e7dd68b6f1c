import Redaction

/// What people typed, as it may be kept: a secret is withheld like one that was read, and it is only so long.
public enum KeptText {
  /// Bytes of a text at most, and texts of a list: however they are escaped they fit a line of the audit.
  static let byteLimit = 2048
  static let wordLimit = 64

  public static func words(_ words: [String]) -> [String] {
    var redactor = Redactor()
    let kept = words.prefix(wordLimit).map { bounded(redactor.redact(text: $0)) }
    return words.count > wordLimit ? kept + ["... \(words.count - wordLimit) more"] : kept
  }

  public static func text(_ text: String) -> String {
    var redactor = Redactor()
    return bounded(redactor.redact(text: text))
  }

  /// Of what is redacted already, its beginning: half a secret need not look like one.
  public static func bounded(_ text: String) -> String {
    guard text.utf8.count > byteLimit else { return text }
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: byteLimit)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "..."
  }
}
