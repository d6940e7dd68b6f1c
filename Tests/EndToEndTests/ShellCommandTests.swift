import Catalog
import TestSupport
import Testing

/// `ispy shell`, by lines from a pipe.
@Suite struct ShellCommandTests {
  private func target() throws -> PythonTarget {
    try #require(PythonInterpreter.named("3.11")).run("values.py")
  }

  @Test func aPipeRunsLineByLine() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun(
      "shell",
      input: [
        "# a comment", "connect \(target.pid)", "peek small", "!python", "platform", "exit", "process pid",
        "shell process", "cwd", "help", "exit", "exit", "peek never",
      ])
    #expect(run.code == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "42")
    #expect(lines.dropFirst().first == "linux")
    #expect(run.output.contains("pid = \(target.pid)"))
    #expect(run.output.contains("Commands of process:"))
    #expect(!run.output.contains("(ispyd"))
  }

  @Test func promptsSayWhereOneIs() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun(
      "shell", input: ["prompt on", "connect \(target.pid)", "!process", "exit", "prompt off", "exit"])
    #expect(run.output == "(ispyd) (ispyd:\(target.pid)) (process:\(target.pid)) (ispyd:\(target.pid)) ")
  }

  @Test func aTargetMayBeNamedAtTheStart() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun("shell", "\(target.pid)", input: ["peek str_ascii", "dump --json"])
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("'hello'\n{\n"))
  }

  @Test func mistakesAreNamedAndTheShellGoesOn() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun(
      "shell",
      input: [
        "pid", "!nothing", "connect", "connect \(target.pid)", "!proces", "dmup", "peek \"unbalanced", "peek none",
      ])
    #expect(run.output == "None\n")
    let errors = run.errors.split(separator: "\n").filter { $0.hasPrefix("ispy: ") }
    #expect(errors.count == 6, "\(run.errors)")
    #expect(run.errors.contains("did you mean process?"))
    #expect(run.errors.contains("did you mean dump?"))
    #expect(run.code == 0)
  }

  @Test func theExitCodeIsThatOfTheLastCommand() throws {
    #expect(try IspyRun("shell", input: ["dump 4194303"]).code == CommandError.Cause.noSuchProcess.rawValue)
    #expect(try IspyRun("shell", "4194303", input: ["exit"]).code == CommandError.Cause.noSuchProcess.rawValue)
  }

  @Test func connectTakesANameThatMeansOne() throws {
    let python = try #require(PythonInterpreter.named("3.12"))
    let child = try ChildProcess(
      ["/bin/sh", "-c", "cd /tmp && exec \"$@\"", "sh"] + python.command + [
        "-c", "import os, sys; print('ready', flush=True); sys.stdin.read()",
      ])
    defer { child.end() }
    _ = try child.line()
    let run = try IspyRun("shell", input: ["connect no-such-application"])
    #expect(run.code == CommandError.Cause.noSuchTarget.rawValue)
  }

  @Test(arguments: PythonInterpreter.withServers.filter { $0.name == "3.11" })
  func connectRefusesANameThatMeansSeveral(python: PythonInterpreter) throws {
    let server = try WebServer("gunicorn-sync", "wsgi_django", on: python)
    let one = try server.hold("/hold/one")
    let two = try server.hold("/hold/two")
    #expect(one.pid != two.pid)
    let run = try IspyRun("shell", "wsgi_django", input: ["exit"])
    #expect(run.code == CommandError.Cause.ambiguousTarget.rawValue, "\(run.errors)")
    #expect(run.errors.contains("\(one.pid)"))
    #expect(run.errors.contains("name one by its pid"))
  }
}
