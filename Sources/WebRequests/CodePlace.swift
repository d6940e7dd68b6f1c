public import CPython

/// Where in the source a frame stands.
public struct CodePlace: Hashable, Sendable {
  public var file: String
  /// Qualified from Python 3.11 on: `Shop.checkout`.
  public var function: String
  public var line: Int?

  public init(file: String, function: String, line: Int?) {
    self.file = file
    self.function = function
    self.line = line
  }

  /// Nil for a frame that could not be read.
  public init?(_ frame: Frame) {
    guard let code = frame.code else { return nil }
    self.init(file: code.filename, function: code.qualifiedName, line: frame.line)
  }
}
