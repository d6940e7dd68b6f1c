import CPython
import JSON
import TestSupport
import Testing

@testable import Attaching

/// Which calls a probe sees, on every Python: what it cannot see is refused, or said in its preview.
@Suite struct ProbeTruthTests {
  /// A call of Tests/Targets/probed.py, and what is to see it.
  struct Row: Sendable {
    let call: String
    let function: String
    /// Of the statement `y = …` in it; nil where the function is on one line.
    var hits = 1
    /// Calls that were there before are not seen by replaced code.
    var isRunning = false
  }

  static let rows: [Row] = [
    Row(call: "direct", function: "plain"), Row(call: "early", function: "plain"),
    Row(call: "partial", function: "plain"), Row(call: "default", function: "plain"),
    Row(call: "registry", function: "plain"), Row(call: "map", function: "plain"),
    Row(call: "sorted", function: "plain"), Row(call: "thread", function: "plain"),
    Row(call: "decorated", function: "decorated"), Row(call: "one-line", function: "one_line"),
    Row(call: "lambda", function: "quick"), Row(call: "init", function: "Thing.__init__"),
    Row(call: "bound", function: "Thing.method"), Row(call: "method", function: "Thing.method"),
    Row(call: "classmethod", function: "Thing.of_class"), Row(call: "staticmethod", function: "Thing.static"),
    Row(call: "property", function: "Thing.double"), Row(call: "call", function: "Thing.__call__"),
    Row(call: "super", function: "Below.above"), Row(call: "mangled", function: "Below._Below__hidden"),
    Row(call: "closure", function: "make.<locals>.inner"), Row(call: "generator", function: "generator"),
    Row(call: "coroutine", function: "coroutine"), Row(call: "forwarded", function: "forwarded"),
    Row(call: "fails", function: "fails"),
    Row(call: "suspended", function: "generator", isRunning: true),
    Row(call: "running", function: "loops", isRunning: true),
  ]

  @Test(arguments: PythonInterpreter.everywhere)
  func everyCallOfAFunctionIsSeen(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    for row in Self.rows {
      let preview = try probes.preview(row.function)
      #expect(preview["mechanism"]?.text == "code")
      let number = try probes.insert("watch", row.function)
      try probes.call(row.call)
      let found = try probes.findings(number)
      #expect(found.records.count == (row.isRunning ? 0 : 1), "\(row.call) on \(python): \(found)")
      if row.isRunning { #expect(preview.notes.contains { $0.contains("running now") }, "\(row.call): \(preview)") }
      try probes.stop(number)
      // And with nothing in it again.
      try probes.call(row.call)
      #expect(try probes.findings(number).records.count == found.records.count)
    }
    // What cannot be seen is refused, and not deaf.
    let refusal = #expect(throws: AttachError.self) { try probes.preview("asynchronous_generator") }
    #expect("\(refusal as Any)".contains("asynchronous generator"))
    #expect(try probes.agent.detach().isComplete)
  }

  @Test(arguments: PythonInterpreter.everywhere)
  func everyTimeThatALineIsReachedIsSeen(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let hasEvents = !["3.8", "3.9", "3.10", "3.11"].contains(python.name.prefix { $0 != "-" })
    let lines = try ProbedLines()
    for row in Self.rows + [Row(call: "asyncgen", function: "asynchronous_generator")] {
      let name = String(row.function.split(separator: ".").last ?? "")
      let line = try lines.line(of: row.call, name)
      let isLambda = row.call == "lambda"
      if isLambda, !hasEvents {
        #expect(throws: AttachError.self) { _ = try probes.insert("snapshot", "probed.py:\(line)") }
        continue
      }
      let number = try probes.insert("snapshot", "probed.py:\(line)")
      try probes.call(row.call)
      let records = try probes.findings(number).records
      let isSeen = hasEvents || !row.isRunning
      #expect(records.isEmpty == !isSeen, "\(row.call) at line \(line) on \(python): \(records)")
      try probes.stop(number)
      try probes.call(row.call)
      #expect(try probes.findings(number).records.count == records.count, "\(row.call)")
    }
    #expect(try probes.agent.detach().isComplete)
  }
}

/// The lines of Tests/Targets/probed.py.
struct ProbedLines {
  private let lines: [Substring]

  init() throws {
    lines = try TextFile.read(Checkout.targets + "/probed.py").split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The one in a function that its call comes by.
  func line(of call: String, _ name: String) throws -> Int {
    let bare = name.hasPrefix("_Below") ? "__hidden" : name
    let begin = try #require(
      lines.firstIndex { $0.contains("def \(bare)(") || $0.hasPrefix("\(bare) = lambda") }, "\(name)")
    if ["one-line", "lambda"].contains(call) { return begin + 1 }
    let wanted = call == "running" ? "turns.put" : call == "super" ? "found =" : "y = "
    let line = try #require(lines[begin...].firstIndex { $0.contains(wanted) })
    return line + 1
  }
}
