import Testing
import Values

@testable import Redaction

/// A text that was cut off may end within a secret. What remains of it must not be seen, but for the first few
/// characters, which do not tell yet what they begin.
@Suite struct CutTextTests {
  /// How much of a secret may be seen where the text ends in it.
  private func allowance(_ sample: Corpus.Sample, _ secret: String) -> Int {
    switch sample.kind {
    case "card": secret.filter(\.isNumber).count == secret.utf8.count ? 6 : 8  // the issuer, with separators
    case "iban": 9
    case "random", "hash": 23
    case "ssn": 3
    case "private-key", "authorization", "jwt", "key", "token", "secret": secret.contains("hooks") ? 0 : 17
    default: 0
    }
  }

  @Test(arguments: Corpus.samples) func halfASecretIsWithheld(sample: Corpus.Sample) throws {
    let scalars = Array(sample.text.unicodeScalars)
    var redactor = Redactor()
    var from = 0
    for secret in sample.secrets {
      let wanted = Array(secret.unicodeScalars)
      let start = try #require((from..<scalars.count).first { scalars[$0...].starts(with: wanted) })
      from = start + wanted.count
      for taken in 1..<wanted.count where start + taken < scalars.count {
        var prefix = String.UnicodeScalarView()
        prefix.append(contentsOf: scalars[..<(start + taken)])
        let value = Value(type: "str", content: .text(String(prefix), length: scalars.count))
        var shown = ""
        switch redactor.redact(value).content {
        case .text(let text, _): shown = text
        case .redacted: break
        case let other: Issue.record("\(other)")
        }
        // What stands before the secret may end as the secret begins.
        var seen = String.UnicodeScalarView()
        seen.append(contentsOf: wanted[..<taken])
        let part = String(seen)
        if taken > allowance(sample, secret), shown.hasSuffix(part), !sample.expected.contains(part) {
          Issue.record("\(shown)")
          break
        }
      }
    }
  }

  @Test func numbersOfHalfSecretsAreNotGiven() {
    var redactor = Redactor()
    let whole = Value(type: "str", content: .text("password=hunter2", length: 16))
    let half = Value(type: "str", content: .text("password=hunter2", length: 99))
    #expect(redactor.redact(whole).content == .text("password=<redacted:password #1>", length: 31))
    #expect(redactor.redact(half).content == .text("password=<redacted:password>", length: 28 + 83))
  }
}
