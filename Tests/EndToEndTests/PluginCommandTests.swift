import Catalog
import Foundation
import Glibc
import TestSupport
import Testing

/// `ispy run`: every command of the plugins, against what Python and the kernel say.
@Suite struct PluginCommandTests {
  /// What Python says of itself, by the names of the commands.
  private static let truth = """
    import json, os, sys, threading
    print(json.dumps({
        "version": sys.version, "platform": sys.platform, "prefix": sys.prefix, "path": sys.path,
        "executable": sys.executable, "argv": sys.argv, "defaultencoding": sys.getdefaultencoding(),
        "filesystemencoding": sys.getfilesystemencoding(),
        "maxsize": str(sys.maxsize), "maxunicode": str(sys.maxunicode), "modules": sorted(sys.modules),
        "pid": str(os.getpid()), "cwd": os.getcwd()}), flush=True)
    sys.stdin.read()
    """

  private func text(_ pid: Int32, _ plugin: String, _ command: String) throws -> String {
    let run = try IspyRun("run", "\(pid)", plugin, command, "--values", "raw")
    #expect(run.code == 0, "\(command): \(run.errors)")
    return run.output
  }

  @Test(arguments: PythonInterpreter.installed)
  func thePythonPluginSaysWhatPythonSays(python: PythonInterpreter) throws {
    let child = try ChildProcess(python.command + ["-c", Self.truth, "first", "second argument"])
    defer { child.end() }
    let line = try child.line()
    let facts = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    for name in [
      "version", "platform", "prefix", "executable", "defaultencoding", "maxsize", "maxunicode",
      "filesystemencoding",
    ] {
      let expected = try #require(facts[name] as? String)
      #expect(try text(child.pid, "python", name) == expected.replacing("\n", with: "\\n") + "\n", "\(name)")
    }
    for name in ["path", "argv", "modules"] {
      let expected = try #require(facts[name] as? [String])
      #expect(try text(child.pid, "python", name) == expected.map { $0 + "\n" }.joined(), "\(name)")
    }
    #expect(try text(child.pid, "python", "threads").contains("MainThread"))
  }

  @Test(arguments: [["python"], ["python3", "-X", "dev"]]) func theProcessPluginSaysWhatTheKernelSays(
    words: [String]
  ) throws {
    let python = try #require(PythonInterpreter.named("3.11"))
    let program = """
      import os, socket, sys
      os.chdir("/usr")
      held = open("/etc/passwd")
      near, far = socket.socketpair()
      listener = socket.socket(); listener.bind(("127.0.0.1", 0)); listener.listen(1)
      print(listener.getsockname()[1], held.fileno(), flush=True)
      sys.stdin.read()
      """
    let child = try ChildProcess(
      [python.command[0]] + words.dropFirst() + ["-c", program],
      environment: ["GREETING": "hello", "API_TOKEN": "hush-hush-7755"])
    defer { child.end() }
    let told = try child.line().split(separator: " ")
    #expect(try text(child.pid, "process", "pid").contains("pid = \(child.pid)\n"))
    #expect(try text(child.pid, "process", "uid").contains("uid = \(getuid())\n"))
    #expect(try text(child.pid, "process", "euid").contains("uid = \(geteuid())\n"))
    #expect(try text(child.pid, "process", "gid").contains("\(getgid())"))
    #expect(try text(child.pid, "process", "egid").contains("\(getegid())"))
    #expect(try text(child.pid, "process", "cwd") == "/usr\n")
    #expect(try text(child.pid, "process", "cmdline").hasPrefix(python.command[0] + "\n"))
    #expect(try text(child.pid, "process", "environ").contains("GREETING = hello\n"))
    #expect(try text(child.pid, "process", "fds").contains("/etc/passwd"))
    #expect(try text(child.pid, "process", "limits").contains("Max open files"))
    #expect(try text(child.pid, "process", "memory").contains("resident"))
    let sockets = try text(child.pid, "process", "sockets")
    #expect(sockets.contains("127.0.0.1:\(told[0])"), "\(sockets)")
    #expect(sockets.contains("unix"))
    let environ = try IspyRun("run", "\(child.pid)", "process", "environ")
    #expect(environ.output.contains("API_TOKEN = <redacted:"), "\(environ.output)")
    #expect(!environ.output.contains("hush-hush"))
  }

  @Test func everyCommandHasJSON() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    for entry in Catalog.standard.entries {
      // Those of `profiler` build on each other: ProfilerPluginTests.
      // Above `inspect` it is an agent's.
      let specification = entry.specification
      guard let plugin = specification.plugin, specification.place != .direct, specification.rung <= .inspect else {
        continue
      }
      let run = try IspyRun("run", "\(target.pid)", plugin, entry.specification.name, "--json")
      #expect(run.code == 0, "\(entry.specification.name): \(run.errors)")
      let object = try #require(try run.json() as? [String: Any])
      #expect(object["schema"] as? String == entry.specification.schema)
    }
  }

  @Test func aPluginOrCommandThatIsNotThereIsNamed() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    let plugin = try IspyRun("run", "\(target.pid)", "proces", "pid")
    #expect(plugin.code == CommandError.Cause.notFound.rawValue)
    #expect(plugin.errors.contains("did you mean process?"))
    let command = try IspyRun("run", "\(target.pid)", "process", "pidd")
    #expect(command.code == CommandError.Cause.notFound.rawValue || command.code == CommandError.Cause.usage.rawValue)
    #expect(command.errors.contains("did you mean pid?"), "\(command.errors)")
  }
}
