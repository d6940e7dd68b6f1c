import Catalog
import Redaction
import Synchronization

/// One redactor for all results of a request, so that equal secrets keep their pseudonym from one to the next.
final class SharedRedactor: Sendable {
  private let redactor: Mutex<Redactor>

  init(_ redactor: Redactor) { self.redactor = Mutex(redactor) }

  func redacted(_ result: any CommandResult) -> any CommandResult {
    var result = result
    redactor.withLock { result.redact(with: &$0) }
    return result
  }

  /// A message may quote what the target or the user said.
  func redacted(_ error: CommandError) -> CommandError {
    redactor.withLock { redactor in
      CommandError(
        error.cause, redactor.redact(text: error.message), hint: error.hint.map { redactor.redact(text: $0) })
    }
  }

  func redacted(text: String) -> String { redactor.withLock { $0.redact(text: text) } }

  func kind(ofName name: String) -> String? { redactor.withLock { $0.kind(ofName: name)?.rawValue } }

  /// How many secrets were withheld, by kind.
  var withheld: [String: Int] {
    let counts = redactor.withLock { $0.withheld }
    return Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
  }
}
