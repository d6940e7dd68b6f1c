import CPython
import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// Probes in real web servers while they serve: every request is answered, the probe sees them, and afterwards all is as it
/// was.
@Suite struct ServerProbeTests {
  private static let kinds = ["watch", "exceptions", "count", "time", "record", "stack", "trace", "profile"]
  /// `PROBE_ROUNDS=200` makes a long run of it.
  private static let rounds = getenv("PROBE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 2

  @Test(arguments: ServerAttachTests.cases)
  func everyKindComesAndGoesUnderLoad(_ tried: ServerAttachTests.Case) throws {
    let server = try WebServer(tried.server, tried.application, on: tried.python)
    let held = try server.hold("/hold/one")
    let probes = try ProbeLink(pid: held.pid)
    #expect(try held.release().contains(" 200 "))
    let place = try Self.place(of: tried, probes)
    let line = try Self.line(of: tried)
    let load = RequestLoad(port: server.port)
    for _ in 0..<Self.rounds {
      for kind in Self.kinds {
        let number = try probes.insert(kind, place) { $0.rate = 1000 }
        if kind != "exceptions" { try Self.waitUntilItSees(kind, number, probes, server, held.pid) }
        try probes.stop(number)
      }
      for kind in ["snapshot", "log"] {
        let number = try probes.insert(kind, "\(tried.application).py:\(line)") {
          if kind == "log" { $0.trees = ["message": .array([.object([.init(key: "text", value: .string("here"))])])] }
        }
        try Self.waitUntilItSees(kind, number, probes, server, held.pid)
        try probes.stop(number)
      }
    }
    // Several at one time.
    for kind in Self.kinds { try probes.insert(kind, place) }
    let outcome = load.finish()
    #expect(outcome.answered > 0)
    #expect(outcome.failures == [], "\(server.transcript)")
    #expect(try probes.agent.detach().isComplete)
    #expect(try server.hold("/hold/two").release().contains(" 200 "), "\(server.transcript)")
  }

  /// The application under the name by which its server has imported it.
  private static func place(of tried: ServerAttachTests.Case, _ probes: ProbeLink) throws -> String {
    for place in ["\(tried.application):application", "uwsgi_file_\(tried.application):application"] {
      if (try? probes.preview(place)) != nil { return place }
    }
    // mod_wsgi names a module after the hash of its path: the function is found by a line of it.
    return "\(tried.application).py:\(try line(of: tried))"
  }

  private static func line(of tried: ServerAttachTests.Case) throws -> Int {
    let lines = try TextFile.read(Checkout.targets + "/web/\(tried.application).py").split(
      separator: "\n", omittingEmptySubsequences: false)
    return try #require(lines.firstIndex { $0.contains("body = ") }) + 1
  }

  private static func waitUntilItSees(
    _ kind: String, _ number: Int, _ probes: ProbeLink, _ server: WebServer, _ pid: Int32
  ) throws {
    _ = try eventually { () -> Bool? in
      let found = try probes.findings(number)
      // A capture into which a collection of garbage falls may come over the ceiling.
      let how = found.probe["ended"]?["how"]?.text
      #expect(how == nil || how == "hits" || how == "ceiling", "\(kind): \(found.probe)")
      let isSeen = !found.records.isEmpty || (found.series.first?["calls"]?.integer ?? 0) > 0
      return isSeen ? true : nil
    }
  }
}
