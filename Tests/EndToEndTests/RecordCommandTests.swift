import Catalog
import Foundation
import Profiles
import TestSupport
import Testing

/// `ispy record` on real processes of every CPython found, held to what is known of the work they do.
@Suite(.serialized) struct RecordCommandTests {
  private func record(_ target: PythonTarget, _ options: String...) throws -> Profile {
    let run = try IspyRun(["record", "--json", "\(target.pid)"] + options)
    #expect(run.code == 0, "\(run.errors)")
    let result = try run.decoded(as: RecordResult.self)
    #expect(result.schema == "ispyd.record/1")
    return result.profile
  }

  /// Names of the functions of every stack, outermost first, with its samples.
  private func stacks(_ profile: Profile) -> [(names: [String], count: Int)] {
    profile.stacks.map { entry in
      (profile.path(to: entry.node).map { profile.functions[profile.locations[$0].function].name }, entry.count)
    }
  }

  /// The share of the CPU that a function and what it called had of what all three did.
  @Test(arguments: PythonInterpreter.installed) func sharesOfKnownWorkAreRight(python: PythonInterpreter) throws {
    let target = try python.run("shares.py", ["shares"])
    defer { target.end() }
    let (profile, totals, count) = try shares(of: target, seconds: 3)
    try expect(totals, count, [("sixty", 0.6), ("thirty", 0.3), ("ten", 0.1)])
    #expect(profile.tracks.map(\.name) == ["worker"])
    #expect(profile.about.targets.first?.python == "\(python.major).\(python.minor).\(python.micro)")
  }

  /// Records the CPU time of the three functions until it is seen in enough samples: on a busy machine the worker has little
  /// of it. The last profile, the time below each function, and the samples of all.
  private func shares(
    of target: PythonTarget, seconds: Int
  ) throws -> (profile: Profile, totals: [String: Double], count: Double) {
    var totals: [String: Double] = [:]
    var count = 0
    for _ in 0..<10 {
      let profile = try record(target, "--mode", "cpu", "-r", "500", "-d", "\(seconds)s", "--thread", "worker")
      for share in profile.functionShares() { totals[share.function.name, default: 0] += Double(share.total) }
      count += profile.stacks.reduce(0) { $0 + $1.count }
      if count > 200 { return (profile, totals, Double(count)) }
    }
    throw NoCPU(samples: count)
  }

  private struct NoCPU: Error { let samples: Int }

  private func expect(_ totals: [String: Double], _ count: Double, _ parts: [(name: String, expected: Double)]) throws {
    let all = parts.reduce(0) { $0 + (totals[$1.name] ?? 0) }
    try #require(all > 0)
    for (name, expected) in parts {
      // Three standard deviations of a share seen in so many samples, and what a slice of the scheduler's is of the whole.
      let allowed = 3 * (expected * (1 - expected) / count).squareRoot() + 0.02
      let share = (totals[name] ?? 0) / all
      #expect(abs(share - expected) < allowed, "\(name): \(share), not \(expected), of \(count)")
    }
  }

  /// On the worst case there is: whatever is not marked is a stack that can be.
  @Test(arguments: PythonInterpreter.installed) func noUnmarkedStackIsImpossible(python: PythonInterpreter) throws {
    let target = try python.run("shares.py", ["calls"])
    defer { target.end() }
    let profile = try record(target, "-r", "1000", "-d", "3s", "--thread", "worker")
    var wrong = 0
    for (names, count) in stacks(profile) where names.last?.hasPrefix("[") != true {
      if !isPossible(names) { wrong += count }
    }
    #expect(profile.about.samples > 100)
    // By its own count it looked, or could not look, for as long as it was told to.
    #expect(abs(profile.about.seconds - 3) < 0.01)
    #expect(wrong == 0, "\(wrong) of \(profile.about.samples)")
  }

  @Test(arguments: PythonInterpreter.installed) func noStackOfAStoppedThreadIsImpossible(
    python: PythonInterpreter
  ) throws {
    let target = try python.run("shares.py", ["calls"])
    defer { target.end() }
    let profile = try record(target, "-r", "2000", "-d", "2s", "--stop", "--thread", "worker")
    #expect(profile.about.samples > 100)
    for (names, _) in stacks(profile) {
      #expect(isPossible(names.filter { !$0.hasPrefix("[") }), "\(names)")
    }
  }

