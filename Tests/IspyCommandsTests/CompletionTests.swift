import Catalog
import Glibc
import TestSupport
import Testing

@testable import IspyCommands

@Suite struct CompletionTests {
  private static let completion = Completion(
    catalog: .standard,
    targets: {
      [
        .init("shop", "gunicorn, 3 processes"), .init("back office", "1 process"),
        .init("localhost:8000:1", "mod_wsgi"),
        .init("4711", "shop gunicorn worker"), .init("4712", "shop gunicorn worker"),
      ]
    })
  private static let targets = ["shop", "back office", "localhost:8000:1", "4711", "4712"]

  private func candidates(_ words: String...) -> [String] { Self.completion.candidates(words) }

  // MARK: - Commands

  @Test func commandsAreOfferedFirst() {
    #expect(candidates("") == Catalog.standard.commands.map(\.specification.name) + HelpText.own.map(\.0))
    #expect(candidates("d") == ["dump", "diff", "doctor", "detach", "deny"])
    #expect(candidates("du") == ["dump"])
    #expect(candidates("x") == [])
    #expect(candidates() == [])
  }

  @Test func commandsAreOfferedBehindCommonOptions() {
    #expect(candidates("--json", "du") == ["dump"])
    #expect(candidates("--values", "raw", "du") == ["dump"])
    #expect(candidates("--values=raw", "du") == ["dump"])
  }

  @Test func nothingIsOfferedForAnUnknownCommand() { #expect(candidates("frobnicate", "") == []) }

  // MARK: - Targets

  @Test(arguments: ["dump", "requests", "doctor", "peek", "shell", "run"]) func targetsAreOffered(command: String) {
    #expect(candidates(command, "") == Self.targets)
    #expect(candidates(command, "47") == ["4711", "4712"])
    #expect(candidates(command, "local") == ["localhost:8000:1"])
  }

  @Test func targetsAreOfferedBehindOptions() {
    #expect(candidates("dump", "--locals", "") == Self.targets)
    #expect(candidates("dump", "--depth", "3", "sh") == ["shop"])
    #expect(candidates("dump", "--depth=3", "sh") == ["shop"])
  }

  @Test func severalTargetsAreOfferedEachOnce() {
    #expect(candidates("dump", "shop", "") == ["back office", "localhost:8000:1", "4711", "4712"])
    #expect(candidates("shell", "shop", "") == [])
    #expect(candidates("ps", "") == [])
  }

  @Test func anExpressionIsNotATarget() { #expect(candidates("peek", "shop", "") == []) }

  @Test func theChildrenOfAProcessAreOffered() {
    #expect(candidates("dump", "4711/") == ["4711/children"])
    #expect(candidates("dump", "4711/ch") == ["4711/children"])
    #expect(candidates("dump", "4711/x") == [])
  }

  // MARK: - Options

  @Test func optionsOfTheCommandAndOfAllAreOffered() {
    #expect(candidates("dump", "--t") == ["--tasks"])
    #expect(candidates("dump", "shop", "--l") == ["--locals", "--length"])
    #expect(candidates("dump", "--js") == ["--json"])
    #expect(candidates("--va") == ["--values"])
    #expect(candidates("ps", "--loc") == [])
  }

  @Test func anOptionIsOfferedOnce() {
    #expect(candidates("dump", "--locals", "--l") == ["--length"])
    #expect(candidates("dump", "-l", "--l") == ["--length"])
    #expect(candidates("dump", "--depth=3", "--d") == [])
    #expect(candidates("dump", "--json", "--js") == [])
  }

  @Test func valuesOfAnOptionAreOffered() {
    #expect(candidates("dump", "--values", "") == ["none", "summary", "redacted", "raw"])
    #expect(candidates("dump", "--values", "r") == ["redacted", "raw"])
    #expect(candidates("dump", "--values=r") == ["--values=redacted", "--values=raw"])
    #expect(candidates("--color", "a") == ["auto", "always"])
    #expect(candidates("dump", "--depth", "") == [])
    #expect(candidates("dump", "--locals=") == [])
    #expect(candidates("dump", "--nothing=") == [])
  }

  @Test func pathsAreOffered() throws {
    let folder = "/tmp/ispy-paths-\(getpid())"
    for name in ["", "/one", "/.hidden"] { mkdir(folder + name, 0o700) }
    for name in ["a.html", "b c.json"] { try TextFile.write("", to: folder + "/" + name) }
    defer {
      for name in ["/a.html", "/b c.json"] { unlink(folder + name) }
      for name in ["/one", "/.hidden", ""] { rmdir(folder + name) }
    }
    #expect(candidates("diff", folder + "/") == ["a.html", "b c.json", "one/"].map { folder + "/" + $0 })
    #expect(candidates("diff", "x", folder + "/a") == [folder + "/a.html"])
    #expect(candidates("diff", "x", "y", folder + "/") == [])
    #expect(candidates("record", "4711", "-o", folder + "/.h") == [folder + "/.hidden/"])
    #expect(candidates("record", "--output=" + folder + "/o") == ["--output=" + folder + "/one/"])
    #expect(candidates("diff", "/nowhere/") == [])
  }

  @Test func behindTwoHyphensNothingIsAnOption() {
    #expect(candidates("dump", "--", "--l") == [])
    #expect(candidates("dump", "--", "sh") == ["shop"])
  }

  // MARK: - Plugins and help

  @Test func runIsCompletedWordByWord() {
    #expect(
      candidates("run", "shop", "") == [
        "process", "python", "web", "profiler", "debugger", "django", "flask", "gc", "logging", "newrelic", "sentry",
        "sqlalchemy",
      ])
    #expect(candidates("run", "shop", "process", "f") == ["fds"])
    #expect(candidates("run", "shop", "nothing", "") == [])
    #expect(candidates("run", "shop", "process", "fds", "--js") == ["--json"])
    #expect(candidates("run", "shop", "web", "requests", "--fo") == ["--follow"])
    #expect(candidates("run", "--values", "raw", "shop", "proc") == ["process"])
    #expect(candidates("run", "shop", "process", "fds", "") == [])
  }

  @Test func helpKnowsItsTopics() {
    #expect(candidates("help", "e") == ["exit-codes"])
    #expect(candidates("help", "g") == ["gc", "gateway"])
    #expect(
      candidates("help", "p") == [
        "ps", "peek", "plugins", "probe watch", "probe snapshot", "probe log", "probe exceptions", "probe count",
        "probe time", "probe trace", "probe stack", "probe profile", "probe record", "probe requests", "probes",
        "probe show", "probe results", "probe inspect", "probe stop", "probe extend", "policy check", "policy explain",
        "policy reload",
        "process", "python", "profiler",
      ])
    #expect(candidates("help", "process", "f") == ["fds"])
    #expect(candidates("help", "dump", "") == [])
    #expect(candidates("completion", "") == ["bash", "zsh", "fish"])
    #expect(candidates("completion", "bash", "") == [])
  }

