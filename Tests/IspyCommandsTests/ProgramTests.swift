import Catalog
import Glibc
import TestSupport
import Testing

@testable import IspyCommands

/// The program itself: what it prints where, and its exit codes.
@Suite struct ProgramTests {
  private struct Run {
    let code: Int32
    let output: String
    let errors: [String]
  }

  /// Runs `ispy` with its two outputs apart; each line of standard error is marked on its way.
  private func ispy(_ words: [String], environment: [String: String] = [:]) throws -> Run {
    let path = try BuiltProgram.path(of: "ispy")
    let script = "{ \"$@\" 2>&3 | sed 's/^/out:/'; exit ${PIPESTATUS[0]}; } 3> >(sed 's/^/err:/')"
    // The marked lines of both arrive in one stream; it ends when both have.
    let child = try ChildProcess(["bash", "-c", script, "bash", path] + words, environment: environment)
    let code = try child.waitForExit()
    let lines = child.transcript.split(separator: "\n", omittingEmptySubsequences: false)
    func marked(_ mark: String) -> [String] {
      lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }
    return Run(code: code, output: marked("out:").joined(separator: "\n"), errors: marked("err:"))
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    let line: String
    let cause: CommandError.Cause
    let message: String
    let hint: String
    var testDescription: String { line }

    init(_ line: String, _ cause: CommandError.Cause, _ message: String, _ hint: String) {
      self.line = line
      self.cause = cause
      self.message = message
      self.hint = hint
    }
  }

  static let mistakes = [
    Mistake("dmup", .usage, "no command dmup", "did you mean dump?"),
    Mistake("shel", .usage, "no command shel", "did you mean shell?"),
    Mistake("fds 1", .usage, "no command fds", "it is one of a plugin: ispy run TARGET process fds"),
    Mistake("dump", .usage, "TARGET is missing", "see: ispy help dump"),
    Mistake("peek 1", .usage, "EXPR is missing", "see: ispy help peek"),
    Mistake("dump 0", .usage, "0 is no pid", "a pid is a positive number; ispy ps lists them"),
    Mistake("dump -7", .usage, "-7 is no pid", "a pid is a positive number; ispy ps lists them"),
    Mistake(
      "dump 1/2", .usage, "1/2 is no target", "a TARGET is a pid, an application's name, or PID/children"),
    Mistake("dump 1 --depth 0", .usage, "--depth is a number from 1 to 20, not 0", "see: ispy help dump"),
    Mistake("dump 1 --dept 5", .usage, "unknown option --dept", "did you mean --depth?"),
    Mistake("ps --jsn", .usage, "unknown option --jsn", "did you mean --json?"),
    Mistake("ps --json=1", .usage, "--json takes no value", "see: ispy help"),
    Mistake("ps 1", .usage, "unexpected 1", "see: ispy help ps"),
    Mistake("ps --values", .usage, "--values needs a value", "one of none|summary|redacted|raw"),
    Mistake("peek 1 a..b", .usage, "a..b: a name behind the dot is missing, at column 3", "see: ispy help peek"),
    Mistake("run", .usage, "run needs TARGET PLUGIN COMMAND", "see: ispy help run"),
    Mistake("run 1 web", .usage, "name a command of the plugin web", "there is: requests"),
    Mistake("--jsn", .usage, "unknown option --jsn", "did you mean --json?"),
    Mistake("--frobnicate ps", .usage, "unknown option --frobnicate", "see: ispy help"),
    Mistake("peek 1 sys.path[0", .usage, "sys.path[0: a closing ] is missing, at column 11", "see: ispy help peek"),
    Mistake("run 1 proces fds", .notFound, "no plugin proces", "did you mean process?"),
    Mistake("run 1 process fd", .usage, "the plugin process has no command fd", "did you mean fds?"),
    Mistake("completion", .usage, "name a shell: bash, zsh, fish", "see: ispy help completion"),
    Mistake("completion tcsh", .usage, "no completion for tcsh", "there is: bash, zsh, fish"),
    Mistake("help dmup", .usage, "no command dmup", "did you mean dump?"),
    Mistake("dump 2147483647", .noSuchProcess, "no process 2147483647", "ispy ps lists the Python processes"),
  ]