  private func isPossible(_ names: [String]) -> Bool {
    let callers: [String: Set<String>] = [
      "left3": ["left2"], "left2": ["left1", "left_steps"], "left1": ["flutter", "left_steps"],
      "right3": ["right2"], "right2": ["right1", "right_steps"], "right1": ["flutter", "right_steps"],
      "left_steps": ["flutter"], "right_steps": ["flutter"],
    ]
    return zip(names.dropFirst(), names).allSatisfy { callee, caller in
      callers[callee].map { $0.contains(caller) } ?? true
    } && names.first.map { callers[$0] == nil } ?? true
  }

  /// Ten sets of shares that were not chosen by anyone.
  @Test(arguments: 0..<10) func randomSharesAreRight(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let parts = (0..<3).map { _ in Double.random(in: 5...100, using: &random) }
    let python = try #require(PythonInterpreter.installed.filter { $0.root == nil && $0.minor >= 9 }.last)
    let target = try python.run("shares.py", ["shares"] + parts.map { "\($0)" })
    defer { target.end() }
    let (_, totals, count) = try shares(of: target, seconds: 2)
    let all = parts.reduce(0, +)
    try expect(totals, count, zip(["sixty", "thirty", "ten"], parts).map { ($0, $1 / all) })
  }

  /// What weighs a profile of CPU time is the scheduler's own count.
  @Test func weightsOnTheCPUAreThoseOfTheScheduler() throws {
    let target = try target()
    defer { target.end() }
    let first = try record(target, "-d", "1s", "--thread", "worker")
    let tid = try #require(first.tracks.first?.nativeID)
    func spent() throws -> Double {
      let text = try TextFile.read("/proc/\(target.pid)/task/\(tid)/schedstat")
      return Double(text.split(separator: " ")[0]) ?? 0
    }
    var shares: [Double] = []
    // Outside of the recording lie the start and the end of the program that records: on a busy machine they take long.
    while shares.max() ?? 0 < 0.7, shares.count < 5 {
      let before = try spent()
      let profile = try record(target, "--mode", "cpu", "-r", "500", "-d", "4s", "--thread", "worker")
      shares.append(Double(profile.totalNanoseconds) / (try spent() - before))
    }
    #expect(shares.allSatisfy { $0 <= 1 } && shares.max() ?? 0 >= 0.7, "\(shares)")
  }

