import Foundation
import TestSupport
import Testing

/// What nobody here wrote, and reads what is written here (Scripts/setup/monitoring).
enum Monitoring {
  static let folder = Checkout.cache + "/venvs/monitoring"

  /// Nil, with a word in the log, where it is not on this machine.
  static func python(for what: String) -> String? {
    let python = folder + "/bin/python"
    guard access(python, X_OK) == 0, access(folder + "/.complete", R_OK) == 0 else {
      withKnownIssue { Issue.record("not tested: \(what) (see Scripts/setup/monitoring)") }
      return nil
    }
    return python
  }

  /// What a program of Python says of a text, one value of JSON, which it prints.
  static func answer(_ code: String, about text: String, for what: String) throws -> Any? {
    guard let python = python(for: what) else { return nil }
    return try TemporaryDirectory.with { folder in
      try TextFile.write(text, to: folder + "/text")
      let child = try ChildProcess([python, "-c", code, folder + "/text"])
      let status = try child.waitForExit()
      try #require(status == 0, "\(child.transcript)")
      return try JSONSerialization.jsonObject(with: Data(child.transcript.utf8), options: .fragmentsAllowed)
    }
  }
}
