public import Redaction

/// What a command found: data that every face renders, and that has passed redaction before a face sees it.
public protocol CommandResult: Codable, Sendable {
  /// The name and version of its JSON.
  var schema: String { get }
  /// Part of what was asked for is missing.
  var isPartial: Bool { get }
  /// What the exit code says beside a result that was shown; nil where all is well.
  var failure: CommandError.Cause? { get }
  /// Withholds what may not be shown. Every value, and every text that may hold one, goes through here.
  mutating func redact(with redactor: inout Redactor)
}

extension CommandResult {
  public var isPartial: Bool { false }
  public var failure: CommandError.Cause? { isPartial ? .partial : nil }
}

/// What a command returns that emitted all it had: nothing more is to be shown.
public struct EndOfResults: CommandResult {
  public var schema = ""
  public let isPartial: Bool

  public init(isPartial: Bool) { self.isPartial = isPartial }

  public mutating func redact(with redactor: inout Redactor) {}
}
