import Catalog
import TestSupport
import Testing

/// The plugin `django` on the real package, with traps among what it looks at: nothing of the application is called.
@Suite struct DjangoPluginTests {
  @Test(arguments: PythonInterpreter.withServers)
  func settingsAreShownWithoutSecretsAndNothingIsCalled(_ python: PythonInterpreter) throws {
    let target = try python.run("django_site", ["module"], withServers: true)
    defer { target.end() }
    let settings = try target.fact("django", "settings")
    for (name, expected) in [
      "DEBUG": "off", "ROOT_URLCONF": "shop_urls", "SHOP.limit": "5", "SHOP_TRAP": "<traps.Trap>",
      "SHOP_TEXT": "<traps.TrapText>", "SHOP_CLASS": "traps.Trap", "SHOP_LONG": "<text of 100000 characters>",
      "SHOP_TRAPPED": "<traps.Trapped>", "SHOP_ROUND.round7": "<200 entries>",
      "DATABASES.default.HOST": "db.internal", "DATABASES.default.OPTIONS.timeout": "20",
    ] {
      #expect(settings[name]?.text == expected, "\(name)")
    }
    let token = settings.names.first { $0.hasPrefix("API_TOKENS.<redacted:token") }
    for name in ["SECRET_KEY", "DATABASES.default.PASSWORD", try #require(token)] {
      #expect(settings[name]?.text?.hasPrefix("<redacted:") == true, "\(name) of \(settings.names)")
    }
    #expect(settings["SECRET_KEY_FALLBACKS"]?.items.first?.text?.hasPrefix("<redacted:") == true)
    #expect(settings["CACHE_URL"]?.text?.hasSuffix("@cache.internal/0") == true)
    #expect(settings["USE_TZ"] == nil)
    #expect(try target.fact("django", "settings", "--all")["USE_TZ"] != nil)
    #expect(
      try target.fact("django", "settings", "--below", "DATABASES.default.O").names
        == ["DATABASES.default.OPTIONS.timeout"])
    #expect(try target.answer("touched") == "touched")
  }

  @Test(arguments: PythonInterpreter.withServers)
  func theMapOfURLsIsShownAsFarAsItIsLoaded(_ python: PythonInterpreter) throws {
    let target = try python.run("django_site", ["module"], withServers: true)
    defer { target.end() }
    let map = try target.fact("django", "urls")
    #expect(
      map["urls"]?.texts("pattern", "name", "view") == [
        ["shop/orders/<int:number>/", "shop:order", "__main__.orders"],
        ["shop/about/(?P<page>\\w+)$", "shop:about", "django.views.generic.base.TemplateView"],
        ["", nil, "__main__.orders"],
        ["later/", nil, "not loaded yet: shop_later_urls"],
      ])
    #expect(map["urlconf"]?.text == "shop_urls" && map["left_out"]?.number == 0)
    #expect(try target.answer("touched") == "touched")
    #expect(try target.answer("loaded").hasPrefix("False"))
    #expect(try target.answer("request") == "200")
  }

  @Test func ofThousandsOfURLsTheFirstAreShown() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let target = try python.run("django_site", ["many"], withServers: true)
    defer { target.end() }
    let map = try target.fact("django", "urls")
    #expect(map["urls"]?.items.count == 5000)
    #expect(map["left_out"]?.number == 2004)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func middlewareIsShownAsItIsInstalled(_ python: PythonInterpreter) throws {
    let target = try python.run("django_site", ["module"], withServers: true)
    defer { target.end() }
    for words in [["django", "middleware"], ["django", "middleware", "--everywhere"]] {
      let run = try IspyRun(["run", "\(target.pid)"] + words + ["--json"])
      let middleware = try #require(try run.decoded(as: FactsResult.self).processes.first?.fact)
      #expect(
        middleware["__main__.handler"]?.items.map(\.text) == [
          "django.middleware.security.SecurityMiddleware", "__main__.timing.<locals>.middleware",
          "django.middleware.common.CommonMiddleware",
        ], "\(run)")
      #expect(middleware["MIDDLEWARE"]?.items.count == 3)
    }
    #expect(try target.answer("touched") == "touched")
  }

  /// Defaults of which each is made by a property: those that are plain are shown, and none is asked for.
  @Test(arguments: PythonInterpreter.withServers)
  func defaultsThatAreMadeWhenTheyAreAskedForAreNotMade(_ python: PythonInterpreter) throws {
    let target = try python.run("django_site", ["configured"], withServers: true)
    defer { target.end() }
    let settings = try target.fact("django", "settings", "--all")
    #expect(settings["PLAIN_DEFAULT"]?.text == "as it is" && settings["OLDER_DEFAULT"]?.text == "as it was")
    #expect(settings["MADE_WHEN_ASKED"]?.text == "<builtins.property>")
    #expect(try target.fact("django", "settings")["PLAIN_DEFAULT"] == nil)
    #expect(try target.refusal("django", "urls").contains("not loaded yet"))
    #expect(try target.answer("touched") == "touched")
  }

  @Test(arguments: PythonInterpreter.withServers)
  func whatIsNotLoadedIsSaidAndNotLoaded(_ python: PythonInterpreter) throws {
    let target = try python.run("django_site", ["lazy"], withServers: true)
    defer { target.end() }
    for command in ["settings", "urls", "middleware"] {
      #expect(try target.refusal("django", command).contains("settings are not loaded yet"))
    }
    #expect(try target.answer("loaded") == "False False")
  }

  @Test func workersOfAServerAreRead() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_django", on: python)
    let held = try server.hold("/hold/orders")
    let run = try IspyRun("run", "\(server.pid)/children", "django", "urls")
    #expect(run.code == 0 && run.output.contains("hold/<str:what>"), "\(run)")
    #expect(run.output.contains("django_project.hold"), "\(run)")
    let middleware = try IspyRun("run", "\(server.pid)/children", "django", "middleware")
    #expect(middleware.output.contains("django.middleware.common.CommonMiddleware"), "\(middleware)")
    #expect(try held.release().contains("orders"))
  }
}
