import Catalog
import Glibc
import TestSupport
import Testing

/// Everything that goes wrong is said in one clear line, with a hint where there is something to do, and with an exit code
/// of its own.
@Suite struct FailureTests {
  private static let commands: [[String]] = [["dump"], ["requests"], ["peek"], ["heap"], ["doctor"]]

  /// The words of a command for a target.
  private static func words(_ command: [String], _ target: String) -> [String] {
    command + [target] + (command == ["peek"] ? ["sys.modules"] : [])
  }

  private func expect(
    _ run: IspyRun, _ cause: CommandError.Cause, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(run.code == cause.rawValue, "\(run.output)\(run.errors)", sourceLocation: sourceLocation)
    #expect((run.errors + run.output).contains(part), "\(run.output)\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.split(separator: "\n").count <= 2, "\(run.errors)", sourceLocation: sourceLocation)
  }

  @Test(arguments: commands) func aMissingProcessIsNamed(command: [String]) throws {
    expect(try IspyRun(Self.words(command, "4194303")), .noSuchProcess, "4194303")
  }

  @Test(arguments: commands) func aProcessThatIsNotPythonIsNamed(command: [String]) throws {
    let child = try ChildProcess(["/bin/sleep", "300"])
    defer { child.end() }
    expect(try IspyRun(Self.words(command, "\(child.pid)")), .notPython, "process \(child.pid) is not Python")
  }

  @Test(.enabled(if: isKernelThread(2)), arguments: commands) func aKernelThreadIsNamed(command: [String]) throws {
    expect(try IspyRun(Self.words(command, "2")), .notPython, "kernel thread")
  }

  /// In a PID namespace of its own a machine shows none.
  private static func isKernelThread(_ pid: Int32) -> Bool {
    (try? TextFile.read("/proc/\(pid)/comm")) == "kthreadd\n"
  }

  @Test(arguments: commands) func aZombieIsNamed(command: [String]) throws {
    // A shell that never waits for its child.
    let parent = try ChildProcess(["/bin/sh", "-c", "/bin/sh -c 'echo $$; exec true' & exec sleep 300"])
    defer { parent.end() }
    let pid = try #require(Int32(parent.line()))
    while try !isZombie(pid) { sched_yield() }
    expect(try IspyRun(Self.words(command, "\(pid)")), .zombie, "process \(pid) has ended")
  }

  private func isZombie(_ pid: Int32) throws -> Bool {
    let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw TestSupportError.system(call: "open /proc/\(pid)/stat", errno: errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains(") Z ")
  }

  @Test(.enabled(if: getuid() == 0), arguments: commands)
  func anotherUsersProcessIsNotPermitted(command: [String]) throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    let run = try IspyRun(
      Self.words(command, "\(target.pid)"), through: ["setpriv", "--reuid", "65534", "--clear-groups"])
    expect(run, .notPermitted, command == ["doctor"] ? "try: sudo ispy" : "ispy doctor \(target.pid)")
  }

