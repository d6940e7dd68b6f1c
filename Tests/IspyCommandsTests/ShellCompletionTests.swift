import Glibc
import TestSupport
import Testing

/// The completion scripts in the shells themselves, with the program that was built.
@Suite struct ShellCompletionTests {
  /// Three applications whose names shells have to quote or would break.
  private final class Applications {
    private let children: [ChildProcess]
    let name: String
    let plain: String

    init() throws {
      name = "s\(getpid())x\(UInt32.random(in: 0 ... 9999))"
      plain = name + "-plain"
      let python = try #require(PythonInterpreter.installed.first { $0.root == nil }).command
      let code = "import sys; print('up', flush=True); sys.stdin.read()"
      let titles = ["gunicorn: worker [\(name) office]", "(wsgi:\(name):80)", "gunicorn: worker [\(plain)]"]
      // `exec -a` gives the process the title that a server would.
      children = try titles.map {
        try ChildProcess(
          ["bash", "-c", "title=$1; shift; exec -a \"$title\" \"$@\"", "bash", $0] + python + ["-c", code])
      }
      for child in children { _ = try child.line(waitingFor: "up") { $0 == "up" } }
    }
  }

  /// What a script of Tests/Fixtures/completion prints for these lines; nil where there is no such shell.
  private func run(_ shell: String, _ options: [String] = [], _ lines: [String]) throws -> [String]? {
    let script = Checkout.root + "/Tests/Fixtures/completion/\(shell).\(shell)"
    let path = try BuiltProgram.folder(of: "ispy") + ":/usr/local/bin:/usr/bin:/bin"
    guard ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains(where: { access($0 + shell, X_OK) == 0 }) else {
      withKnownIssue { Issue.record("not tested: completion in \(shell) (it is not installed)") }
      return nil
    }
    let home = "/tmp/ispy-completion-\(getpid())"
    let child = try ChildProcess(
      [shell] + options + [script] + lines, environment: ["PATH": path, "HOME": home, "XDG_CONFIG_HOME": home])
    #expect(try child.waitForExit() == 0)
    return child.transcript.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func bashOffersWhatItCanPutIn() throws {
    let applications = try Applications()
    let name = applications.name
    let lines = [
      "ispy du", "ispy dump --values=su", "ispy dump --values r", "ispy run 1 process f",
      "ispy dump \(applications.plain)",
      "ispy dump \(name):", "ispy dump \(name):8", "ispy dump \(name)\\ o", "ispy dump '\(name) o", "ispy dump 17/",
      "ispy nothing ", "ispy dump --locals --loc",
    ]
    guard let printed = try run("bash", ["--norc", "--noprofile"], lines) else { return }
    #expect(
      printed == [
        "dump", "summary", "redacted|raw", "fds", applications.plain, "80", "80", "\(name)\\ office", "\(name) office",
        "17/children", "", "", "complete -F _ispy ispy",
      ])
  }

  @Test func zshPutsInWhatIsOffered() throws {
    let applications = try Applications()
    let name = applications.name
    let lines = [
      "ispy du", "ispy dump --values=su", "ispy run 1 process fd", "ispy dump \(applications.plain.dropLast(2))",
      "ispy dump \(name):", "ispy dump \(name)\\ o", "ispy dump 17/", "ispy completion f", "ispy nothing",
    ]
    guard let printed = try run("zsh", ["-d", "-f"], lines) else { return }
    #expect(
      printed == [
        "ispy dump ", "ispy dump --values=summary ", "ispy run 1 process fds ", "ispy dump \(applications.plain) ",
        "ispy dump \(name):80 ", "ispy dump \(name)\\ office ", "ispy dump 17/children ", "ispy completion fish ",
        "ispy nothing",
      ])
  }

  @Test func fishOffersWords() throws {
    let applications = try Applications()
    let name = applications.name
    let lines = [
      "ispy du", "ispy dump --values=su", "ispy dump --values r", "ispy run 1 process f", "ispy dump \(name):",
      "ispy dump \(name)\\ o", "ispy dump '\(name) o", "ispy dump 17/", "ispy nothing ", "ispy d",
    ]
    guard let printed = try run("fish", ["--no-config"], lines) else { return }
    #expect(
      printed == [
        "dump", "--values=summary", "redacted|raw", "fds", "\(name):80", "\(name) office", "\(name) office",
        "17/children", "", "dump|diff|doctor|detach|deny",
      ])
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func theScriptsAreInTheirShellsWords(shell: String) throws {
    let ispy = try BuiltProgram.path(of: "ispy")
    let program = try ChildProcess([ispy, "completion", shell])
    #expect(try program.waitForExit() == 0)
    let file = "/tmp/ispy-completion-\(getpid()).\(shell)"
    try TextFile.write(program.transcript, to: file)
    defer { unlink(file) }
    guard ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains(where: { access($0 + shell, X_OK) == 0 }) else {
      withKnownIssue { Issue.record("not tested: completion in \(shell) (it is not installed)") }
      return
    }
    let check = try ChildProcess([shell, "-n", file])
    #expect(try check.waitForExit() == 0)
    #expect(check.transcript == "")
  }
}
