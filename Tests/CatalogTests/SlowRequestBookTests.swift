import Sampling
import Testing

@testable import Catalog
@testable import WebRequests

@Suite struct SlowRequestBookTests {
  private func request(
    _ path: String, _ seconds: Double?, identity: UInt64 = 1, kind: WebRequest.Kind = .http, method: String = "GET"
  ) -> WebRequest {
    WebRequest(
      kind: kind, method: method, path: path, duration: seconds.map { .atLeast($0) } ?? .unknown, identity: identity)
  }

  private func change(_ current: [WebRequest], begun: [WebRequest] = []) -> RequestTracker.Change {
    var change = RequestTracker.Change()
    change.current = current
    change.begun = begun
    return change
  }

  @Test func aSlowOneIsShownAndAFastOneIsNot() {
    var book = SlowRequestBook(slower: 0.5, filter: nil)
    let (fast, slow) = (request("/fast", 0.4, identity: 1), request("/slow", 0.6, identity: 2))
    #expect(book.take(change([fast, slow], begun: [fast, slow]), of: 1, at: 0).isEmpty)
    #expect(book.take(change([fast, slow]), of: 1, at: 0.1).map(\.path) == ["/slow", "/fast"])
    #expect(book.end([fast, slow], of: 1, as: .over).map(\.request.path) == ["/slow"])
    #expect(book.seen == 2 && book.rest().isEmpty)
  }

  @Test func onlyWhatIsMeantIsFollowed() {
    var book = SlowRequestBook(slower: 0.5, filter: RequestFilter("POST /a"))
    let all = [
      request("/a/1", 1, identity: 1, method: "POST"), request("/a/2", 1, identity: 2), request("/b", 1, identity: 3),
      request("/a/3", 1, identity: 4, kind: .websocket, method: "POST"),
    ]
    _ = book.take(change(all, begun: all), of: 1, at: 0)
    #expect(book.rest().map(\.request.path) == ["/a/1"])
    #expect(book.seen == 1)
  }

  @Test func theSameAddressInAnotherProcessIsAnotherRequest() {
    var book = SlowRequestBook(slower: 0.5, filter: nil)
    let one = request("/a", 1)
    _ = book.take(change([one], begun: [one]), of: 1, at: 0)
    _ = book.take(change([one], begun: [one]), of: 2, at: 0)
    #expect(book.end([one], of: 2, as: .processEnded).map(\.pid) == [2])
    #expect(book.rest().map(\.pid) == [1])
  }

  @Test func slowOnesTakeThePlacesOfFastOnesAndWhatDoesNotFitIsCounted() {
    var book = SlowRequestBook(slower: 0.5, filter: nil)
    let fast = (0..<UInt64(SlowRequestBook.limit)).map { request("/fast", 0.1, identity: $0) }
    _ = book.take(change(fast, begun: fast), of: 1, at: 0)
    let slow = (100..<UInt64(103 + SlowRequestBook.limit)).map { request("/slow", 1, identity: $0) }
    _ = book.take(change(fast + slow, begun: slow), of: 1, at: 0.1)
    #expect(book.rest().count == SlowRequestBook.limit)
    #expect(book.overlooked == 3)
    _ = book.take(change(fast + slow), of: 1, at: 0.2)
    #expect(book.overlooked == 3)
    // One that gets a place after all was not overlooked.
    let ended = book.rest().prefix(1).map(\.request)
    _ = book.end(ended, of: 1, as: .over)
    _ = book.take(change(slow.filter { !ended.contains($0) }), of: 1, at: 0.3)
    #expect(book.overlooked == 2)
  }

