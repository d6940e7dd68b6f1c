import Testing

@testable import WebRequests

@Suite struct StatementMaskTests {
  @Test(arguments: [
    ("SELECT name FROM users WHERE id = 17", "SELECT name FROM users WHERE id = ?"),
    ("select 'it''s', N'x', E'a\\nb', x'ff'", "select ?, N?, E?, x?"),
    ("SELECT 1.5e-10, .5, 0x4F, 1_000, -3", "SELECT ?, ..., -?"),
    ("SELECT t1.col2 FROM t1", "SELECT t1.col2 FROM t1"),
    ("SELECT  a,b\n  FROM t -- of 4111111111111111\n WHERE c=1", "SELECT a, b FROM t WHERE c=?"),
    ("SELECT /* token='abc' /* inner */ secret */ a", "SELECT a"),
    ("SELECT a FROM t WHERE b IN (1, 2, 3, 4, 'x')", "SELECT a FROM t WHERE b IN (?, ...)"),
    ("SELECT %s, %(p1)s, :p2, $1, ?, ?3, @p4, a::text", "SELECT %s, %(p1)s, :p2, $1, ?, ?, @p4, a::text"),
    ("SELECT $$text$$, $tag$it's $$ text$tag$ FROM t", "SELECT ?, ? FROM t"),
    ("SELECT `order` FROM `4111111111111111`", "SELECT `order` FROM ?"),
    ("SELECT a FROM t WHERE b > 'ärger' AND c = 'ß'", "SELECT a FROM t WHERE b > ? AND c = ?"),
    ("SELECT doc #> '{a}' FROM t", "SELECT doc #> ? FROM t"),
  ]) func valuesGo(statement: String, shown: String) {
    #expect(StatementMask.masked(statement) == shown)
  }

  @Test(arguments: [
    (
      "SELECT \"shop_order\".\"id\", \"total\" AS \"sum\" FROM \"shop_order\" WHERE \"shop_order\".\"id\" = 4",
      "SELECT \"shop_order\".\"id\", \"total\" AS \"sum\" FROM \"shop_order\" WHERE \"shop_order\".\"id\" = ?"
    ),
    ("UPDATE \"t\" SET \"a\" = 'x', \"b\" = 2", "UPDATE \"t\" SET \"a\" = ?, \"b\" = ?"),
    (
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES (\"alice\", 'bob')",
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES (?, ?)"
    ),
    ("SELECT a FROM t WHERE name = \"alice\" AND b LIKE \"bob\"", "SELECT a FROM t WHERE name = ? AND b LIKE ?"),
    (
      "SELECT a FROM t WHERE b IN (\"alice\", \"bob\") ORDER BY \"b\"",
      "SELECT a FROM t WHERE b IN (?, ?) ORDER BY \"b\""
    ),
    ("SELECT a FROM t WHERE b BETWEEN \"alice\" AND \"bob\"", "SELECT a FROM t WHERE b BETWEEN ? AND ?"),
    ("ALTER USER joe IDENTIFIED BY \"hush\"", "ALTER USER joe IDENTIFIED BY ?"),
    ("SELECT \"4111 1111 1111 1111\", \"a4111111111111111\"", "SELECT ?, ?"),
  ]) func inDoubleQuotesNamesStay(statement: String, shown: String) {
    #expect(StatementMask.masked(statement) == shown)
  }

  @Test func whereDoubleQuotesAreOfTextsAllGo() {
    #expect(StatementMask.masked("SELECT \"alice\" FROM t", doubleQuotesText: true) == "SELECT ? FROM t")
  }

  /// What one database takes for the end of a text is in the middle of it for another.
  @Test(arguments: [
    "SELECT 'a\\' , secret", "SELECT 'a\\'' , secret", "SELECT q'[it's]', secret", "SELECT '''a' secret '''",
    "SELECT 'cut off secret", "SELECT $$ secret", "SELECT 1 # it's\n, 'secret'", "SELECT \"a\\\", 'secret'",
    "SELECT /* secret", "SELECT nq'<'>', 'secret'",
  ]) func whatIsDoubtfulIsNotShown(statement: String) {
    let shown = StatementMask.masked(statement)
    #expect(!shown.contains("secret") && !shown.contains("it") && shown.hasPrefix("SELECT"), "\(shown)")
  }

  @Test func anEscapedBackslashEndsNothing() {
    #expect(StatementMask.masked("SELECT 'a\\\\', b FROM t") == "SELECT ?, b FROM t")
  }

  @Test func aLongStatementIsCut() {
    let columns = (0..<200).map { "column\($0)" }.joined(separator: ", ")
    let shown = StatementMask.masked("SELECT \(columns) FROM t")
    #expect(shown.utf8.count <= StatementMask.limit + 4 && shown.hasSuffix("..."))
    #expect(StatementMask.masked("SELECT a", isCut: true) == "SELECT a ...")
  }

  /// Of every text within quotes, wherever the statement is cut, nothing is left.
  @Test func noPrefixShowsAnythingOfAText() {
    let statement =
      "SELECT 'zzz', \"t\".\"zz\", $a$zzz$a$, E'zz\\'zz' /* zzz */ FROM t -- zzz\n WHERE a = \"zzz\" AND `b` = 'zz''zz'"
    for count in 0...statement.count {
      let shown = StatementMask.masked(String(statement.prefix(count)))
      #expect(!shown.replacing("\"zz\"", with: "").contains("z"), "\(shown)")
    }
  }

  @Test(arguments: [
    ("SELECT 1", true), ("  (select 1)", true), ("-- of x\nUPDATE t SET a = 1", true),
    ("/* x */ WITH a AS (SELECT 1)", true),
    ("hello", false), ("", false), ("(", false), ("selection", false), ("'SELECT'", false),
  ]) func aStatementIsKnownByItsFirstWord(text: String, isOne: Bool) {
    #expect(StatementMask.isStatement(text) == isOne)
  }
}

@Suite struct StatementFrameTests {
  @Test(arguments: [
    ("/v/lib/python3.11/site-packages/sqlalchemy/engine/default.py", "do_execute", "statement"),
    ("/v/site-packages/sqlalchemy/dialects/postgresql/asyncpg.py", "_prepare_and_execute", "statement"),
    ("/v/site-packages/django/db/backends/utils.py", "_execute", "sql"),
    ("/v/site-packages/django/db/backends/sqlite3/base.py", "execute", "query"),
    ("/v/site-packages/psycopg/cursor.py", "execute", "query"), ("/v/peewee.py", "execute_sql", "sql"),
  ]) func functionsOfDatabasePackagesAreKnown(file: String, function: String, variable: String) {
    #expect(StatementFrame.of(file: file, function: function)?.variables.first == variable)
  }

  @Test(arguments: [
    ("/srv/shop/default.py", "do_execute"), ("/srv/shop/psycopg.py", "execute"), ("/v/waitress/task.py", "execute"),
    ("/v/sqlalchemy/engine/url.py", "create"),
  ]) func othersAreNot(file: String, function: String) {
    #expect(StatementFrame.of(file: file, function: function) == nil)
  }

  @Test func ofMySQLDoubleQuotesAreOfTexts() {
    let frame = StatementFrame.of(file: "/v/django/db/backends/mysql/base.py", function: "execute")
    #expect(frame?.doubleQuotesText == true)
  }
}
