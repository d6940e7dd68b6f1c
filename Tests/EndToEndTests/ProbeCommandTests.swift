import Catalog
import Foundation
import Glibc
import TestSupport
import Testing
import Values

/// `ispy probe`, as people give it, on a program that goes on meanwhile (Tests/Targets/till.py).
@Suite struct ProbeCommandTests {
  private static func lines(_ run: IspyRun) throws -> [ProbeResult] {
    try run.output.split(separator: "\n").map { try JSONDecoder().decode(ProbeResult.self, from: Data($0.utf8)) }
  }

  /// What a probe says as JSON lines: the preview, what was found, and the end, with the proof.
  private static func probe(_ words: String..., on target: PythonTarget) throws -> (
    preview: ProbePreview, records: [ProbeRecord], last: ProbeResult
  ) {
    let run = try IspyRun(["--gateway", "none", "--json", "probe", words[0], "\(target.pid)"] + words.dropFirst())
    #expect(run.code == 0, "\(run.errors)")
    let results = try lines(run)
    let last = try #require(results.last)
    #expect(last.isLast)
    #expect(last.processes.map(\.isProven) == [true], "\(last.processes)")
    return (try #require(results.first?.preview), results.dropLast().flatMap(\.records), last)
  }

  private static func line(_ mark: String) throws -> Int {
    let lines = try TextFile.read(Checkout.targets + "/till.py").split(
      separator: "\n", omittingEmptySubsequences: false)
    return try #require(lines.firstIndex { $0.contains(mark) }) + 1
  }

  @Test(arguments: PythonInterpreter.installed)
  func everyKindFindsWhatIsThere(_ python: PythonInterpreter) throws {
    let target = try PythonTarget("till", on: python)
    let watch = try Self.probe("watch", "__main__:pay", "--hits", "2", "--if", "amount > 100", on: target)
    #expect(watch.preview.places.map(\.function) == ["pay"])
    #expect(watch.records.count == 2)
    for record in watch.records {
      let amount = try #require(record.arguments?.first { $0.name == "amount" }?.value)
      #expect(amount.content == .integer("250"), "\(amount)")
      #expect((record.nanoseconds ?? 0) > 0)
    }
    let line = try Self.line("total = amount")
    let snapshot = try Self.probe("snapshot", "till.py:\(line)", "--hits", "1", on: target)
    let names = snapshot.records.first?.locals?.map(\.name) ?? []
    #expect(Set(["amount", "order", "fee"]).isSubset(of: names), "\(names)")
    #expect(snapshot.records.first?.stack?.map(\.function).prefix(2) == ["pay", "serve"])
    let log = try Self.probe("log", "till.py:\(line)", "order {order.number}: {fee}", "--hits", "2", on: target)
    #expect(log.records.compactMap { $0.message.map { ProbeRecord.text($0) } }.allSatisfy { $0.hasPrefix("order ") })
    let errors = try Self.probe("exceptions", "__main__:check", "--hits", "1", on: target)
    #expect(errors.records.first?.exception?.type == "LookupError")
    #expect(errors.records.first?.frames?.map(\.function) == ["find", "check"])
    let stack = try Self.probe("stack", "__main__:find", "--hits", "1", on: target)
    #expect(stack.records.first?.stack?.first?.function == "check")
    let trace = try Self.probe("trace", "__main__:serve", "--hits", "1", on: target)
    let callees = trace.records.first?.tree?.first?.tree.map(\.function) ?? []
    #expect(Set(["pay", "check"]).isSubset(of: callees), "\(callees)")
    let profile = try Self.probe("profile", "__main__:serve", "--hits", "1", on: target)
    #expect(profile.records.first?.functions?.contains { $0.function == "pay" } == true)
    let record = try Self.probe("record", "__main__:pay", "--hits", "3", on: target)
    #expect(record.records.count == 3)
    for kind in ["count", "time"] {
      let counted = try Self.probe(
        kind, "__main__:check", "--for", "2s", "--interval", "1s", "--by", "order.currency", on: target)
      let series = try #require(counted.last.series)
      #expect(Set(series.compactMap { $0.label?.first }) == ["EUR", "USD"], "\(series)")
      #expect(series.allSatisfy { $0.calls > 0 && $0.errors == $0.calls })
      #expect(counted.last.labels == ["currency"])
      #expect(series.allSatisfy { $0.buckets.isEmpty == (kind == "count") })
    }
  }

  /// A card number is in an argument, a local variable, an exception and a return value; it is nowhere in what is shown.
  @Test(arguments: ["watch", "snapshot", "exceptions", "record"], [true, false])
  func noSecretIsShown(_ kind: String, _ isJSON: Bool) throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", on: python)
    let place = kind == "exceptions" ? "__main__:declined" : "__main__:charge"
    let run = try IspyRun(
      ["--gateway", "none"] + (isJSON ? ["--json"] : []) + ["probe", kind, "\(target.pid)", place, "--hits", "1"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("redacted"), "\(run.output)")
    for secret in ["4111111111111111", "4111 1111 1111 1111", "hush-hush-4711"] {
      #expect(!run.output.contains(secret), "\(run.output)")
    }
  }

  @Test func theRightToValuesHolds() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", on: python)
    let run = try IspyRun(
      "--gateway", "none", "--values", "summary", "probe", "watch", "\(target.pid)", "__main__:charge", "--hits", "1")
    #expect(run.code == 0)
    #expect(!run.output.contains("customer-7"), "\(run.output)")
    let raw = try IspyRun(
      "--gateway", "none", "--values", "raw", "probe", "watch", "\(target.pid)", "__main__:charge", "--hits", "1")
    #expect(raw.output.contains("4111111111111111"))
  }

