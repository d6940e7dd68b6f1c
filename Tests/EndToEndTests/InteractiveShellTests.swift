import Catalog
import Glibc
import TestSupport
import Testing

/// `ispy shell` on a terminal: a real one, made by `script` of util-linux.
@Suite struct InteractiveShellTests {
  /// What the terminal showed, without the sequences that move its cursor.
  private func shown(_ child: ChildProcess) -> String {
    child.transcript.replacing(/\u{1b}\[[?0-9;]*[A-Za-z]/, with: "")
  }

  private func shell(_ arguments: String = "", term: String = "xterm") throws -> ChildProcess {
    try ChildProcess(
      ["script", "-qec", "exec \(try IspyRun.path()) shell \(arguments)", "/dev/null"],
      environment: ["TERM": term, "XDG_STATE_HOME": "/tmp/ispy-state-\(getpid())"])
  }

  @Test func keysEditAndTabCompletes() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("values.py")
    defer { target.end() }
    let child = try shell("\(target.pid)")
    defer { child.end() }
    // Typed out of order and put right: Control-A, Control-E, a completion, a paste in brackets.
    try child.send("eek small\u{1}p\u{5}")
    _ = try child.line(waitingFor: "the value") { $0.contains("42") }
    try child.send("!proc\t")
    try child.send("cw\t")
    _ = try child.line(waitingFor: "a folder") { $0.contains("/") && !$0.contains("(process") }
    try child.send("exit")
    try child.send("\u{1b}[200~peek str_ascii\u{1b}[201~")
    _ = try child.line(waitingFor: "the text") { $0.contains("'hello'") }
    try child.send("exit")
    #expect(try child.waitForExit() == 0)
    let text = shown(child)
    #expect(text.contains("(ispyd:\(target.pid)) "))
    #expect(text.contains("(process:\(target.pid)) "))
  }

  @Test func controlCDropsTheLineAndControlDLeaves() throws {
    let child = try shell()
    defer { child.end() }
    // Its first answer says that it reads the keys.
    try child.send("help")
    _ = try child.line(waitingFor: "help") { $0.contains("exit") }
    try child.send("nonsense\u{3}plugins")
    _ = try child.line(waitingFor: "a plugin") { $0.hasSuffix("web\r") || $0 == "web" }
    // One that comes before the terminal gives every key by itself is turned into something else by the kernel.
    var code: Int32?
    for _ in 0..<60 where code == nil {
      try? child.send("\u{4}")
      code = try? child.waitForExit(within: .seconds(1))
    }
    #expect(code == 0)
    #expect(!shown(child).contains("no command nonsense"))
  }

  @Test func controlCEndsTheCommandAndNotTheShell() throws {
    let python = try #require(PythonInterpreter.withServers.first { $0.name == "3.11" })
    let server = try WebServer("gunicorn-gthread", "wsgi_flask", on: python)
    let held = try server.hold("/hold/one")
    let child = try shell("\(held.pid)")
    defer { child.end() }
    try child.send("requests --follow --interval 50ms")
    _ = try child.line(waitingFor: "the request") { $0.contains("/hold/one") }
    try child.send("\u{3}")
    try child.send("plugins")
    _ = try child.line(waitingFor: "a plugin") { $0.contains("web") }
    try child.send("exit")
    let code = try child.waitForExit()
    #expect(code == 0, "\(code): \(child.transcript)")
    try held.release()
  }

  @Test func aTerminalThatIsLeftIsAsItWas() throws {
    let child = try ChildProcess(
      [
        "script", "-qec",
        "stty -a | md5sum; \(try IspyRun.path()) shell; stty -a | md5sum", "/dev/null",
      ], environment: ["TERM": "xterm"])
    defer { child.end() }
    let before = try child.line(waitingFor: "the modes") { $0.contains("  -") }
    try child.send("exit")
    let after = try child.line(waitingFor: "the modes") { $0.contains("  -") }
    #expect(after.filter { !$0.isWhitespace }.hasSuffix(before.filter { !$0.isWhitespace }))
    child.closeInput()
  }

  @Test func aTerminalWithoutACursorIsReadPlainly() throws {
    let child = try shell(term: "dumb")
    defer { child.end() }
    try child.send("plugins")
    _ = try child.line(waitingFor: "a plugin") { $0.contains("python") }
    try child.send("exit")
    #expect(try child.waitForExit() == 0)
    #expect(!child.transcript.contains("\u{1b}"))
    #expect(child.transcript.contains("(ispyd) "))
  }
}
