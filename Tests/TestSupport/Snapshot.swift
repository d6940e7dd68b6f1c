import Glibc
import Testing

/// Compares a text with the file `Snapshots/NAME.txt` beside the test; with `RECORD_SNAPSHOTS=1` writes the file instead.
///
/// A snapshot that is missing fails, so that none is forgotten.
public func assertSnapshot(
  _ text: String, named name: String, filePath: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
  let folder = filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  assertFile(
    folder + "/Snapshots/" + name + ".txt", holds: text, update: "RECORD_SNAPSHOTS=1 writes it",
    sourceLocation: sourceLocation)
}

/// Compares a text with a file of the checkout, and says in which line they differ.
///
/// - Parameter update: the words that tell how to renew the file. `RECORD_SNAPSHOTS=1` writes it.
public func assertFile(
  _ path: String, holds text: String, update: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  if Checkout.environment("RECORD_SNAPSHOTS") == "1" {
    do { try TextFile.write(text, to: path) } catch {
      Issue.record("\(path) could not be written: \(error)", sourceLocation: sourceLocation)
    }
    return
  }
  guard let known = try? TextFile.read(path) else {
    Issue.record("\(path) is missing; \(update)", sourceLocation: sourceLocation)
    return
  }
  guard known != text else { return }
  let (old, new) = (lines(known), lines(text))
  let index = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count)
  func line(_ lines: [Substring]) -> String { index < lines.count ? "«\(lines[index])»" : "the end" }
  Issue.record(
    "\(path):\(index + 1) differs: there \(line(old)), now \(line(new)); \(update)\n\n\(text)",
    sourceLocation: sourceLocation)
}

private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
