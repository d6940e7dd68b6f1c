import Foundation
import Profiles
import TestSupport
import Testing

/// Traces, read by the trace viewer of Chrome itself, as Perfetto carries it.
@Suite struct ChromeTraceTests {
  /// In microseconds.
  private struct Slice: Equatable {
    let name: String
    let start: Int
    let length: Int
  }

  private func slices(_ profile: Profile) throws -> [Int: [Slice]] {
    let text = try ProfileFormat.chrome.text(of: profile)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var slices: [Int: [Slice]] = [:]
    for event in try #require(file["traceEvents"] as? [[String: Any]]) where event["ph"] as? String == "X" {
      let start = try #require(event["ts"] as? Int), length = try #require(event["dur"] as? Int)
      slices[try #require(event["tid"] as? Int), default: []].append(
        Slice(
          name: try #require(event["name"] as? String), start: start, length: length))
    }
    return slices
  }

  @Test func aFunctionGoesOnFromOneStackToTheNext() throws {
    let slices = try slices(Samples.shop())
    func time(_ milliseconds: Int) -> Int { milliseconds * 1_000_003 / 1000 }
    // The second charge comes where the first calls itself; checkout goes on though its line moves.
    #expect(
      slices[1] == [
        Slice(name: "run", start: 0, length: time(400)), Slice(name: "checkout", start: 0, length: time(400)),
        Slice(name: "charge", start: 0, length: time(200)),
        Slice(name: "charge", start: time(100), length: time(200) - time(100)),
        Slice(name: "render", start: time(200), length: time(400) - time(200)),
      ])
    // Between 350 and 600 it was not seen: what comes after is anew.
    #expect(slices[2]?.filter { $0.name == "run" }.map(\.start) == [time(50), time(600)])
  }

  @Test func slicesOfATrackLieWithinEachOther() throws {
    for (_, track) in try slices(Samples.hostileShop()) {
      for (index, one) in track.enumerated() {
        for other in track[(index + 1)...] {
          let (first, second) = one.start <= other.start ? (one, other) : (other, one)
          let isApart = first.start + first.length <= second.start
          let isWithin = second.start + second.length <= first.start + first.length
          #expect(isApart || isWithin || first.start == second.start)
        }
      }
    }
  }

  @Test func chromesViewerReadsIt() throws {
    let folder = Checkout.cache + "/venvs/viewers/viewer"
    guard access(folder + "/catapult_trace_viewer.js", R_OK) == 0 else {
      withKnownIssue { Issue.record("not tested: traces in Chrome's viewer (see Scripts/setup/viewers)") }
      return
    }
    let trace = try ProfileFormat.chrome.text(of: Samples.hostileShop())
    let quoted = String(decoding: try JSONEncoder().encode(trace), as: UTF8.self).replacing("<", with: "\\u003c")
    let page = try TextFile.read(folder + "/catapult_trace_viewer.html").replacing(
      "src=\"catapult_trace_viewer.js\"", with: "src=\"file://\(folder)/catapult_trace_viewer.js\"")
    let script = """
      <script>
      addEventListener("load", () => setTimeout(() => {
        const model = new tr.Model(), said = [];
        try {
          new tr.importer.Import(model).importTraces([\(quoted)]);
          said.push(model.importWarnings.length);
          for (const thread of model.getAllThreads().sort((a, b) => a.tid - b.tid)) {
            said.push([thread.parent.pid, thread.name, thread.sliceGroup.slices.length, thread.sliceGroup.slices
              .filter(slice => !slice.parentSlice).length]);
          }
        } catch (error) { said.push(String(error)); }
        document.documentElement.setAttribute("data-said", JSON.stringify(said));
      }, 100));
      </script>
      """
    let document = try Viewer.Document(Array((page + script).utf8), ending: ".html")
    guard let dom = try Viewer.dom(of: document.path, what: "traces in Chrome's viewer") else { return }
    let start = try #require(dom.range(of: "data-said=\"")).upperBound
    let said = String(dom[start...].prefix { $0 != "\"" }).replacing("&quot;", with: "'").replacing("&lt;", with: "<")
      .replacing("&gt;", with: ">")
    let first = "[4711,'worker-1 (4721) \(Samples.hostile[1])',5,1]"
    #expect(said == "[0,\(first),[4712,'\(Samples.hostile[0]) (4722)',5,2]]")
  }

  @Test func theFactsAreInIt() throws {
    let text = try ProfileFormat.chrome.text(of: Samples.shop())
    for fact in Samples.shop().about.words + Samples.shop().about.notes { #expect(text.contains(fact)) }
  }
}