  @Test(arguments: mistakes) func aMistakeIsOneLineAndAHintAndACode(mistake: Mistake) throws {
    let run = try ispy(mistake.line.split(separator: " ").map(String.init))
    #expect(run.code == mistake.cause.rawValue)
    #expect(run.errors == ["ispy: " + mistake.message, "      " + mistake.hint])
    #expect(run.output == "")
  }

  // MARK: - Targets that cannot be read

  @Test func aProcessThatIsNotPythonIsSaid() throws {
    let child = try ChildProcess(["sleep", "60"])
    let run = try ispy(["dump", "\(child.pid)"])
    #expect(run.code == CommandError.Cause.notPython.rawValue)
    #expect(
      run.errors.first
        == "ispy: process \(child.pid) is not Python, or older than 3.7: none of its files has _PyRuntime")
    #expect(run.errors.last == "      ispy ps lists the Python processes")
  }

  @Test func failuresThatDifferAreAllSaid() throws {
    let child = try ChildProcess(["sleep", "60"])
    let run = try ispy(["run", "\(child.pid)", "process", "cwd", "--json"])
    #expect(run.code == 0 && run.errors == [])
    #expect(run.output.contains("\"schema\": \"ispyd.process.cwd/1\""))
    let several = try ispy(["peek", "\(child.pid)", "\(getpid())", "sys.path"])
    #expect(several.code == CommandError.Cause.notPython.rawValue)
    #expect(
      several.errors.first?.contains("\(child.pid)") == true && several.errors.first?.contains("\(getpid())") == true)
  }

  @Test func aPartialResultIsShownWithItsCode() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let target = try python.run("threads.py")
    let other = try ChildProcess(["sleep", "60"])
    let run = try ispy(["dump", "\(target.pid)", "\(other.pid)"])
    #expect(run.code == CommandError.Cause.partial.rawValue)
    #expect(run.output.contains("Process \(target.pid)"))
    #expect(run.output.contains("process \(other.pid) is not Python"))
    #expect(run.errors == [])
  }

  // MARK: - The rest

  @Test func helpAndVersionAreNoFailures() throws {
    #expect(try ispy(["--version"]).output == "ispy \(IspyProgram.version)")
    #expect(try ispy(["-V", "dump"]).code == 0)
    let help = try ispy(["dump", "--help"])
    #expect(help.code == 0 && help.errors == [])
    #expect(try ispy(["help", "dump"]).output == help.output)
    #expect(try ispy(["run", "1", "process", "fds", "-h"]).output == ispy(["help", "process", "fds"]).output)
  }

  @Test func withoutWordsTheOverviewIsShownAsAMistake() throws {
    let run = try ispy([])
    #expect(run.code == CommandError.Cause.usage.rawValue)
    #expect(run.output + "\n" == HelpText(catalog: .standard).overview())
    #expect(try ispy(["--help"]).code == 0)
  }

  @Test func aPageOfDocumentationIsPrinted() throws {
    #expect(try ispy(["__documentation"]).output + "\n" == HelpText(catalog: .standard).page())
  }

  @Test func coloursAreForTerminals() throws {
    let child = try ChildProcess(["sleep", "60"])
    let words = ["doctor", "\(child.pid)"]
    #expect(try !ispy(words, environment: ["TERM": "xterm"]).output.contains("\u{1b}["))
    #expect(try ispy(words + ["--color", "always"]).output.contains("\u{1b}["))
    #expect(try !ispy(words + ["--color", "always", "--no-color"]).output.contains("\u{1b}["))
  }
}
