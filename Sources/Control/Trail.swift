public import Catalog

/// Where every command is written down: what was meant before it is done, and what came of it.
public protocol Trail: Sendable {
  /// Returns when it is durably written that this will be done. Throws where it cannot be: then nothing is done.
  func intend(_ request: Request, to targets: [Target], under admission: Admission) throws(CommandError) -> TrailEntry
  /// Processes that joined a command that goes on.
  func join(_ entry: TrailEntry, _ targets: [Target]) throws(CommandError)
  func conclude(_ entry: TrailEntry, _ outcome: Outcome)
  /// A command that was refused is written down too.
  func refuse(_ request: Request, to targets: [Target], _ error: CommandError)
}

/// The place of an intent in the trail.
public struct TrailEntry: Equatable, Sendable {
  public let number: UInt64

  public init(number: UInt64) { self.number = number }
}

/// What came of a command.
public struct Outcome: Equatable, Sendable {
  /// Nil where it succeeded.
  public let failure: CommandError?
  /// Part of the answer was missing.
  public let isPartial: Bool
  /// The limit of the policy that ended it, in words; nil where none did.
  public let limit: String?
  /// Secrets that were withheld from the answer, by kind.
  public let withheld: [String: Int]
  /// Results that were handed on.
  public let results: Int

  public init(
    failure: CommandError?, isPartial: Bool, limit: String? = nil, withheld: [String: Int], results: Int
  ) {
    self.failure = failure
    self.isPartial = isPartial
    self.limit = limit
    self.withheld = withheld
    self.results = results
  }
}