  @Test func ofTenThousandStoppedStacksNoneIsImpossible() throws {
    let python = try #require(PythonInterpreter.installed.filter { $0.root == nil && $0.minor >= 9 }.last)
    let target = try python.run("shares.py", ["calls"])
    defer { target.end() }
    var seen = 0
    while seen < 10_000 {
      let profile = try record(target, "-r", "20000", "-d", "2s", "--stop", "--thread", "worker")
      seen += profile.about.samples
      #expect(profile.about.uncertain == 0)
      for (names, _) in stacks(profile) { #expect(isPossible(names.filter { !$0.hasPrefix("[") }), "\(names)") }
    }
  }

  @Test func belowOneFunctionOnly() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 11 })
    let target = try python.run("shares.py", ["shares"])
    defer { target.end() }
    let profile = try record(target, "-r", "500", "-d", "2s", "--function", "shares:sixty")
    #expect(!profile.stacks.isEmpty)
    for (names, _) in stacks(profile) { #expect(names.first == "sixty") }
    #expect(profile.about.notes.contains { $0.contains("shares:sixty is") && $0.contains("of its calls were seen") })
  }

  @Test func timeHoldingTheGILIsNotThatOfTheIdle() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 11 })
    let target = try python.run("shares.py", ["shares"])
    defer { target.end() }
    let profile = try record(target, "-r", "500", "-d", "2s", "--mode", "gil")
    let names = Set(profile.stacks.map { profile.tracks[$0.track].name })
    #expect(names.contains("worker"))
    #expect(!names.contains("idle"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func anInterruptKeepsWhatWasGathered(number: Int32) throws {
    let target = try target()
    defer { target.end() }
    let child = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)"])
    defer { child.end() }
    usleep(1_500_000)
    kill(child.pid, number)
    #expect(try child.waitForExit() == 0)
    #expect(child.transcript.contains("samples in"))
    #expect(child.transcript.contains("spend"))
  }

  @Test func aTargetThatEndsIsSaid() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("shares.py", ["shares"])
    let child = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)", "-d", "60s"])
    defer { child.end() }
    usleep(1_500_000)
    target.end()
    #expect(try child.waitForExit(within: .seconds(20)) == 0)
    #expect(child.transcript.contains("process \(target.pid) ended"))
  }

  @Test(arguments: [("exec", true), ("fork", false)]) func aTargetThatBecomesAnotherProgramOrMakesAChild(
    what: String, ends: Bool
  ) throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("lives.py", [what])
    defer { target.end() }
    let child = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)", "-d", "5s", "--json"])
    defer { child.end() }
    usleep(1_500_000)
    target.signal(SIGUSR1)
    #expect(try child.waitForExit(within: .seconds(60)) == 0)
    #expect(child.transcript.contains("\"work\""))
    #expect(child.transcript.contains("process \(target.pid) ended, or became another program") == ends)
  }

  @Test func twoRecordingsOfOneTargetDoNotDisturbEachOther() throws {
    let target = try target()
    defer { target.end() }
    let other = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)", "-d", "2s", "--json"])
    defer { other.end() }
    let profile = try record(target, "-d", "2s")
    #expect(try other.waitForExit(within: .seconds(60)) == 0)
    #expect(other.transcript.contains("\"spend\""))
    #expect(profile.functionShares().contains { $0.function.name == "spend" })
    #expect(profile.about.uncertainShare < 0.05)
  }

  @Test func aRateThatIsNotReachedIsSaid() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun("record", "\(target.pid)", "-d", "1s", "-r", "1000000")
    #expect(run.output.contains("a second of 1000000 asked, "))
    #expect(run.output.contains(" missed"))
  }

  @Test func aTargetStoppedByASignalDoesNotCount() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("shares.py", ["shares"])
    defer { target.end() }
    let child = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)", "-d", "4s", "--json"])
    defer { child.end() }
    usleep(1_000_000)
    kill(target.pid, SIGSTOP)
    usleep(1_500_000)
    kill(target.pid, SIGCONT)
    #expect(try child.waitForExit(within: .seconds(30)) == 0)
    #expect(child.transcript.contains("was suspended for 1."))
    let text = child.transcript
    let start = try #require(text.firstIndex(of: "{")), end = try #require(text.lastIndex(of: "}"))
    let profile = try JSONDecoder().decode(RecordResult.self, from: Data(text[start...end].utf8)).profile
    // Four seconds without the one and a half, of which a tenth passes until it is seen; what a busy machine adds to the
    // pause is more of the same.
    for track in profile.tracks.indices {
      let seen = profile.stacks.filter { $0.track == track }.reduce(0) { $0 + Double($1.nanoseconds) }
      #expect(seen < 2.7e9, "\(profile.tracks[track].name): \(seen)")
    }
  }

  // MARK: - Files

  private func target() throws -> PythonTarget {
    try #require(PythonInterpreter.installed.first { $0.root == nil }).run("shares.py", ["shares"])
  }

  @Test(arguments: [
    ("html", "<!doctype html>"), ("svg", "<svg "), ("json", "{"), ("trace.json", "{\"displayTimeUnit\""),
    ("collapsed", "shares "),
  ])
  func theProfileIsInTheFile(ending: String, beginning: String) throws {
    let target = try target()
    defer { target.end() }
    let path = "/tmp/ispy-record-\(target.pid).\(ending)"
    defer { unlink(path) }
    let run = try IspyRun("record", "\(target.pid)", "-d", "1s", "-o", path)
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.errors == "the profile is in \(path)\n")
    let text = try TextFile.read(path)
    #expect(text.hasPrefix(beginning))
    #expect(text.contains("spend"))
  }

  /// Shares are those of the time that was recorded, whatever the mode.
  @Test(arguments: ["wall", "cpu"]) func theTraceCoversTheTimeThatWasSampled(mode: String) throws {
    let target = try target()
    defer { target.end() }
    let path = "/tmp/ispy-record-\(target.pid).trace.json"
    defer { unlink(path) }
    let run = try IspyRun("record", "\(target.pid)", "-d", "2s", "--mode", mode, "-o", path, "--json")
    #expect(run.code == 0, "\(run.errors)")
    let profile = try run.decoded(as: RecordResult.self).profile
    for track in profile.tracks.indices {
      let runs = profile.runs.filter { $0.track == track }
      let seen = profile.stacks.filter { $0.track == track }.reduce(0) { $0 + $1.nanoseconds }
      let covered = runs.reduce(0) { $0 + $1.nanoseconds }
      // On time as it passes, jitter at both ends; CPU time is laid down as it is.
      let allowed = mode == "cpu" ? 0 : 0.25 * Double(seen) + 20_000_000
      #expect(abs(Double(covered) - Double(seen)) <= allowed, "\(profile.tracks[track].name): \(covered) of \(seen)")
      for (first, second) in zip(runs, runs.dropFirst()) { #expect(first.start + first.nanoseconds <= second.start) }
    }
    #expect(!profile.runs.isEmpty)
    #expect(
      try IspyRun("record", "\(target.pid)", "-d", "200ms", "--json").decoded(as: RecordResult.self).profile.runs
        .isEmpty)
  }

  @Test func aPipeIsWrittenInto() throws {
    let target = try target()
    defer { target.end() }
    let child = try ChildProcess([
      "/bin/sh", "-c", "\"$0\" record \"$1\" -d 1s --format pprof -o /dev/fd/3 3>&1 >/dev/null | gzip -dc | wc -c",
      try IspyRun.path(), "\(target.pid)",
    ])
    defer { child.end() }
    #expect(try child.waitForExit() == 0)
    let count = child.transcript.split(separator: "\n").last.flatMap { Int($0.filter(\.isNumber)) }
    #expect(try #require(count) > 200, "\(child.transcript)")
  }

  @Test func aFileThatCannotBeWrittenIsSaidBeforeSampling() throws {
    let target = try target()
    defer { target.end() }
    for path in ["/nowhere/a.html", "/proc/a.html"] {
      // It would go on for an hour.
      let run = try IspyRun(["record", "\(target.pid)", "-d", "1h", "-o", path], within: .seconds(20))
      #expect(run.code == CommandError.Cause.failed.rawValue)
      #expect(run.errors.contains("cannot write \(path)"))
      #expect(run.output.isEmpty)
    }
    let nameless = try IspyRun(["record", "\(target.pid)", "-d", "1h", "-o", "/tmp/a.foo"], within: .seconds(20))
    #expect(nameless.code == CommandError.Cause.usage.rawValue)
  }

  @Test func aFullDiskDoesNotLoseTheProfile() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun("record", "\(target.pid)", "-d", "1s", "--format", "html", "-o", "/dev/full")
    #expect(run.code == CommandError.Cause.failed.rawValue)
    #expect(run.errors.contains("cannot write /dev/full: No space left on device"))
    #expect(run.output.contains("samples in"))
    let place = try #require(run.errors.split(separator: " ").last { $0.hasPrefix("/") }).split(separator: "\n")[0]
    defer { unlink(String(place)) }
    #expect(try TextFile.read(String(place)).hasPrefix("<!doctype html>"))
  }

  @Test func anotherFileOfThatNameStaysUntilTheNewOneIsWhole() throws {
    let target = try target()
    defer { target.end() }
    let path = "/tmp/ispy-record-old-\(target.pid).collapsed"
    let file = open(path, O_WRONLY | O_CREAT, 0o644)
    _ = write(file, "before", 6)
    close(file)
    defer { unlink(path) }
    let child = try ChildProcess([try IspyRun.path(), "record", "\(target.pid)", "-o", path])
    defer { child.end() }
    usleep(1_000_000)
    #expect(try TextFile.read(path) == "before")
    kill(child.pid, SIGINT)
    #expect(try child.waitForExit() == 0)
    #expect(try TextFile.read(path).contains("spend"))
  }

  @Test(arguments: [
    (["--mode", "fast"], "--mode is one of"), (["--rate", "0"], "--rate is a number from"),
    (["--function", "checkout"], "--function is MODULE:QUALNAME"), (["--duty", "10s/1s"], "--duty is"),
  ])
  func wrongWordsNeverTouchATarget(words: [String], message: String) throws {
    let run = try IspyRun(["record", "1"] + words)
    #expect(run.code == CommandError.Cause.usage.rawValue)
    #expect(run.errors.contains(message))
  }
}
