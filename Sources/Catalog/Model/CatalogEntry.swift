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

/// What a command may use while it runs.
public struct ExecutionContext: Sendable {
  /// Asked often by long work: whether to end, and keep what was gathered.
  public let isCancelled: @Sendable () -> Bool
  /// Takes one more result of a command that goes on (`--follow`); false ends it.
  public let emit: @Sendable (any CommandResult) -> Bool
  /// Seconds from one result to the next, where the face wants them otherwise than the arguments said: asked again and again.
  public let pace: @Sendable () -> Double?

  public init(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (any CommandResult) -> Bool = { _ in false },
    pace: @escaping @Sendable () -> Double? = { nil }
  ) {
    self.isCancelled = isCancelled
    self.emit = emit
    self.pace = pace
  }
}

/// What a command returns that emitted all it had: nothing more is to be shown.
public struct EndOfResults: CommandResult {
  public var schema = ""
  public let isPartial: Bool

  public init(isPartial: Bool) { self.isPartial = isPartial }

  public mutating func redact(with redactor: inout Redactor) {}
}

/// A command of the catalog: its description, and its execution.
public struct CatalogEntry: Sendable {
  public let specification: CommandSpecification
  /// Runs it. Called by the one line that every command takes (`Control`), never by a face.
  public let execute: @Sendable (Arguments, ExecutionContext) throws(CommandError) -> any CommandResult

  public init(
    _ specification: CommandSpecification,
    execute: @escaping @Sendable (Arguments, ExecutionContext) throws(CommandError) -> any CommandResult
  ) {
    self.specification = specification
    self.execute = execute
  }
}
