public import Catalog
public import Redaction

/// Who asks.
public struct Principal: Equatable, Sendable {
  public let user: UInt32

  public init(user: UInt32) { self.user = user }
}

/// One command that somebody wants carried out.
public struct Request: Sendable {
  public let principal: Principal
  public let entry: CatalogEntry
  public let arguments: Arguments
  /// The right to values that is asked for.
  public let values: ValueRight

  public init(principal: Principal, entry: CatalogEntry, arguments: Arguments, values: ValueRight) {
    self.principal = principal
    self.entry = entry
    self.arguments = arguments
    self.values = values
  }
}
