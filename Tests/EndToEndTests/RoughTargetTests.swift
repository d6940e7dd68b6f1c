import Catalog
import Glibc
import TestSupport
import Testing

/// Targets that are in order, but not as one expects them: files that are stripped or gone, namespaces, very many threads,
/// very deep stacks; and an output that takes nothing.
@Suite struct RoughTargetTests {
  /// A Python of which a copy runs from a folder of its own.
  private final class Copy {
    let folder: String
    let child: ChildProcess

    private static let copy = """
      import os, shutil, sys
      maps = open("/proc/self/maps").read().split()
      for file in {os.path.realpath(word) for word in maps if "libpython" in word} | {os.path.realpath(sys.executable)}:
          shutil.copy(file, sys.argv[1])
      print(sys.base_prefix, os.path.basename(os.path.realpath(sys.executable)))
      """
    private static let program = "import sys\ndef copied():\n  print('ready', flush=True); sys.stdin.read()\ncopied()"

    /// - Parameters:
    ///   - prepare: shell commands, run in the folder before the copy starts.
    ///   - through: a shell command that ends by executing its arguments.
    init(of python: PythonInterpreter, prepare: String = "true", through: String = "exec \"$@\"") throws {
      // Digits alone could pass for a card number.
      folder = "/tmp/ispy-copy-\(getpid())-x" + String(UInt64.random(in: 0 ... .max), radix: 36)
      mkdir(folder, 0o755)
      let copier = try ChildProcess(python.command + ["-c", Self.copy, folder])
      let told = try copier.line().split(separator: " ").map(String.init)
      #expect(try copier.waitForExit() == 0)
      #expect(try ChildProcess(["sh", "-c", "cd \"$1\" && " + prepare, "sh", folder]).waitForExit() == 0)
      child = try ChildProcess(
        ["sh", "-c", through, "sh", folder + "/" + told[1], "-c", Self.program],
        environment: ["PYTHONHOME": told[0], "LD_LIBRARY_PATH": folder, "FOLDER": folder])
      #expect(try child.line() == "ready")
    }

    deinit {
      child.end()
      _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit()
    }

    func shell(_ script: String) throws {
      #expect(try ChildProcess(["sh", "-c", "cd \"$1\" && " + script, "sh", folder]).waitForExit() == 0)
    }
  }

  private static let here = PythonInterpreter.installed.filter { $0.root == nil && !$0.isFreeThreaded }
  private static let withoutLinks = [
    "setpriv", "--bounding-set=-sys_admin,-checkpoint_restore", "--inh-caps=-sys_admin,-checkpoint_restore",
  ]

  private func expectRead(
    _ pid: Int32, through: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try IspyRun("dump", "\(pid)", through: through)
    #expect(run.code == 0, "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.output.contains("    copied (<string>:3)"), "\(run.output)", sourceLocation: sourceLocation)
  }

  /// As an upgrade of Python leaves it. Without the capabilities for the kernel's own links to the files, their symbols are
  /// in the process' memory only.
  @Test(.enabled(if: getuid() == 0), arguments: here)
  func filesThatWereReplacedMeanwhileAreNoHindrance(python: PythonInterpreter) throws {
    let copy = try Copy(of: python)
    try copy.shell("for file in *; do cp /bin/true new && mv new \"$file\"; done")
    try expectRead(copy.child.pid)
    try expectRead(copy.child.pid, through: Self.withoutLinks)
    try copy.shell("rm *")
    try expectRead(copy.child.pid, through: Self.withoutLinks)
  }

  @Test(arguments: here) func aStrippedBuildIsRead(python: PythonInterpreter) throws {
    let copy = try Copy(of: python, prepare: "strip --strip-all *")
    try expectRead(copy.child.pid)
  }

