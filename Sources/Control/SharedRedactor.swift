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

  func redacted(_ text: String) -> String { redactor.withLock { $0.redact(text: text) } }
}
