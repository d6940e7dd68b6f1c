import Testing

@testable import WebRequests

struct ReadingTests {
  @Test func aPathInLatin1IsReadAsUTF8() {
    #expect(ObjectReader.decodeWSGI("/caf\u{c3}\u{a9}") == "/café")
    #expect(ObjectReader.decodeWSGI("/plain") == "/plain")
  }

  @Test func aPathThatIsNoBytesStaysAsItIs() {
    #expect(ObjectReader.decodeWSGI("/€") == "/€")
  }

  @Test func bytesThatAreNoUTF8BecomeReplacements() {
    #expect(ObjectReader.decodeWSGI("/\u{ff}") == "/\u{fffd}")
  }

  @Test(arguments: [
    ("/a%20b", "/a b"), ("/caf%C3%A9", "/café"), ("/100%", "/100%"), ("/%zz", "/%zz"), ("/%4", "/%4"), ("", ""),
    ("/%41%", "/A%"),
  ])
  func percentEscapesAreDecoded(text: String, decoded: String) {
    #expect(ObjectReader.percentDecoded(text) == decoded)
  }

  @Test func headerNamesAreWrittenAsUsual() {
    #expect(ObjectReader.headerName("USER_AGENT") == "User-Agent")
    #expect(ObjectReader.headerName("X_FORWARDED_FOR") == "X-Forwarded-For")
    #expect(ObjectReader.headerName("") == "")
  }

  @Test func theHashOfAScriptIsNoPartOfAName() {
    #expect(ObjectReader.withoutScriptHash("_mod_wsgi_9a17bbcb.hold") == "hold")
    #expect(ObjectReader.withoutScriptHash("shop.views.order") == "shop.views.order")
  }

  @Test func theProtocolsNameIsNoPartOfTheVersion() {
    #expect(ObjectReader.version("HTTP/1.1") == "1.1")
    #expect(ObjectReader.version("gopher") == nil)
    #expect(ObjectReader.version(nil) == nil)
  }
}

struct KnownFrameTests {
  @Test func aFrameIsKnownByTheEndOfItsFileAndItsFunction() throws {
    let known = try #require(
      KnownFrame.of(file: "/venv/lib/python3.11/site-packages/gunicorn/workers/sync.py", function: "handle_request"))
    #expect(known.server == "gunicorn sync")
    #expect(KnownFrame.of(file: "/app/gunicorn_workers_sync.py", function: "handle_request") == nil)
    #expect(KnownFrame.of(file: "/venv/gunicorn/workers/sync.py", function: "accept") == nil)
  }

  @Test func aPathIsAVariableAndItsSteps() {
    #expect(LocalPath(stringLiteral: "self.task.0").local == "self")
    #expect(LocalPath(stringLiteral: "self.task.0").steps == ["task", "0"])
    #expect(LocalPath(stringLiteral: "environ").steps.isEmpty)
  }

  @Test func noFunctionIsKnownTwice() {
    let names = KnownFrame.all.map { $0.file + " " + $0.function }
    #expect(Set(names).count == names.count)
  }

  @Test func everyFileBeginsAtAFolder() {
    #expect(KnownFrame.all.allSatisfy { $0.file.hasPrefix("/") && $0.file.hasSuffix(".py") })
  }
}