  /// As in a container: its files, its processes and its network are its own.
  @Test(.enabled(if: getuid() == 0), arguments: here)
  func aProcessInNamespacesOfItsOwnIsRead(python: PythonInterpreter) throws {
    let hidden = """
      cp -r "$FOLDER" "$FOLDER.files" && mount -t tmpfs tmpfs "$FOLDER" && cp "$FOLDER.files"/* "$FOLDER" && \
      rm -r "$FOLDER.files" && exec "$@"
      """
    let copy = try Copy(
      of: python,
      through:
        "exec unshare --mount --pid --fork --mount-proc --net --uts --ipc --kill-child sh -c '\(hidden)' sh \"$@\"")
    try copy.shell("rm *")
    let rows = try IspyRun("ps", "--json").decoded(as: ProcessListResult.self).processes
    let row = try #require(rows.first { $0.parent == copy.child.pid })
    #expect(row.pythonVersion?.hasPrefix("3.\(python.minor).") == true)
    #expect(row.commandLine.contains(copy.folder))
    try expectRead(row.pid)
    #expect(try IspyRun("run", "\(row.pid)", "process", "pid").output.contains("innermost = 1\n"))
  }

  // MARK: - Size

  private static func target(_ python: String, _ program: String) throws -> ChildProcess {
    let child = try ChildProcess(try #require(PythonInterpreter.named(python)).command + ["-c", program])
    #expect(try child.line(waitingFor: "ready line") { $0 == "ready" } == "ready")
    return child
  }

  @Test func twoThousandThreadsAreAllShown() throws {
    let child = try Self.target(
      "3.13",
      """
      import sys, threading
      threading.stack_size(65536)
      begun = threading.Barrier(2001)
      never = threading.Event()
      def worker():
          begun.wait()
          never.wait()
      for _ in range(2000):
          threading.Thread(target=worker, daemon=True).start()
      begun.wait()
      print("ready", flush=True)
      sys.stdin.read()
      """)
    defer { child.end() }
    let run = try IspyRun("dump", "--json", "\(child.pid)")
    #expect(run.code == 0, "\(run.errors)")
    let process = try #require(try run.decoded(as: DumpResult.self).processes.first)
    #expect(process.threads.count == 2001)
    #expect(process.threads.count { $0.stack.frames.contains { $0.function == "worker" } } == 2000)
  }

  @Test func tenThousandFramesAreWhole() throws {
    let child = try Self.target(
      "3.12",
      """
      import sys
      sys.setrecursionlimit(20000)
      def descend(left):
          if left: return descend(left - 1)
          print("ready", flush=True)
          sys.stdin.read()
      descend(10000)
      """)
    defer { child.end() }
    let run = try IspyRun("dump", "--json", "--locals", "\(child.pid)")
    #expect(run.code == 0, "\(run.errors)")
    let stack = try #require(try run.decoded(as: DumpResult.self).processes.first?.threads.first?.stack)
    #expect(stack.frames.count == 10_002)
    #expect(stack.frames.count { $0.function == "descend" } == 10_001)
  }

  // MARK: - Output

  @Test func anOutputThatTakesNothingIsSaid() throws {
    for (redirection, reason) in [(">/dev/full", "No space left on device"), (">&-", "it is closed")] {
      for words in [["ps"], ["help"], ["--version"], ["completion", "bash"]] {
        let run = try IspyRun(words, through: ["sh", "-c", "exec \"$@\" \(redirection)", "sh"])
        #expect(run.code == 1, "\(words)")
        #expect(run.errors == "ispy: standard output cannot be written: \(reason)\n")
      }
    }
  }

  /// A terminal obeys what is written to it: nothing that was typed, or that a target is called, may reach it as it is.
  @Test func whatIsQuotedInAMistakeIsEscapedAndCut() throws {
    let run = try IspyRun("dump", "shop\u{1b}[2J" + String(repeating: "x", count: 5_000))
    #expect(run.code == CommandError.Cause.noSuchTarget.rawValue)
    #expect(run.errors.contains("shop\\x1b[2J"))
    #expect(!run.errors.contains("\u{1b}"))
    #expect(run.errors.utf8.count < 2_000)
  }
}
