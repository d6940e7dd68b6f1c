import Testing
import Values

@testable import Redaction

private func redacted(_ text: String) -> String {
  var redactor = Redactor()
  return redactor.redact(text: text).withoutNumbers
}

/// What the corpus in Tests/Fixtures/redaction proves. Recall and false positives are asserted to the last case.
@Suite struct CorpusTests {
  @Test func allSecretsOfTheCorpusAreFoundAndNothingElse() {
    let leaks = Corpus.samples.filter { sample in
      let shown = redacted(sample.text)
      return sample.secrets.contains { shown.contains($0) && !sample.expected.contains($0) }
    }
    #expect(leaks.map(\.text) == [])
    let inexact = Corpus.samples.filter { redacted($0.text) != $0.expected }
    #expect(inexact.map { "\($0.expected) is not \(redacted($0.text))" } == [])
    #expect(Corpus.samples.count == 339)
  }

  @Test func harmlessTextsComeOutAsTheyAre() {
    #expect(Corpus.harmless.filter { redacted($0) != $0 }.map(redacted) == [])
    #expect(Corpus.harmless.count == 154)
  }

  @Test func namesOfSecretsAreKnownByKind() {
    var names = SecretNames()
    let wrong = Corpus.secretNames.filter { names.verdict($0.name)?.kind.rawValue != $0.kind }
    #expect(wrong.map { "\($0.name) is not \($0.kind)" } == [])
    #expect(Corpus.secretNames.count == 270)
  }

  @Test func harmlessNamesAreNotTakenForSecrets() {
    var names = SecretNames()
    #expect(Corpus.harmlessNames.filter { names.verdict($0) != nil } == [])
    #expect(Corpus.harmlessNames.count == 198)
  }

  @Test func redactingTwiceChangesNothing() {
    let texts = Corpus.samples.map { redacted($0.text) } + Corpus.harmless
    #expect(texts.filter { redacted($0) != $0 } == [])
  }
}
