import CPython
import Foundation
import Glibc
import JSON
import TestSupport
import Testing

@testable import Attaching

/// What probes must never do: harm a call, outlast whoever put them there, or take more than they may.
@Suite struct ProbeSafetyTests {
  private static let kinds = ["watch", "exceptions", "time", "record", "trace", "stack"]

  /// The calls that a probe has seen begin come to their end as they would have, with the agent gone meanwhile.
  @Test(arguments: PythonInterpreter.everywhere)
  func aCallThatIsRunningWhenTheAgentGoesEndsAsItWould(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    for kind in Self.kinds { try probes.insert(kind, "held") }
    try probes.call("hold")
    try probes.call("hold-failing")
    #expect(try probes.agent.detach().isComplete)
    try probes.call("release")
    try probes.call("clean")
  }

  /// So does one that began while calls were counted for a judgement, and ends long after the agent.
  @Test(arguments: PythonInterpreter.everywhere)
  func aCallThatWasTimedForAJudgementEndsAsItWould(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let held = Thread {
      usleep(300_000)
      _ = try? target.send("hold")
      _ = try? target.send("hold-failing")
    }
    held.start()
    _ = try probes.agent.link.work("probe health", as: "probe", ["place": "__main__:held"])
    #expect(try target.line() == "done hold")
    #expect(try target.line() == "done hold-failing")
    #expect(try probes.agent.detach().isComplete)
    // Until what counts calls itself overdue.
    usleep(3_500_000)
    try probes.call("release")
    try probes.call("clean")
  }

  /// Nobody renews it: within a second all is as it was.
  @Test(arguments: PythonInterpreter.everywhere)
  func theEndOfTheConnectionTakesProbesOut(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    do {
      let probes = try ProbeLink(target)
      for kind in Self.kinds { try probes.insert(kind, "plain") }
      try probes.insert("snapshot", "probed.py:\(try ProbedLines().line(of: "direct", "plain"))")
      try probes.call("direct")
    }
    _ = try eventually { try Self.isClean(target) ? true : nil }
    try Self.call("direct", target)
  }

  /// Whoever attached is killed while calls run through every kind of probe.
  @Test(arguments: PythonInterpreter.installed)
  func killingWhoeverAttachedTakesProbesOut(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let line = try ProbedLines().line(of: "direct", "plain")
    for round in 0..<5 {
      let attacher = try OutsideAttacher.start(target.pid)
      _ = try attacher.line(waitingFor: "attached", where: { $0.hasPrefix("attached") })
      for place in ["watch __main__:plain", "time __main__:plain", "snapshot probed.py:\(line)"].dropFirst(round % 3) {
        try attacher.send("probe \(place)")
        #expect(try attacher.line(waitingFor: "probed", where: { $0.hasPrefix("probe") }) == "probe stands")
      }
      try target.send("spin")
      attacher.signal(SIGKILL)
      #expect(try target.line() == "done spin")
      _ = try eventually { try Self.isClean(target) ? true : nil }
    }
  }

  /// A child that was forked meanwhile has no agent: what its calls find overdue they undo.
  @Test(arguments: PythonInterpreter.installed.filter { !$0.name.hasSuffix("t") })
  func aForkedChildTakesProbesOutItself(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    try probes.agent.link.renew(2)
    try probes.insert("watch", "plain")
    try probes.insert("time", "plain")
    try probes.insert("snapshot", "probed.py:\(try ProbedLines().line(of: "direct", "plain"))")
    try target.send("child")
    // Its parent's agent is renewed all the time.
    let end = ContinuousClock.now + .seconds(4)
    while ContinuousClock.now < end {
      try probes.agent.link.renew()
      usleep(200_000)
    }
    #expect(try target.line() == "done child")
    #expect(try probes.findings(1).probe["ended"] == .some(.null))
    #expect(try probes.agent.detach().isComplete)
    try Self.call("clean", target)
  }

