import Foundation
import Testing

/// The texts and names of Tests/Fixtures/redaction.
enum Corpus {
  /// A text and the secrets marked in it.
  struct Sample: Sendable, CustomTestStringConvertible {
    let kind: String
    let text: String
    /// The text with `<redacted:…>` in place of the secrets, without numbers.
    let expected: String
    let secrets: [String]

    var testDescription: String { text }
  }

  static let samples: [Sample] = lines("secrets.tsv").map { line in
    let columns = line.split(separator: "\t", maxSplits: 1).map(String.init)
    return sample(kind: columns[0], marked: unescaped(columns[1]))
  }

  static let harmless: [String] = lines("harmless.txt").map(unescaped)

  static let secretNames: [(kind: String, name: String)] = lines("secret-names.tsv").flatMap { line in
    let columns = line.split(separator: "\t")
    return columns[1].split(separator: " ").map { (String(columns[0]), String($0)) }
  }

  static let harmlessNames: [String] = lines("harmless-names.txt").flatMap { $0.split(separator: " ").map(String.init) }

  private static func lines(_ file: String) -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../Fixtures/redaction")
    guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(file).path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscape = false
    for character in text where character != "¦" {
      if isEscape {
        switch character {
        case "n": result += "\n"
        case "r": result += "\r"
        case "t": result += "\t"
        case "\\": result += "\\"
        default: result += "\\\(character)"
        }
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.append(character)
      }
    }
    return isEscape ? result + "\\" : result
  }

  private static func sample(kind: String, marked: String) -> Sample {
    var (text, expected, secret) = ("", "", "")
    var secrets: [String] = []
    var isSecret = false
    for scalar in marked.unicodeScalars {
      switch scalar {
      case "⟦":
        isSecret = true
        expected += "<redacted:\(kind)>"
      case "⟧":
        isSecret = false
        secrets.append(secret)
        secret = ""
      default:
        text.unicodeScalars.append(scalar)
        if isSecret { secret.unicodeScalars.append(scalar) } else { expected.unicodeScalars.append(scalar) }
      }
    }
    if isSecret { secrets.append(secret) }
    return Sample(kind: kind, text: text, expected: expected, secrets: secrets)
  }
}

extension String {
  /// `<redacted:card #3>` without its number.
  var withoutNumbers: String {
    var result = self
    while let hash = result.range(of: #" #[0-9]+>"#, options: .regularExpression) {
      result.replaceSubrange(hash, with: ">")
    }
    return result
  }
}
