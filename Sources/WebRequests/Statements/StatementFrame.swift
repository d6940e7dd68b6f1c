/// A function of a database package that executes an SQL statement, and which of its variables is the statement.
///
/// A driver that is written in C has no frame of its own: its caller in an ORM or a wrapper is listed, and code of an
/// application that calls it directly is not, for a text in a variable there need not be what is executed.
struct StatementFrame {
  /// The end of `co_filename`, or with a `/` at its end a folder in it.
  let file: String
  let functions: Set<String>
  /// Names of variables, the first that holds a text is it.
  let variables: [String]
  /// `"…"` is a text there, and never a name.
  let doubleQuotesText: Bool

  private init(_ file: String, _ functions: Set<String>, _ variables: [String], doubleQuotesText: Bool = false) {
    self.file = file
    self.functions = functions
    self.variables = variables
    self.doubleQuotesText = doubleQuotesText
  }

  /// The entry for a code object.
  static func of(file: String, function: String) -> StatementFrame? {
    guard functions.contains(function) else { return nil }
    return all.first { $0.functions.contains(function) && $0.isIn(file) }
  }

  private func isIn(_ path: String) -> Bool {
    guard file.hasSuffix("/") else { return path.hasSuffix(file) }
    // The last folder of that name: what lies above may be called anything.
    let (name, bytes) = (Array(file.utf8), Array(path.utf8))
    return bytes.indices.dropLast(name.count).contains { bytes[$0...].starts(with: name) }
  }

  /// Of all: most frames of a stack are none of these, and one look says so.
  private static let functions = all.reduce(into: Set<String>()) { $0.formUnion($1.functions) }

  private static let execution: Set<String> = [
    "execute", "_execute", "executemany", "_executemany", "executescript", "execute_async", "_execute_async",
    "_prepare_and_execute", "stream",
  ]

  static let all: [StatementFrame] = toolkits + drivers

  // MARK: - Toolkits

  /// SQLAlchemy 1.4 to 2.1, Django 2 to 6, Peewee.
  private static let toolkits: [StatementFrame] = [
    StatementFrame(
      "/sqlalchemy/engine/default.py", ["do_execute", "do_executemany", "do_execute_no_params"], ["statement"]),
    StatementFrame("/sqlalchemy/engine/base.py", ["_cursor_execute"], ["statement"]),
    StatementFrame(
      "/sqlalchemy/dialects/", execution.union(["do_execute", "do_executemany", "do_execute_no_params"]),
      ["statement", "operation"]),
    StatementFrame("/sqlalchemy/connectors/", execution, ["operation"]),
    StatementFrame(
      "/django/db/backends/utils.py", execution.union(["_execute_with_wrappers"]), ["sql"]),
    StatementFrame("/django/db/backends/mysql/", execution, ["query", "sql"], doubleQuotesText: true),
    StatementFrame("/django/db/backends/", execution, ["query", "sql"]),
    StatementFrame("/peewee.py", ["execute_sql"], ["sql"]),
  ]

  // MARK: - Drivers

  private static let drivers: [StatementFrame] = [
    StatementFrame("/psycopg/", execution.union(["_execute_gen", "_executemany_gen_no_pipeline"]), ["query"]),
    StatementFrame("/psycopg2/extras.py", execution.union(["execute_batch", "execute_values"]), ["query", "sql"]),
    StatementFrame(
      "/asyncpg/", execution.union(["fetch", "fetchrow", "fetchval", "fetchmany", "_do_execute", "__execute"]),
      ["query"]),
    StatementFrame("/aiosqlite/", execution.union(["execute_fetchall", "execute_insert"]), ["sql"]),
    StatementFrame("/pymysql/", execution.union(["query", "_query"]), ["query", "sql"], doubleQuotesText: true),
    StatementFrame("/MySQLdb/", execution.union(["query", "_query"]), ["query", "q"], doubleQuotesText: true),
    StatementFrame("/aiomysql/", execution.union(["query", "_query"]), ["query", "sql"], doubleQuotesText: true),
    StatementFrame(
      "/mysql/connector/", execution.union(["cmd_query"]), ["operation", "query"], doubleQuotesText: true),
    StatementFrame("/mariadb/", execution, ["statement"], doubleQuotesText: true),
    StatementFrame("/oracledb/", execution, ["statement"]),
    StatementFrame("/pg8000/", execution.union(["run"]), ["operation", "sql"]),
  ]
}