  @Test func oneThatRunsOnIsShownOnce() {
    var book = SlowRequestBook(slower: 0.5, filter: nil)
    let one = request("/a", 1)
    _ = book.take(change([one], begun: [one]), of: 1, at: 0)
    #expect(book.leave(at: SlowRequestBook.longest - 1).isEmpty)
    #expect(book.leave(at: SlowRequestBook.longest).map(\.outcome) == [.running])
    #expect(book.take(change([one]), of: 1, at: 61).isEmpty)
    #expect(book.rest().isEmpty && book.end([one], of: 1, as: .over).isEmpty)
    // Another one of the same name is followed again.
    _ = book.take(change([one], begun: [one]), of: 1, at: 62)
    #expect(book.rest().count == 1)
  }

  // MARK: - Samples

  private func place(_ line: Int) -> CodePlace { CodePlace(file: "/srv/a.py", function: "f", line: line) }

  private var summary: RequestSummary {
    RequestSummary(
      request("/a", 1), pid: 1, application: Application(name: "shop", server: nil, role: .worker), withHeaders: false)
  }

  @Test func samplesArePutTogether() {
    var samples = RequestSamples()
    for (lines, statement) in [([1, 9], "SELECT ?"), ([2, 9], nil), ([1, 9], "SELECT ?"), ([1, 8], "COMMIT")] {
      samples.add(RequestSample(frames: lines.map(place), statement: statement))
    }
    samples.add(RequestSample(frames: nil, statement: "SELECT unproven"))
    let result = samples.result(summary, .over)
    #expect(result.samples == 4 && result.samplesCut == 0 && result.uncertain == 1)
    #expect(result.places.map(\.frame.line) == [1, 2] && result.places.map(\.samples) == [3, 1])
    #expect(result.heaviest?.frames.map(\.line) == [1, 9] && result.heaviest?.samples == 2)
    #expect(result.statements.map(\.statement) == ["SELECT ?", "COMMIT"])
    #expect(result.statements.map(\.samples) == [2, 1])
  }

  @Test func onlyOfOneThatIsOverTheTimeIsALowerBound() {
    let exact = RequestSummary(
      WebRequest(path: "/a", duration: .exact(2)), pid: 1,
      application: Application(name: nil, server: nil, role: .single), withHeaders: false)
    #expect(RequestSamples().result(exact, .over).request.duration == "atLeast")
    #expect(RequestSamples().result(exact, .running).request.duration == "exact")
  }

  @Test func whatIsTooMuchIsCounted() {
    var samples = RequestSamples()
    for number in 0..<RequestSamples.sampleLimit + 5 {
      let frames = (0..<RequestSample.frameLimit + 3).map(place)
      samples.add(RequestSample(frames: frames, statement: "SELECT a\(number)"))
    }
    let result = samples.result(summary, .running)
    #expect(result.samples == RequestSamples.sampleLimit && result.samplesCut == 5)
    #expect(result.statements.count == RequestSamples.statementLimit)
    #expect(result.statementsCut == RequestSamples.sampleLimit + 5 - RequestSamples.statementLimit)
    #expect(result.heaviest?.frames.count == RequestSample.frameLimit && result.heaviest?.omitted == 3)
  }

  // MARK: - Words

  private func arguments(_ words: String...) throws(CommandError) -> Arguments {
    try Arguments(words, for: CatalogEntry.probeRequests.specification)
  }

  @Test func theRouteIsToldFromTargetsByItsForm() throws {
    #expect(try arguments("shop").all("target") == ["shop"])
    let both = try arguments("shop", "4711/children", "post /orders", "--slower", "500ms")
    #expect(both.all("target") == ["shop", "4711/children"] && both["route"] == "post /orders")
    let plan = try SlowRequestWatch.Plan(both)
    #expect(plan == .init(slower: 0.5, filter: RequestFilter("POST /orders")))
    // In a shell the target is the process that one is connected to.
    #expect(throws: CommandError(.usage, "TARGET is missing", hint: "see: ispy help probe requests")) {
      try arguments("/orders")
    }
    #expect(throws: CommandError.self) { try arguments() }
    #expect(throws: CommandError.self) { try SlowRequestWatch.Plan(arguments("shop", "--slower", "0s")) }
  }
}