  @Test(.enabled(if: getuid() == 0)) func rootWithoutTheCapabilityIsTold() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    let run = try IspyRun(
      "doctor", "\(target.pid)",
      through: ["setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-sys_ptrace", "--reuid", "65534"])
    expect(run, .notPermitted, "CAP_SYS_PTRACE")
  }

  @Test(.enabled(if: getuid() == 0)) func whatMayNotBeReadIsListedWithTheReason() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    let run = try IspyRun("ps", "--json", through: ["setpriv", "--reuid", "65534", "--clear-groups"])
    #expect(run.code == 0)
    let row = try #require(
      try run.decoded(as: ProcessListResult.self).processes.first { $0.pid == target.pid })
    #expect(row.pythonVersion == nil)
    #expect(row.problem?.contains("permission denied") == true)
  }

  @Test func aNameThatMatchesNothingSuggestsOthers() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    expect(try IspyRun("dump", "deep_recursoin"), .noSuchTarget, "did you mean deep_recursion?")
    expect(try IspyRun("requests", "nothing-of-the-kind"), .noSuchTarget, "nothing-of-the-kind")
    expect(try IspyRun("dump", "\(target.pid)/children"), .noSuchTarget, "no children")
  }

  @Test func aStoppedProcessIsReadAndNamedSo() throws {
    let target = try #require(PythonInterpreter.named("3.13")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    target.signal(SIGSTOP)
    defer { target.signal(SIGCONT) }
    var run = try IspyRun("dump", "\(target.pid)")
    // The signal takes its time to arrive.
    while run.code == 0 { run = try IspyRun("dump", "\(target.pid)") }
    expect(run, .stopped, "stopped by a signal: nothing of it goes on until kill -CONT \(target.pid)")
    #expect(run.output.contains("descend"))
    #expect(try IspyRun("doctor", "\(target.pid)").output.contains("kill -CONT \(target.pid)"))
  }

  /// Copies of the interpreter and its library that say that they are 3.17.
  private static let forge = """
    import os, sys
    maps = open("/proc/self/maps").read().split()
    files = {os.path.realpath(word) for word in maps if "libpython" in word} | {os.path.realpath(sys.executable)}
    told = sys.hexversion.to_bytes(4, "little")
    changed = 0
    for file in files:
        data = open(file, "rb").read()
        changed += data.count(told)
        copy = os.path.join(sys.argv[1], os.path.basename(file))
        open(copy, "wb").write(data.replace(told, 0x031100F0.to_bytes(4, "little")))
        os.chmod(copy, 0o755)
    assert changed
    print(sys.base_prefix, os.path.basename(os.path.realpath(sys.executable)))
    """

  @Test(arguments: PythonInterpreter.installed.filter { $0.root == nil && $0.minor >= 11 })
  func anUnknownVersionIsRefusedByName(python: PythonInterpreter) throws {
    let folder = "/tmp/ispy-unknown-\(getpid())-\(python.minor)-\(python.micro)"
    mkdir(folder, 0o755)
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    let forger = try ChildProcess(python.command + ["-c", Self.forge, folder])
    let told = try forger.line().split(separator: " ").map(String.init)
    #expect(try forger.waitForExit() == 0)
    let child = try ChildProcess(
      [folder + "/" + told[1], "-c", "import sys; print('ready', flush=True); sys.stdin.read()"],
      environment: ["PYTHONHOME": told[0], "LD_LIBRARY_PATH": folder])
    defer { child.end() }
    #expect(try child.line() == "ready")
    expect(try IspyRun("dump", "\(child.pid)"), .unknownBuild, "3.17")
    expect(try IspyRun("doctor", "\(child.pid)"), .unknownBuild, "3.17")
    let rows = try IspyRun("ps", "--json").decoded(as: ProcessListResult.self).processes
    #expect(rows.first { $0.pid == child.pid }?.problem?.contains("3.17") == true)
  }

  @Test func badArgumentsAreNamed() throws {
    for (words, part) in [
      (["dump"], "TARGET is missing"), (["dump", "1", "--locls"], "--locals"), (["dmp", "1"], "did you mean dump?"),
      (["dump", "1", "--depth", "x"], "--depth"), (["dump", "1", "--depth", "0"], "--depth"), (["dump", "-5"], "-5"),
      (["peek", "1"], "EXPR is missing"), (["requests", "1", "--interval", "-1s"], "--interval"),
      (["run", "1"], "TARGET PLUGIN COMMAND"), (["peek", "1", ""], "EXPR is empty"),
      (["dump", "1/childs"], "PID/children"),
      (["dump", "1", "--values", "secret"], "--values"), (["--values"], "--values"), (["completion", "tcsh"], "tcsh"),
      (["dump", "99999999999999999999"], "99999999999999999999"),
    ] {
      let run = try IspyRun(words)
      let causes: [CommandError.Cause] = words.last == "99999999999999999999" ? [.usage, .noSuchTarget] : [.usage]
      #expect(causes.map(\.rawValue).contains(run.code), "\(words): \(run.errors)")
      #expect(run.errors.contains(part), "\(words): \(run.errors)")
      #expect(run.output.isEmpty, "\(words)")
    }
  }

  @Test func aClosedOutputIsNoCrash() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("threads.py")
    defer { target.end() }
    let path = try IspyRun.path()
    let child = try ChildProcess([
      "/bin/bash", "--norc", "-c",
      "set -o pipefail; \(path) dump --locals \(target.pid) | head -n 1; echo ${PIPESTATUS[0]}",
    ])
    let lines = try [child.line(), child.line()]
    #expect(lines[0].hasPrefix("Process \(target.pid)"))
    #expect(["0", "1"].contains(lines[1]))
    child.end()
  }

  @Test func aTargetThatEndsMeanwhileIsToldFromOneThatFails() throws {
    let python = try #require(PythonInterpreter.named("3.12"))
    let target = try python.run("threads.py", ["200", "20", "sleeping"])
    let path = try IspyRun.path()
    let looker = try ChildProcess([
      "/bin/bash", "--norc", "-c",
      "while \(path) dump --locals \(target.pid) >/dev/null; do echo seen; done 2>&1; echo ended $?",
    ])
    defer { looker.end() }
    #expect(try looker.line() == "seen")
    target.end()
    let last = try looker.line(waitingFor: "the end") { $0.hasPrefix("ended") || $0.hasPrefix("ispy:") }
    // No crash: a partial dump says so by its code, and the next one finds nothing.
    #expect(last.hasPrefix("ispy: ") || last == "ended 0", "\(last)")
    #expect(!looker.transcript.contains("Fatal"))
  }

  @Test func aTargetThatExecsMeanwhileIsNoLongerRead() throws {
    let python = try #require(PythonInterpreter.named("3.12"))
    let child = try ChildProcess(
      python.command + [
        "-c",
        "import os, sys; print('ready', flush=True); sys.stdin.readline(); os.execv('/bin/sleep', ['sleep', '300'])",
      ])
    defer { child.end() }
    #expect(try child.line() == "ready")
    #expect(try IspyRun("dump", "\(child.pid)").code == 0)
    try child.send("go")
    var run = try IspyRun("dump", "\(child.pid)")
    while run.code == 0 || run.code == CommandError.Cause.partial.rawValue { run = try IspyRun("dump", "\(child.pid)") }
    #expect(
      [CommandError.Cause.notPython, .noSuchProcess, .failed].map(\.rawValue).contains(run.code), "\(run.errors)")
    expect(try IspyRun("dump", "\(child.pid)"), .notPython, "is not Python")
  }
}