  @Test func aDryRunPutsNothingIn() throws {
    let python = try #require(PythonInterpreter.named("3.13"))
    let target = try PythonTarget("till", on: python)
    let run = try IspyRun("--gateway", "none", "probe", "watch", "\(target.pid)", "__main__:pay", "--dry-run")
    #expect(run.code == 0)
    for word in ["where", "how", "cost", "now", "shows", "times a second"] {
      #expect(run.output.contains(word), "\(run.output)")
    }
    #expect(!run.output.contains("process \(target.pid)"))
  }

  /// Each with what is said of it; nothing is put in.
  @Test func whatCannotBeIsRefusedInWords() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", on: python)
    let cases: [(words: [String], code: Int32, said: String)] = [
      (["watch", "PID", "nowhere"], 64, "LOCATION is module:function"),
      (["watch", "PID", "__main__:nothing"], 1, "has no nothing"),
      (["watch", "PID", "no_such:pay"], 1, "of a module that is imported"),
      (["watch", "PID", "os:open"], 1, "no function of Python's"),
      (["snapshot", "PID", "till.py:3000"], 1, "the nearest lines are"),
      (["snapshot", "PID", "gone.py:3"], 1, "no code of a file gone.py is loaded"),
      (["watch", "PID", "/checkout"], 1, "it has no known routes"),
      (["watch", "PID", "__main__:pay", "--if", "amount >"], 64, "column"),
      (["watch", "PID", "__main__:pay", "--if", "nothing > 1"], 1, "nothing is no parameter of pay"),
      (["watch", "PID", "__main__:pay", "--at", "before", "--if", "@return > 1"], 1, "@return is known when"),
      (["watch", "PID", "__main__:charge", "--if", "card_number == '4'"], 77, "card_number is withheld (card)"),
      (["log", "PID", "__main__:charge", "it is {card_number}"], 77, "card_number is withheld (card)"),
      (["watch", "PID", "__main__:pay", "--cpu", "much"], 64, "--cpu is a part of one core"),
      (["watch", "PID", "__main__:pay", "--cpu", "90"], 74, "--cpu may be 25"),
      (["watch", "PID", "__main__:pay", "--background"], 64, "--background is for a gateway or a shell"),
      (["time", "PID", "__main__:pay", "--to", "nowhere:1"], 64, "graphite"),
      (["count", "PID", "__main__:pay", "--metric", "pay"], 64, "--metric is for what is sent on"),
      (["show", "PID", "77"], 71, "has no probe 77"),
      (["stop", "PID", "some"], 64, "NUMBER"),
    ]
    for one in cases {
      let words = one.words.map { $0 == "PID" ? "\(target.pid)" : $0 }
      let run = try IspyRun(["--gateway", "none", "probe"] + words)
      #expect(run.code == one.code, "\(words): \(run.errors)")
      #expect(run.errors.contains(one.said), "\(words): \(run.errors)")
      #expect(run.output == "", "\(words): \(run.output)")
    }
    // The program has gone on all the time.
    #expect(
      try IspyRun("--gateway", "none", "probe", "count", "\(target.pid)", "__main__:pay", "--for", "1s").code == 0)
  }

  /// A function that is called so often that any probe costs too much.
  @Test func whatWouldCostTooMuchIsRefusedWithWhatWouldFit() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", ["busy"], on: python)
    let run = try IspyRun(
      "--gateway", "none", "probe", "time", "\(target.pid)", "__main__:step", "--cpu", "0.1", "--for", "5s")
    #expect(run.code == 74, "\(run.errors)")
    #expect(run.errors.contains("% of a core"), "\(run.errors)")
    #expect(run.errors.contains("which is enough for"), "\(run.errors)")
  }

  @Test func ctrlCKeepsWhatWasFoundAndTakesTheProbeOut() throws {
    let python = try #require(PythonInterpreter.named("3.13"))
    let target = try PythonTarget("till", on: python)
    let child = try ChildProcess([
      try IspyRun.path(), "--gateway", "none", "probe", "watch", "\(target.pid)", "__main__:pay",
    ])
    _ = try child.line(waitingFor: "first call", where: { $0.contains("took") })
    child.signal(SIGINT)
    #expect(try child.waitForExit() == 0)
    #expect(child.transcript.contains("every function has its own code again, as seen from outside"))
  }

  /// Of a shell: a probe that stays, is listed, shown, prolonged, asked and taken out.
  @Test func aProbeInTheBackgroundIsThereForWhoeverAsks() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", on: python)
    let pid = target.pid
    let shell = try IspyRun(
      "--gateway", "none", "shell",
      input: [
        "probe record \(pid) __main__:pay --hits 5 --background", "probes \(pid)", "probe show \(pid) 1",
        "probe extend \(pid) 1 --for 20m", "probe results \(pid) 1 --follow",
        "probe results \(pid) 1 --like no-such-text-at-all", "probe stop \(pid) 1", "probes \(pid)",
        "exit",
      ])
    #expect(shell.code == 0, "\(shell.errors)")
    #expect(shell.output.contains("1 record __main__:pay: stands"), "\(shell.output)")
    #expect(shell.output.contains("over: it has had its hits, 5 captured"), "\(shell.output)")
    #expect(shell.output.contains("amount = "), "\(shell.output)")
  }

  /// What was captured is walked through frame by frame, and is what redaction left of it.
  @Test func exceptionsAreInspectedFrameByFrame() throws {
    let python = try #require(PythonInterpreter.named("3.13"))
    let target = try PythonTarget("till", on: python)
    let pid = target.pid
    let shell = try IspyRun(
      "--gateway", "none", "shell",
      input: [
        "probe exceptions \(pid) __main__:check --hits 1 --background", "probe results \(pid) 1 --follow",
        "probe inspect \(pid) 1", "frames", "locals", "print order.currency", "up", "print order.number", "up",
        "locals",
        "down", "frame 99", "print card_number", "nonsense", "exit",
        "probe exceptions \(pid) __main__:declined --hits 1 --background", "probe results \(pid) 2 --follow",
        "probe inspect \(pid) 2", "list", "locals", "exit", "exit",
      ])
    #expect(shell.code == 0, "\(shell.errors)")
    for said in [
      "LookupError('no article", "> 0 find at", "  1 check at", "order = Order(", "> 1 check at",
      "of this frame no variables were captured", "there are the frames 0 to", "no such thing was captured",
      "there is no nonsense", "card_number = <redacted:card",
    ] {
      #expect(shell.output.contains(said), "\(said): \(shell.output)")
    }
    #expect(!shell.output.contains("4111"), "\(shell.output)")
  }

  /// A message in the application's own log, without the card number.
  @Test func aMessageGoesIntoTheApplicationsLog() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", ["logging"], on: python)
    let run = try IspyRun(
      "--gateway", "none", "probe", "log", "\(target.pid)", "__main__:charge", "{customer}: {note}", "--logger", "till",
      "--hits", "1")
    #expect(run.code == 0, "\(run.errors)")
    let line = try target.line()
    #expect(line.hasPrefix("INFO till customer-7: paid with <redacted:card"), "\(line)")
  }

  /// What nobody handles, by the handlers of the frameworks and by threads that end so.
  @Test func exceptionsAreFoundEverywhere() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let target = try PythonTarget("till", ["unhandled"], on: python)
    let found = try Self.probe("exceptions", "everywhere", "--hits", "1", on: target)
    #expect(found.preview.places.contains { $0.function == "Thread.run" }, "\(found.preview)")
    #expect(found.records.first?.exception?.type == "ZeroDivisionError", "\(found.records)")
    let other = try IspyRun("--gateway", "none", "probe", "watch", "\(target.pid)", "everywhere")
    #expect(other.code == 64)
  }

  /// Of several workers the first has it alone for a while.
  @Test func aProbeIsTriedInOneProcessFirst() throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let targets = try (0..<3).map { _ in try PythonTarget("till", on: python) }
    let run = try IspyRun(
      ["--gateway", "none", "--json", "probe", "watch"] + targets.map { "\($0.pid)" }
        + ["__main__:pay", "--canary", "2s", "--for", "5s"])
    #expect(run.code == 0, "\(run.errors)")
    let results = try Self.lines(run)
    let first = results.flatMap(\.records).first?.pid
    #expect(first == targets[0].pid)
    #expect(Set(results.flatMap(\.records).compactMap(\.pid)) == Set(targets.map(\.pid)))
    #expect(results.last?.processes.map(\.isProven) == [true, true, true])
  }
}
