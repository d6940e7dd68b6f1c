public import Catalog
public import Control
import Foundation
import GRDB

/// What a gateway keeps beside its audit: approvals and sessions, in an SQLite database.
public final class GatewayStore: ApprovalStore {
  private let database: DatabasePool
  /// Approvals that are over and kept, the newest.
  private static let kept = 10_000

  /// Opens it, or makes one, with the tables that this version knows.
  public init(path: String) throws {
    var configuration = Configuration()
    // An approval that was given must be there after a power failure.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    configuration.busyMode = .timeout(5)
    database = try DatabasePool(path: path, configuration: configuration)
    try Self.migrations.migrate(database)
  }

  private static var migrations: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("approvals and sessions") { database in
      try database.create(table: "approval") { table in
        table.primaryKey("number", .integer)
        table.column("state", .text).notNull()
        table.column("body", .text).notNull()
      }
      try database.create(table: "session") { table in
        table.primaryKey("number", .integer)
        table.column("body", .text).notNull()
      }
    }
    return migrator
  }

  // MARK: - Approvals

  public func approvals() throws -> [Approval] {
    try database.read { database in
      try String.fetchAll(database, sql: "SELECT body FROM approval ORDER BY number")
    }.map { try JSONDecoder().decode(Approval.self, from: Data($0.utf8)) }
  }

  public func save(_ approval: Approval) throws {
    let body = String(decoding: try JSONEncoder().encode(approval), as: UTF8.self)
    try database.write { database in
      try database.execute(
        sql: "INSERT INTO approval (number, state, body) VALUES (?, ?, ?) "
          + "ON CONFLICT (number) DO UPDATE SET state = excluded.state, body = excluded.body",
        arguments: [approval.number, approval.state.rawValue, body])
      try database.execute(
        sql: "DELETE FROM approval WHERE number <= ? AND state NOT IN ('pending', 'granted')",
        arguments: [approval.number - Self.kept])
    }
  }

  // MARK: - Sessions

  /// The last ones, the newest first.
  public func sessions(limit: Int) throws -> [SessionSummary] {
    try database.read { database in
      try String.fetchAll(
        database, sql: "SELECT body FROM session ORDER BY number DESC LIMIT ?", arguments: [limit])
    }.map { try JSONDecoder().decode(SessionSummary.self, from: Data($0.utf8)) }
  }

  public func save(_ session: SessionSummary) throws {
    let body = String(decoding: try JSONEncoder().encode(session), as: UTF8.self)
    try database.write { database in
      try database.execute(
        sql: "INSERT INTO session (number, body) VALUES (?, ?) "
          + "ON CONFLICT (number) DO UPDATE SET body = excluded.body", arguments: [session.number, body])
    }
  }

  /// Of all of them, in their order.
  public func sessionNumbers() throws -> [Int] {
    try database.read { try Int.fetchAll($0, sql: "SELECT number FROM session ORDER BY number") }
  }

  public func forgetSessions(through number: Int) throws {
    try database.write { try $0.execute(sql: "DELETE FROM session WHERE number <= ?", arguments: [number]) }
  }

  /// A number that no session had.
  public func nextSessionNumber() throws -> Int {
    try database.read { database in
      (try Int.fetchOne(database, sql: "SELECT MAX(number) FROM session") ?? 0) + 1
    }
  }
}
