import Catalog
import TestSupport
import Testing

/// The plugin `sqlalchemy` on the real package: 1.4, 2.0 and 2.1 by the Python.
@Suite struct DatabasePluginTests {
  @Test(arguments: PythonInterpreter.withServers)
  func poolsAreShownWithoutThePassword(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", withServers: true)
    defer { target.end() }
    let pools = try #require(try target.fact("sqlalchemy", "pools")["pools"])
    let pool = try #require(pools.items.first { $0["pool"]?.text == "QueuePool" })
    #expect(pool["engine"]?.text == "__main__.engine" && pool["driver"]?.text == "shopdb")
    #expect(pool["host"]?.text == "db.internal" && pool["port"]?.number == 5432)
    #expect(pool["database"]?.text == "orders" && pool["timeout"]?.text == "7")
    let counts = ["size", "checked_in", "checked_out", "overflow", "max_overflow", "waiting"].map { pool[$0]?.number }
    #expect(counts == [3, 1, 2, 0, 2, 0])
    #expect(try target.answer("checkedout") == "2")
    // One that no module has, with a pool that keeps nothing.
    let other = try #require(pools.items.first { $0["pool"]?.text == "NullPool" })
    #expect(other["checked_out"]?.number == (target.facts == ["1"] ? 1 : 0))
  }

  @Test(arguments: PythonInterpreter.withServers)
  func whatIsOutIsShownWithTheStackThatHoldsIt(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", ["lost"], withServers: true)
    defer { target.end() }
    let rows = try #require(try target.fact("sqlalchemy", "checkouts")["checkouts"])
    func stack(_ holder: String) -> String? {
      rows.items.first { $0["holder"]?.text == holder }?["stack"]?.items.compactMap(\.text).joined(separator: "\n")
    }
    let stock = try #require(stack("thread stock"), "\(rows)")
    #expect(stock.contains("database_pools.py:") && stock.contains(" reserve_stock"))
    #expect(try #require(stack("thread orders")).contains(" place_order"))
    if target.facts == ["1"] {
      #expect(try #require(stack("greenlet of type greenlet.greenlet")).hasSuffix(" wait_in_greenlet"))
    }
    #expect(stack("not found: no frame holds it") == "")
    #expect(rows.items.count == (target.facts == ["1"] ? 4 : 3))
    for row in rows.items { #expect(row["type"]?.text == "sqlite3.Connection") }
    // Looking has changed nothing of what is held.
    #expect(try target.answer("checkedout") == "3")
  }

  /// A function's variables are looked at on some versions through a copy that stays in its frame: it may keep nothing alive.
  @Test(arguments: PythonInterpreter.withServers)
  func lookingAtFramesKeepsNothingAlive(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", ["passing"], withServers: true)
    defer { target.end() }
    let rows = try #require(try target.fact("sqlalchemy", "checkouts")["checkouts"])
    #expect(rows.items.contains { $0["holder"]?.text == "thread passing" }, "\(rows)")
    #expect(try target.answer("pass") == "gone")
  }

  /// After a function that profiles Python writes that copy back into the variables: it must hold them then.
  @Test(arguments: PythonInterpreter.withServers)
  func variablesOfAFunctionThatIsProfiledStayAsTheyAre(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", ["profiled"], withServers: true)
    defer { target.end() }
    #expect(try #require(try target.fact("sqlalchemy", "checkouts")["checkouts"]).items.count > 2)
    #expect(try target.answer("pass") == "whole")
  }

  /// Sessions that a registry keeps for a scope are no thread's variables.
  @Test(arguments: PythonInterpreter.withServers)
  func sessionsOfAScopeAreFoundByIt(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", ["scoped"], withServers: true)
    defer { target.end() }
    let rows = try #require(try target.fact("sqlalchemy", "checkouts")["checkouts"])
    #expect(rows.items.contains { $0["holder"]?.text == "thread scoped" }, "\(rows)")
  }

  @Test(arguments: PythonInterpreter.withServers)
  func connectionsOfCoroutinesAreFound(_ python: PythonInterpreter) throws {
    let target = try python.run("database_pools", ["coroutine"], withServers: true)
    defer { target.end() }
    let rows = try #require(try target.fact("sqlalchemy", "checkouts")["checkouts"])
    let row = try #require(rows.items.first { $0["holder"]?.text == "coroutine" }, "\(rows)")
    let stack = row["stack"]?.items.compactMap(\.text) ?? []
    #expect(stack.suffix(2).map { String($0.split(separator: " ").last ?? "") } == ["wait_for_stock", "handle"])
  }
}
