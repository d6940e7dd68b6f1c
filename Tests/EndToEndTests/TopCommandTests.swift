import Catalog
import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy top` on real processes: on a terminal, and without one.
@Suite(.serialized) struct TopCommandTests {
  private func busy() throws -> PythonTarget {
    try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 11 }).run("shares.py", ["shares"])
  }

  // MARK: - The screen

  @Test func theBusyFunctionIsOnTopAndTheTerminalIsLeftAsItWas() throws {
    let target = try busy()
    defer { target.end() }
    let top = try TopTerminal(["\(target.pid)"])
    defer { top.child.end() }
    let screen = try top.screen("spend") { $0.lines.dropFirst(5).first?.contains("spend") == true }
    #expect(screen.modes.contains(1049) && !screen.modes.contains(25))
    #expect(screen.lines[0].contains("shares \(target.pid), Python 3."))
    #expect(screen.lines[1].contains("of 100 looks/s") && screen.lines[1].contains("% uncertain"))
    #expect(screen.lines[2].contains("CPU ") && screen.lines[2].contains("RSS ") && screen.lines[2].contains("GIL "))
    try top.press("t")
    try top.screen("[Threads]") { $0.text.contains("worker") && $0.text.contains("idle") }
    try top.press("f\r")
    try top.screen("Called by") { $0.text.contains("Called by") && $0.text.contains("sixty") }
    try top.press("q")
    try top.screen("FUNCTION")
    try top.press("q")
    let end = try top.ended()
    #expect(end.code == 0 && end.isAsBefore)
  }

  @Test func requestsFiltersHelpPauseAndSizes() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let held = try server.hold("/hold/one?token=hush-hush-9182")
    let top = try TopTerminal(["\(held.pid)", "--mode", "wall", "--interval", "300ms"])
    defer { top.child.end() }
    try top.screen("a function that waits") { $0.text.contains("hold") && $0.text.contains("gate.py") }
    try top.press("\\wsgi_flask")
    try top.screen("the filter") { grid in
      grid.text.contains("filter: wsgi_flask") && !grid.text.contains("gate.py") && grid.text.contains("wsgi_flask.py")
    }
    try top.press("\r")
    try top.screen("filter wsgi_flask")
    try top.press("\u{1b}")
    try top.screen("all again") { !$0.text.contains("filter wsgi_flask") && $0.text.contains("gate.py") }
    try top.press("N")
    try top.screen("FUNCTION↑")
    try top.press("r")
    try top.screen("GET /hold/one")
    try top.press("p")
    try top.screen("PAUSED")
    try top.press("p?")
    try top.screen("There is no k (kill)")
    try top.press("?t")
    try top.screen("THREAD")
    try top.resize(rows: 10, columns: 40)
    let small = try top.screen("[Thr]", rows: 10, columns: 40)
    #expect(small.lines.allSatisfy { $0.count <= 40 })
    try top.resize(rows: 4, columns: 30)
    try top.screen("too small: 30x4, 36x9 needed", rows: 4, columns: 30)
    try top.resize(rows: 24, columns: 80)
    try top.screen("[Threads]")
    #expect(!top.child.transcript.contains("hush-hush"))
    try top.press("\u{3}")
    let end = try top.ended()
    #expect(end.code == 0 && end.isAsBefore)
    try held.release()
  }

  @Test func aTargetThatIsKilledLeavesItsLastScreen() throws {
    let target = try busy()
    let top = try TopTerminal(["\(target.pid)"])
    defer { top.child.end() }
    try top.screen("spend")
    target.end()
    let last = try top.screen("process \(target.pid) has ended; this is the last screen, q quits")
    #expect(last.text.contains("spend"))
    try top.press("t")
    try top.screen("[Threads]")
    try top.press("q")
    let end = try top.ended()
    #expect(end.code == CommandError.Cause.partial.rawValue && end.isAsBefore)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGINT])
  func aSignalLeavesTheTerminalAsItWas(number: Int32) throws {
    let target = try busy()
    defer { target.end() }
    let top = try TopTerminal(["\(target.pid)"])
    defer { top.child.end() }
    try top.screen("spend")
    kill(top.pid, number)
    let end = try top.ended()
    #expect(end.code == (number == SIGINT ? 0 : 128 + number))
    #expect(end.isAsBefore)
  }

  @Test func itIsSuspendedAndContinued() throws {
    let target = try busy()
    defer { target.end() }
    let child = try ChildProcess(
      ["script", "-qec", "stty rows 24 cols 80; exec bash --norc --noprofile -i", "/dev/null"],
      environment: ["TERM": "xterm", "PS1": "ready> "])
    defer { child.end() }
    func screen(_ wanted: String, where isWanted: @escaping (TerminalGrid) -> Bool) throws {
      try child.output(waitingFor: wanted) { isWanted(TerminalGrid(rows: 24, columns: 80, showing: $0)) }
    }
    try screen("a prompt") { $0.text.contains("ready>") }
    try child.type("\(try IspyRun.path()) top \(target.pid)\r")
    try screen("the screen") { $0.modes.contains(1049) && $0.text.contains("spend") }
    try child.type("\u{1a}")
    try screen("a job that stopped") {
      !$0.modes.contains(1049) && $0.modes.contains(25) && $0.text.contains("Stopped")
    }
    try child.type("fg\r")
    try screen("the screen again") { $0.modes.contains(1049) && $0.lines[0].contains("shares \(target.pid)") }
    try child.type("q")
    try screen("the shell again") { !$0.modes.contains(1049) }
    try child.type("exit\r")
    #expect(try child.waitForExit() == 0)
  }

  @Test func withoutColoursNoneAreSent() throws {
    let target = try busy()
    defer { target.end() }
    for (environment, isColored) in [(["NO_COLOR": "1"], false), ([:], true)] {
      let top = try TopTerminal(["\(target.pid)"], environment: environment)
      defer { top.child.end() }
      let screen = try top.screen("spend")
      let colors = screen.styles.flatMap { $0.split(separator: ";") }.compactMap { Int($0) }.filter { $0 >= 30 }
      #expect(colors.isEmpty != isColored, "\(screen.styles)")
      try top.press("q")
      #expect(try top.ended().code == 0)
    }
  }

  @Test func anErrorIsALineAndNoScreen() throws {
    let top = try TopTerminal(["2147483647"])
    defer { top.child.end() }
    let end = try top.ended()
    #expect(end.code == CommandError.Cause.noSuchProcess.rawValue && end.isAsBefore)
    #expect(top.child.transcript.contains("ispy: no process 2147483647"))
    #expect(!top.child.transcript.contains("\u{1b}[?1049h"))
  }

  // MARK: - Without a terminal

  @Test func aPipeGetsOneSnapshot() throws {
    let target = try busy()
    defer { target.end() }
    let run = try IspyRun("top", "\(target.pid)")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.components(separatedBy: "OWN%").count == 2)
    #expect(run.output.contains("spend") && run.output.contains("THREAD"))
    #expect(!run.output.contains("\u{1b}"))
  }

  @Test func aDumbTerminalGetsOneToo() throws {
    let target = try busy()
    defer { target.end() }
    let top = try TopTerminal(["\(target.pid)"], environment: ["TERM": "dumb"])
    defer { top.child.end() }
    #expect(try top.ended().code == 0)
    #expect(top.child.transcript.contains("spend") && !top.child.transcript.contains("\u{1b}"))
  }

  @Test func aBatchHasAsManySnapshotsAsWereAskedFor() throws {
    let target = try busy()
    defer { target.end() }
    let run = try IspyRun("top", "\(target.pid)", "--batch", "-n", "2", "--interval", "200ms")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.components(separatedBy: "OWN%").count == 3)
  }

  @Test(arguments: PythonInterpreter.installed) func everyLineIsAResult(python: PythonInterpreter) throws {
    let target = try python.run("shares.py", ["shares"])
    defer { target.end() }
    let run = try IspyRun("top", "\(target.pid)", "--json", "-n", "3", "--interval", "500ms")
    #expect(run.code == 0, "\(run.errors)")
    let results = try run.output.split(separator: "\n").map {
      try JSONDecoder().decode(TopResult.self, from: Data($0.utf8))
    }
    #expect(results.count == 3)
    let last = try #require(results.last)
    #expect(last.schema == "ispyd.top/1" && !last.hasEnded && last.unread.isEmpty)
    #expect(last.sampling.secondsSinceStart > results[0].sampling.secondsSinceStart)
    #expect(last.sampling.samples > results[0].sampling.samples)
    let worker = try #require(last.workers.first)
    #expect(worker.pid == target.pid && (worker.residentBytes ?? 0) > 1_000_000)
    #expect(worker.pythonVersion.hasPrefix("\(python.major).\(python.minor).\(python.micro)"))
    #expect((worker.gilPercent == nil) == python.isFreeThreaded)
    #expect(Set(last.threads.compactMap(\.thread.name)).isSuperset(of: ["MainThread", "worker", "idle"]))
    // What the worker does is below `work`, all of it.
    let work = try #require(last.functions.first { $0.function == "work" })
    let spend = try #require(last.functions.first { $0.function == "spend" })
    #expect(spend.sinceStart.own > 0 && spend.sinceStart.total <= work.sinceStart.total + 0.001)
    #expect(Set(spend.callers.map(\.function)).isSubset(of: ["sixty", "thirty", "ten"]))
    let idle = last.threads.first { $0.thread.name == "idle" }?.cpuPercent ?? 0
    #expect(idle < 50)
  }

  @Test func workersComeAndGo() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let child = try ChildProcess([
      try IspyRun.path(), "top", "\(server.pid)/children", "--json", "--batch", "--rate", "10", "--interval", "500ms",
    ])
    defer { child.end() }
    func result(_ line: String) -> TopResult? { try? JSONDecoder().decode(TopResult.self, from: Data(line.utf8)) }
    func next(_ what: String, where isWanted: @escaping (TopResult) -> Bool) throws -> TopResult {
      let line = try child.line(waitingFor: what, within: .seconds(240)) { result($0).map(isWanted) == true }
      return try #require(result(line))
    }
    let two = try Set(next("two workers") { $0.workers.count == 2 }.workers.map(\.pid))
    kill(server.pid, SIGTTIN)
    let three = try Set(next("three workers") { $0.workers.count == 3 }.workers.map(\.pid))
    #expect(three.isSuperset(of: two))
    // gunicorn ends the oldest.
    kill(server.pid, SIGTTOU)
    let change = try next("the end of one") { $0.unread.contains { $0.problem.hasSuffix(" has ended") } }
    let old = try #require(change.unread.first?.pid)
    #expect(two.contains(old))
    let rest = try next("the others alone") { $0.unread.isEmpty }
    #expect(Set(rest.workers.map(\.pid)) == three.subtracting([old]))
    #expect(!rest.hasEnded)
    child.signal(SIGINT)
    #expect(try child.waitForExit() == 0)
  }

  @Test func aBatchEndsWithItsTarget() throws {
    let target = try busy()
    let child = try ChildProcess([
      try IspyRun.path(), "top", "\(target.pid)", "--json", "--batch", "--interval", "200ms",
    ])
    defer { child.end() }
    _ = try child.line()
    target.end()
    _ = try child.line(waitingFor: "the last result") { $0.contains("\"hasEnded\":true") }
    #expect(try child.waitForExit() == CommandError.Cause.partial.rawValue)
  }

  @Test(arguments: [
    (["--mode", "fast"], "--mode is one of"), (["--rate", "0"], "--rate is a number from"),
    (["-n", "0"], "--count is a number from"), (["--interval", "soon"], "--interval is a time"),
  ])
  func wrongWordsNeverTouchATarget(words: [String], message: String) throws {
    let run = try IspyRun(["top", "1"] + words)
    #expect(run.code == CommandError.Cause.usage.rawValue)
    #expect(run.errors.contains(message))
  }
}
