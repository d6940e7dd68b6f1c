import TestSupport
import Testing

extension PythonTarget {
  /// The number of a fact of the form NAME=NUMBER.
  func number(_ name: String) throws -> UInt64 {
    let text = try #require(facts.first { $0.hasPrefix(name + "=") })
    return try #require(UInt64(text.dropFirst(name.count + 1)))
  }
}
