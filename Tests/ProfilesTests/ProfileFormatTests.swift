import Foundation
import Profiles
import Testing

extension ProfileFormat {
  /// The content of a file that is text.
  func text(of profile: Profile) throws -> String { String(decoding: try bytes(of: profile), as: UTF8.self) }

  func text(of comparison: ProfileComparison) throws -> String {
    String(decoding: try bytes(of: comparison) ?? [], as: UTF8.self)
  }
}

@Suite struct ProfileFormatTests {
  /// Two stacks of one thread, with everything in their names that could break a format.
  private var profile: Profile {
    var about = ProfileFacts(mode: .wall, rate: 100)
    about.targets = [ProfileFacts.Target(pid: 4711, application: "shop", python: "3.13.0")]
    var profile = Profile(about: about)
    profile.functions = [
      Profile.Function(name: "main", file: "/srv/app.py", firstLine: 1),
      Profile.Function(name: "</script><script>alert(1)//;\n\"é", file: "/srv/a;b.py", firstLine: 7),
      Profile.Function(name: "[uncertain]", file: "", firstLine: 0, isMark: true),
    ]
    profile.locations = [
      Profile.Location(function: 0, line: 3), Profile.Location(function: 1, line: 9),
      Profile.Location(function: 2, line: 0),
    ]
    profile.nodes = [
      Profile.Node(parent: -1, location: 0), Profile.Node(parent: 0, location: 1), Profile.Node(parent: 0, location: 2),
    ]
    profile.tracks = [Profile.Track(pid: 4711, application: "shop", name: "wor;ker", nativeID: 4713)]
    profile.stacks = [
      Profile.Entry(track: 0, node: 1, count: 3, nanoseconds: 30_000_000),
      Profile.Entry(track: 0, node: 2, count: 1, nanoseconds: 100),
      Profile.Entry(track: 0, node: -1, count: 1, nanoseconds: 5000),
    ]
    return profile
  }

  @Test(arguments: [
    ("a.html", ProfileFormat.html), ("a.speedscope.json", .speedscope), ("a.json", .speedscope),
    ("a.collapsed", .collapsed), ("a.folded", .collapsed), ("a.svg", .svg), ("a.pb.gz", .pprof),
    ("a.trace.json", .chrome),
  ])
  func theEndingNamesTheFormat(path: String, format: ProfileFormat) { #expect(ProfileFormat(path: path) == format) }

  @Test func otherEndingsNameNone() {
    for path in ["a", "html", "a.gz", ""] { #expect(ProfileFormat(path: path) == nil) }
  }

  @Test func collapsedStacksAreALineEach() throws {
    #expect(
      try ProfileFormat.collapsed.text(of: profile) == """
        shop 4711 wor,ker;main (/srv/app.py:3);</script><script>alert(1)//, "é (/srv/a,b.py:9) 30000
        shop 4711 wor,ker;main (/srv/app.py:3);[uncertain] 1
        shop 4711 wor,ker 5

        """)
  }

  @Test func speedscopeHasFramesAndWeights() throws {
    let text = try ProfileFormat.speedscope.text(of: profile)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(file["$schema"] as? String == "https://www.speedscope.app/file-format-schema.json")
    let frames = try #require((file["shared"] as? [String: Any])?["frames"] as? [[String: Any]])
    #expect(frames.map { $0["name"] as? String } == ["main", "</script><script>alert(1)//;\n\"é", "[uncertain]"])
    #expect(frames[0]["line"] as? Int == 3)
    #expect(frames[2]["file"] == nil && frames[2]["line"] == nil)
    let sampled = try #require((file["profiles"] as? [[String: Any]])?.first)
    #expect(sampled["type"] as? String == "sampled")
    #expect(sampled["unit"] as? String == "nanoseconds")
    #expect(sampled["samples"] as? [[Int]] == [[0, 1], [0, 2], []])
    #expect(sampled["weights"] as? [Int] == [30_000_000, 100, 5000])
    #expect(sampled["endValue"] as? Int == 30_005_100)
  }

  @Test func thePageHoldsTheProfileAndNothingElseRuns() throws {
    let page = try ProfileFormat.html.text(of: profile)
    #expect(!page.contains("{{"))
    // The two scripts of the page are all there are: a name ends none of them.
    #expect(page.components(separatedBy: "</script>").count == 3)
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(page.contains("default-src 'none'; script-src 'nonce-") && !page.contains("unsafe-inline"))
    let start = try #require(page.range(of: "<script type=\"application/json\" id=\"profile\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let data = Data(page[start.upperBound..<end.lowerBound].utf8)
    #expect(try JSONDecoder().decode(Profile.self, from: data) == profile)
  }

  @Test(arguments: ProfileFormat.allCases) func anEmptyProfileIsWritten(format: ProfileFormat) throws {
    let empty = Profile(about: ProfileFacts(mode: .cpu, rate: 1))
    #expect(try format == .collapsed ? format.text(of: empty).isEmpty : !format.text(of: empty).isEmpty)
  }
}
