import JSON

/// What an agent says of itself.
public struct AgentStatus: Codable, Equatable, Sendable {
  /// Of the messages.
  public let `protocol`: Int
  /// As the target sees itself.
  public let pid: Int32
  /// `sys.hexversion`.
  public let python: UInt32
  /// The highest rung that the owner of the target allows (`ISPYD_CEILING`, `ceiling` in `ispyd.ini`).
  public let ceiling: String
  /// Seconds without a message after which it goes.
  public let lease: Double
  /// Since it came.
  public let seconds: Double

  static let protocolVersion = 2

  /// - Throws: `DecodingError`.
  init(_ value: JSONValue) throws { self = try JSONReader().decode(Self.self, from: value) }
}
