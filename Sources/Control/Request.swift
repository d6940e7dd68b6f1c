public import Catalog
public import Redaction

/// One command that somebody wants carried out.
public struct Request: Sendable {
  public let principal: Principal
  public let entry: CatalogEntry
  public let arguments: Arguments
  /// The right to values that is asked for.
  public let values: ValueRight
  /// Why, in the words of who asks; a rule may demand it.
  public let reason: String?

  public init(
    principal: Principal, entry: CatalogEntry, arguments: Arguments, values: ValueRight, reason: String? = nil
  ) {
    self.principal = principal
    self.entry = entry
    self.arguments = arguments
    self.values = values
    self.reason = reason
  }

  public var specification: CommandSpecification { entry.specification }
  /// What the user called the targets.
  public var targetWords: [String] { arguments.all("target") }
}
