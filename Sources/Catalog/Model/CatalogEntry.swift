public import Attaching
public import JSON

/// A command of the catalog: its description, and its execution.
public struct CatalogEntry: Sendable {
  public let specification: CommandSpecification
  /// What its result is as data; whoever gets it from another process decodes it as that.
  public let resultType: any CommandResult.Type
  /// What it emits meanwhile, where that is something else.
  public let progressType: (any CommandResult.Type)?
  /// How the process described it that brings it; nil for the commands that ispy has.
  public let described: AgentCommand?
  /// Checks what its description cannot say of the arguments. No target is known yet.
  public let validate: @Sendable (Arguments) throws(CommandError) -> Void
  /// Runs it. Called by the one line that every command takes (`Control`), never by a face.
  public let execute: @Sendable (Arguments, ExecutionContext) throws(CommandError) -> any CommandResult

  public init(
    _ specification: CommandSpecification, result: any CommandResult.Type, progress: (any CommandResult.Type)? = nil,
    described: AgentCommand? = nil,
    validate: @escaping @Sendable (Arguments) throws(CommandError) -> Void = { _ throws(CommandError) in },
    execute: @escaping @Sendable (Arguments, ExecutionContext) throws(CommandError) -> any CommandResult
  ) {
    self.specification = specification
    resultType = result
    progressType = progress
    self.described = described
    self.validate = validate
    self.execute = execute
  }
}

extension CatalogEntry {
  /// A result that came as JSON: the command's own, or that of its progress, by its schema; nil where it is neither.
  public func result(of value: JSONValue) -> (any CommandResult)? {
    for type in [progressType, resultType].compactMap({ $0 }) {
      if let result = Self.decode(type, value), result.schema == value["schema"]?.text { return result }
    }
    return nil
  }

  private static func decode<Result: CommandResult>(_ type: Result.Type, _ value: JSONValue) -> (any CommandResult)? {
    try? JSONReader().decode(type, from: value)
  }
}
