import Foundation
import Profiles
import TestSupport
import Testing

/// Traces, read by Perfetto's own trace processor in a browser, and asked in SQL what is in them.
@Suite struct PerfettoTests {
  private func answer(of trace: String, to query: String) throws -> String? {
    let viewer = Checkout.cache + "/venvs/viewers/viewer"
    guard let assets = realpath(viewer, nil) else {
      withKnownIssue { Issue.record("not tested: traces in Perfetto's trace processor (see Scripts/setup/viewers)") }
      return nil
    }
    defer { free(assets) }
    let engine = String(cString: assets).split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let listener = try LoopbackListener()
    let quoted = String(decoding: try JSONEncoder().encode([trace, query]), as: UTF8.self)
      .replacing("<", with: "\\u003c")
    // The engine speaks TraceProcessorRpcStream (protos/perfetto/trace_processor/trace_processor.proto): append data, end of
    // data, a query; each message is answered by one. What it said is asked of the listener as an address; the picture,
    // which never comes, keeps the page loading until then.
    let page = """
      <!doctype html><script>
      const [trace, query] = \(quoted);
      const varint = n => n < 128 ? [n] : [n % 128 + 128, ...varint(Math.floor(n / 128))];
      const number = (field, value) => [...varint(field * 8), ...varint(value)];
      const bytes = (field, value) => [...varint(field * 8 + 2), ...varint(value.length), ...value];
      const text = value => [...new TextEncoder().encode(value)];
      const message = (order, kind, rest) =>
        new Uint8Array(bytes(1, [...number(1, order), ...number(2, kind), ...rest]));
      const say = words => { new Image().src = "http://127.0.0.1:\(listener.port)/said?" + encodeURIComponent(words); };
      const worker = new Worker("file://\(engine)/engine_bundle.js"), channel = new MessageChannel();
      let replies = 0;
      worker.onerror = error => say("<<" + error.message + ">>");
      channel.port1.onmessage = event => { if (++replies === 3) say(new TextDecoder().decode(event.data)); };
      worker.postMessage(channel.port2, [channel.port2]);
      channel.port1.postMessage(message(0, 1, bytes(101, text(trace))));
      channel.port1.postMessage(message(1, 2, []));
      channel.port1.postMessage(message(2, 3, bytes(103, bytes(1, text(query)))));
      </script><img src="http://127.0.0.1:\(listener.port)/wait">
      """
    let document = try Viewer.Document(Array(page.utf8), ending: ".html")
    let child = try Viewer.browser(document.path)
    defer { child?.end() }
    guard child != nil else { return nil }
    var kept: [LoopbackConnection] = []
    for _ in 0..<4 {
      let connection = try listener.accept(within: .seconds(120))
      kept.append(connection)
      let request = try connection.receive(until: "\r\n\r\n")
      guard let said = request.split(separator: " ").dropFirst().first, said.hasPrefix("/said?") else { continue }
      let words = try #require(String(said.dropFirst(6)).removingPercentEncoding)
      return String(words.split(separator: "<<").last?.split(separator: ">>").first ?? "")
    }
    return nil
  }

  @Test func itReadsEverySlice() throws {
    let trace = try ProfileFormat.chrome.text(of: Samples.hostileShop())
    // The marks are written as numbers, for the answer holds the question too.
    let said = try answer(
      of: trace,
      to: """
        select char(60, 60) || group_concat(line, ' ') || char(62, 62) from (
          select tid || ':' || count(*) || ',' || sum(depth = 0) || ',' || sum(dur) as line
          from slice join thread_track on slice.track_id = thread_track.id join thread using (utid)
          group by tid order by tid
        ) union all
        select char(60, 60) || group_concat(name || ' ' || value, ' ') || char(62, 62) from stats
          where severity != 'info' and value > 0
        """)
    guard let said else { return }
    let file = try #require(try JSONSerialization.jsonObject(with: Data(trace.utf8)) as? [String: Any])
    var expected: [Int: (count: Int, nanoseconds: Int)] = [:]
    for event in try #require(file["traceEvents"] as? [[String: Any]]) where event["ph"] as? String == "X" {
      let tid = try #require(event["tid"] as? Int), length = try #require(event["dur"] as? Int)
      expected[tid, default: (0, 0)].count += 1
      expected[tid, default: (0, 0)].nanoseconds += length * 1000
    }
    let outermost = [1, 2]
    let lines = zip(expected.sorted { $0.key < $1.key }, outermost).map { tid, outer in
      "\(tid.key):\(tid.value.count),\(outer),\(tid.value.nanoseconds)"
    }
    #expect(said == lines.joined(separator: " "))
  }
}