  @Test func everythingThatIsOfferedIsDescribed() {
    for words in [
      [""], ["dump", ""], ["dump", "--"], ["run", "shop", ""], ["run", "shop", "process", ""], ["help", ""],
    ] {
      for candidate in Self.completion.described(words) { #expect(!candidate.help.isEmpty, "\(candidate.word)") }
    }
  }

  // MARK: - What the shells get

  private func bash(_ line: String, breaks: String = " \t\n\"'><=;|&(:") -> String {
    CompletionReply.text(for: ["bash", line, breaks], Self.completion)
  }

  @Test func bashGetsThePieceBehindItsBreak() {
    #expect(bash("ispy dump localhost:80") == "8000:1\n")
    #expect(bash("ispy dump localhost:8000:") == "1\n")
    #expect(bash("ispy dump --values=re") == "redacted\n")
    #expect(bash("ispy dump localhost:80", breaks: " \t\n=") == "localhost:8000:1\n")
  }

  @Test func bashGetsWhatNeedsNoQuotes() {
    #expect(bash("ispy dump ba") == "back\\ office\n")
    #expect(bash("ispy dump back\\ o") == "back\\ office\n")
    #expect(bash("ispy dump 'back o") == "back office\n")
    #expect(bash("ispy dump \"back o") == "back office\n")
    #expect(bash("ispy dump 'localhost:8") == "localhost:8000:1\n")
  }

  @Test func bashGetsNoDescriptions() {
    #expect(bash("ispy du") == "dump\n")
    #expect(bash("ispy xx") == "")
    #expect(bash("") == "")
  }

  @Test func zshGetsWordsWithDescriptions() {
    let text = CompletionReply.text(for: ["zsh", "dump", "local"], Self.completion)
    #expect(text == "localhost\\:8000\\:1:mod_wsgi\n")
    #expect(CompletionReply.text(for: ["zsh", "dump", "--values", "ra"], Self.completion) == "raw\n")
  }

  @Test func fishGetsWordsWithDescriptions() {
    let text = CompletionReply.text(for: ["fish", "dump", "ba"], Self.completion)
    #expect(text == "back office\t1 process\n")
    #expect(CompletionReply.text(for: ["fish", "completion", "z"], Self.completion) == "zsh\n")
  }

  @Test func anotherShellGetsNothing() {
    #expect(CompletionReply.text(for: ["tcsh", "d"], Self.completion) == "")
    #expect(CompletionReply.text(for: [], Self.completion) == "")
    #expect(throws: CommandError(.usage, "no completion for tcsh", hint: "there is: bash, zsh, fish")) {
      try CompletionScript.text(for: ["tcsh"])
    }
    #expect(throws: CommandError.self) { try CompletionScript.text(for: []) }
    #expect(throws: CommandError.self) { try CompletionScript.text(for: ["bash", "zsh"]) }
  }
}
