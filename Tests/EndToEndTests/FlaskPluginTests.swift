import Catalog
import TestSupport
import Testing

/// The plugin `flask` on the real package: of an application that a module has, and of one that none has.
@Suite struct FlaskPluginTests {
  @Test(arguments: PythonInterpreter.withServers)
  func settingsAreShownWithoutSecretsAndNothingIsCalled(_ python: PythonInterpreter) throws {
    let target = try python.run("flask_shop", withServers: true)
    defer { target.end() }
    let some = try target.fact("flask", "settings")
    #expect(some.names == ["shop"])
    let all = try target.fact("flask", "settings", "--everywhere")
    #expect(all.names.sorted() == ["admin", "shop"])
    let shop = try #require(all["shop"])
    #expect(shop["SHOP_LIMIT"]?.text == "5" && shop["SHOP_DICT.limit"]?.text == "5")
    #expect(shop["SHOP_TRAP"]?.text == "<traps.Trap>" && shop["STRIPE.region"]?.text == "eu")
    #expect(shop["PERMANENT_SESSION_LIFETIME"]?.text == "1:00:00")
    for name in ["SECRET_KEY", "MAIL_PASSWORD", "STRIPE.api_key"] {
      #expect(shop[name]?.text?.hasPrefix("<redacted:") == true, "\(name)")
    }
    #expect(shop["DATABASE_URL"]?.text?.hasSuffix("@db.internal/shop") == true)
    #expect(
      try target.fact("flask", "settings", "--below", "STRIPE.")["shop"]?.names.sorted()
        == ["STRIPE.api_key", "STRIPE.region"])
    #expect(try target.answer("touched") == "touched")
  }

  @Test(arguments: PythonInterpreter.withServers)
  func urlsAreShownWithTheirViews(_ python: PythonInterpreter) throws {
    let target = try python.run("flask_shop", withServers: true)
    defer { target.end() }
    let map = try target.fact("flask", "urls", "--everywhere")
    let rows = try #require(map["urls"])
    let order = try #require(rows.items.first { $0["endpoint"]?.text == "order" })
    #expect(order["rule"]?.text == "/orders/<int:number>" && order["view"]?.text == "__main__.order")
    #expect(order["methods"]?.items.map(\.text) == ["GET", "HEAD", "OPTIONS", "POST"])
    #expect(rows.texts("application", "rule").contains(["shop", "/stock/"]))
    #expect(rows.texts("application", "endpoint").contains(["admin", "static"]))
    #expect(try target.answer("touched") == "touched")
  }

  @Test func ofThousandsOfURLsTheFirstAreShown() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let target = try python.run("flask_shop", ["7000"], withServers: true)
    defer { target.end() }
    let map = try target.fact("flask", "urls")
    #expect(map["urls"]?.items.count == 5000 && map["left_out"]?.number == 2003)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func whatRunsAroundARequestIsShown(_ python: PythonInterpreter) throws {
    let target = try python.run("flask_shop", withServers: true)
    defer { target.end() }
    let rows = try #require(try target.fact("flask", "middleware")["middleware"])
    #expect(
      rows.texts("stage", "blueprint", "function") == [
        ["around wsgi_app", nil, "__main__.Prefix"], ["around wsgi_app", nil, "__main__.timed.<locals>.serve"],
        ["before request", nil, "__main__.authenticate"], ["after request", "stock", "__main__.count"],
        ["teardown of request", nil, "__main__.close"], ["error 404", nil, "__main__.missing"],
        ["error builtins.ValueError", nil, "__main__.invalid"],
      ])
    #expect(try target.answer("touched") == "touched")
  }

  @Test func workersOfAServerAreRead() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.13" })
    let server = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let held = try server.hold("/hold/orders")
    // A worker that is only starting has not imported it yet.
    let run = try eventually { () -> IspyRun? in
      let run = try IspyRun("run", "\(server.pid)/children", "flask", "urls")
      return run.code == 0 ? run : nil
    }
    #expect(run.output.contains("/hold/<what>"), "\(run)")
    #expect(try held.release().contains("orders"))
  }

  @Test func anApplicationWithoutTheFrameworksSaysSo() throws {
    let python = try #require(PythonInterpreter.named("3.12"))
    let target = try python.run("logging_levels")
    defer { target.end() }
    for (plugin, command) in [
      ("django", "settings"), ("django", "urls"), ("django", "middleware"), ("flask", "settings"), ("flask", "urls"),
      ("flask", "middleware"), ("sqlalchemy", "pools"), ("sqlalchemy", "checkouts"),
    ] {
      #expect(try target.refusal(plugin, command).contains("the application does not use \(plugin)"))
    }
  }
}