  /// A probe that is hit as fast as Python can takes its share and no more, and goes.
  @Test(arguments: PythonInterpreter.installed, ["time", "watch", "snapshot"])
  func whatComesOverItsShareIsTakenOut(_ python: PythonInterpreter, _ kind: String) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let place = kind == "snapshot" ? "probed.py:\(try ProbedLines().line(of: "direct", "plain"))" : "plain"
    let number = try probes.insert(kind, place) {
      $0.share = 0.001
      $0.cost = 1000
      $0.hits = 100_000
      $0.rate = 1
    }
    try probes.call("spin")
    let probe = try probes.findings(number).probe
    #expect(probe["ended"]?["how"]?.text == "budget", "\(probe)")
    #expect(probe["isOut"] == .bool(true))
    #expect(try probes.agent.isUndone())
    try probes.call("clean")
  }

  @Test(arguments: PythonInterpreter.installed)
  func ofManyThreadsNoneGetsMoreThanTheHits(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let number = try probes.insert("watch", "plain") {
      $0.hits = 37
      $0.rate = 1000
      $0.share = 1
      $0.cost = 1
    }
    try probes.call("all-threads")
    let found = try probes.findings(number)
    #expect(found.records.count == 37, "\(found.probe)")
    #expect(found.probe["ended"]?["how"]?.text == "hits", "\(found.probe)")
    // All calls are counted, by whichever thread.
    let counts = try probes.insert("count", "plain") {
      $0.share = 100
      $0.cost = 1
    }
    try probes.call("all-threads")
    #expect(try probes.findings(counts).series.first?["calls"]?.integer == 16000)
    #expect(try probes.agent.detach().isComplete)
    try Self.call("clean", target)
  }

  /// One hit that takes long is the last.
  @Test(arguments: PythonInterpreter.installed)
  func oneHitOverTheCeilingIsTheLast(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let number = try probes.insert("watch", "plain")
    // What a capture can take is bounded; so the ceiling is let down to it.
    _ = try probes.agent.link.connection.call("load", ["source": "CEILING = 1000"])
    try probes.call("direct")
    #expect(try probes.findings(number).probe["ended"]?["how"]?.text == "ceiling")
    try probes.call("clean")
    #expect(try probes.agent.detach().isComplete)
  }

  /// An exception of the application's that comes while a capture is made goes where it belongs.
  @Test(arguments: PythonInterpreter.installed)
  func theExceptionOfASignalsHandlerArrives(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    try probes.insert("watch", "plain") {
      $0.hits = 100_000
      $0.rate = 1_000_000
      $0.share = 100
    }
    try probes.insert("snapshot", "probed.py:\(try ProbedLines().line(of: "direct", "plain"))") {
      $0.hits = 100_000
      $0.rate = 1_000_000
      $0.share = 100
    }
    try probes.call("interrupted")
    #expect(try probes.agent.detach().isComplete)
    try Self.call("clean", target)
  }

  @Test(arguments: PythonInterpreter.installed)
  func aRecursionComesAsDeep(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    for kind in ["watch", "time"] {
      let number = try probes.insert(kind, "deep") { $0.share = 1 }
      try probes.call("deep")
      try probes.stop(number)
    }
    #expect(try probes.agent.detach().isComplete)
  }

  /// Several of them on one function, and the debugger's, go in any order.
  @Test(arguments: PythonInterpreter.installed)
  func probesOnOneFunctionGoInAnyOrder(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("probed", on: python)
    let probes = try ProbeLink(target)
    let line = try ProbedLines().line(of: "direct", "plain")
    let first = try probes.insert("watch", "plain")
    _ = try probes.agent.link.run(
      "debugger insert", as: "change", DebuggerOrder(place: "__main__:plain", for: 600))
    let second = try probes.insert("snapshot", "probed.py:\(line)")
    let third = try probes.insert("time", "plain")
    try probes.call("direct")
    try probes.stop(first)
    try probes.call("direct")
    try probes.stop(second)
    _ = try probes.agent.link.run("debugger remove", as: "change", ["place": "__main__:plain"])
    try probes.call("direct")
    #expect(try probes.findings(first).records.count == 1)
    #expect(try probes.findings(second).records.count == 2)
    #expect(try probes.findings(third).series.first?["calls"]?.integer == 3)
    try probes.stop(third)
    try probes.call("clean")
    #expect(try probes.agent.detach().isComplete)
  }

  private struct DebuggerOrder: Encodable {
    let place: String
    let `for`: Int
  }

  // MARK: -

  private static func call(_ name: String, _ target: PythonTarget) throws {
    try target.send(name)
    #expect(try target.line() == "done \(name)")
  }

  private static func isClean(_ target: PythonTarget) throws -> Bool {
    try target.send("clean")
    return try target.line() == "done clean"
  }
}
