import Catalog
import Glibc
import TestSupport
import Testing

/// What `ispy` does to a target, by its own system calls: nothing but reading.
@Suite struct ReadOnlyTests {
  /// A system call as strace writes it.
  struct Call: CustomStringConvertible {
    let name: String
    let arguments: String
    var description: String { "\(name)(\(arguments)" }
  }

  /// The calls of one run of `ispy`.
  private static func calls(_ words: [String], input: [String]? = nil) throws -> (run: IspyRun, calls: [Call]) {
    let file = "/tmp/ispy-strace-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(file) }
    let run = try IspyRun(words, through: ["strace", "-f", "-qq", "-s", "256", "-o", file], input: input)
    let reader = try ChildProcess(["cat", file])
    #expect(try reader.waitForExit() == 0)
    let calls = reader.transcript.split(separator: "\n").compactMap { line -> Call? in
      // `PID  name(arguments) = result`, `PID +++ exited with 0 +++`, `PID <... name resumed>…`.
      let rest = line.drop { $0.isNumber }.drop { $0 == " " }
      guard let open = rest.firstIndex(of: "("), !rest.hasPrefix("+++"), !rest.hasPrefix("<...") else { return nil }
      return Call(name: String(rest[..<open]), arguments: String(rest[rest.index(after: open)...]))
    }
    return (run, calls)
  }

  /// Calls that change nothing but the caller itself, whatever their arguments are.
  private static let harmless: Set<String> = [
    "access", "arch_prctl", "brk", "capget", "clock_gettime", "clock_nanosleep", "close", "execve", "exit",
    "exit_group",
    "faccessat", "faccessat2", "fstat", "fstatfs", "futex", "getcwd", "getdents64", "getegid", "geteuid", "getgid",
    "getpid", "getppid", "getrandom", "gettid", "getuid", "lseek", "madvise", "mmap", "mprotect", "mremap", "munmap",
    "newfstatat", "poll", "pread64", "prlimit64", "process_vm_readv", "read", "readlink", "readlinkat", "recvfrom",
    "recvmsg", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity",
    "set_robust_list", "set_tid_address", "sigaltstack", "statfs", "statx", "sysinfo", "uname",
  ]

  /// Nil where the call only reads; else why not.
  private static func harm(_ call: Call) -> String? {
    if harmless.contains(call.name) { return nil }
    switch call.name {
    case "openat", "open":
      let opens = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"].filter(call.arguments.contains)
      return opens.isEmpty ? nil : "opens to write: \(call)"
    case "write": return call.arguments.hasPrefix("1,") || call.arguments.hasPrefix("2,") ? nil : "writes: \(call)"
    case "ioctl": return call.arguments.contains("TCGETS") || call.arguments.contains("TIOCGWINSZ") ? nil : "\(call)"
    // The caller's own capabilities are asked for, and its own timers made exact.
    case "prctl":
      return ["PR_CAPBSET_READ", "PR_SET_TIMERSLACK"].contains { call.arguments.hasPrefix($0) } ? nil : "\(call)"
    // The kernel is asked for the state of sockets (sock_diag).
    case "socket": return call.arguments.hasPrefix("AF_NETLINK") ? nil : "\(call)"
    case "sendto": return call.arguments.contains("nlmsg_type=SOCK_DIAG_BY_FAMILY") ? nil : "\(call)"
    case "setsockopt", "bind": return call.arguments.contains("NETLINK") ? nil : "\(call)"
    default: return "\(call)"
    }
  }

  static let commands: [[String]] = [
    ["ps"], ["dump"], ["dump", "--locals", "--tasks"], ["requests", "--headers"], ["peek"], ["heap"],
    ["heap", "--type", "Task"], ["top"], ["top", "--json", "-n", "2", "--mode", "wall"], ["doctor"],
    ["record", "-d", "1s"], ["probe", "requests", "--for", "1s"],
  ]

  @Test(arguments: commands) func nothingButReading(command: [String]) throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("asyncio_tasks.py")
    defer { target.end() }
    var words = command
    if command != ["ps"] { words.append("\(target.pid)") }
    if command == ["peek"] { words.append("sys.modules") }
    let (run, calls) = try Self.calls(words)
    #expect(run.code == 0, "\(run.errors)")
    #expect(calls.count > 50)
    let harms = calls.compactMap(Self.harm)
    #expect(harms.isEmpty)
    // It did look: else nothing was proven.
    #expect(calls.contains { $0.name == "process_vm_readv" })
  }

  @Test func theShellDoesNotMore() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("asyncio_tasks.py")
    defer { target.end() }
    let (run, calls) = try Self.calls(
      ["shell", "\(target.pid)"],
      input: ["servers", "dump --locals --tasks", "requests", "peek sys.modules", "!process", "fds", "exit", "doctor"])
    #expect(run.code == 0, "\(run.errors)")
    #expect(calls.compactMap(Self.harm).isEmpty)
    #expect(calls.contains { $0.name == "process_vm_readv" })
  }

  @Test func noCommandOfAPluginDoesMore() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("threads.py")
    defer { target.end() }
    for entry in Catalog.standard.entries {
      // Those of `profiler` write files of their own, and leave a process behind that reads as `record` does.
      // Above `inspect` it is an agent's.
      let specification = entry.specification
      guard let plugin = specification.plugin, specification.place != .direct, specification.rung <= .inspect else {
        continue
      }
      let (run, calls) = try Self.calls(["run", "\(target.pid)", plugin, entry.specification.name])
      #expect(run.code == 0, "\(run.errors)")
      #expect(calls.compactMap(Self.harm).isEmpty, "\(plugin) \(entry.specification.name)")
    }
  }

  @Test func theTestItselfWouldNoticeHarm() throws {
    for line in [
      Call(name: "ptrace", arguments: "PTRACE_ATTACH, 1) = 0"), Call(name: "process_vm_writev", arguments: "1) = 8"),
      Call(name: "openat", arguments: "AT_FDCWD, \"/proc/1/mem\", O_RDWR) = 3"),
      Call(name: "kill", arguments: "1, SIGSTOP) = 0"), Call(name: "pwrite64", arguments: "3, \"\", 1, 0) = 1"),
      Call(name: "write", arguments: "3, \"x\", 1) = 1"),
    ] {
      #expect(Self.harm(line) != nil)
    }
  }

  @Test func stoppingSeizesInterruptsAndLetsGo() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("threads.py")
    defer { target.end() }
    let (run, calls) = try Self.calls(["dump", "--stop", "\(target.pid)"])
    #expect(run.code == 0, "\(run.errors)")
    let requests = Set(calls.filter { $0.name == "ptrace" }.map { String($0.arguments.prefix { $0 != "," }) })
    #expect(
      requests.isSubset(of: ["PTRACE_SEIZE", "PTRACE_INTERRUPT", "PTRACE_DETACH", "PTRACE_LISTEN", "PTRACE_CONT"]))
    #expect(requests.isSuperset(of: ["PTRACE_SEIZE", "PTRACE_INTERRUPT", "PTRACE_DETACH"]))
    #expect(!calls.contains { ["process_vm_writev", "pwrite64", "kill", "tgkill", "tkill"].contains($0.name) })
    #expect(try target.finish() == 0)
  }

  @Test(arguments: [["--locls"], ["--depth", "0"], ["--values", "all"], ["--interval", "x"]])
  func badArgumentsNeverTouchTheTarget(mistake: [String]) throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("deep_recursion.py", ["5"])
    defer { target.end() }
    for command in [["dump"], ["requests"], ["peek"], ["heap"], ["doctor"]] {
      let expression = command == ["peek"] ? ["sys.modules"] : []
      let (run, calls) = try Self.calls(command + ["\(target.pid)"] + expression + mistake)
      #expect(run.code == CommandError.Cause.usage.rawValue, "\(command) \(mistake): \(run.errors)")
      #expect(!calls.contains { $0.name == "process_vm_readv" })
      #expect(!calls.contains { $0.arguments.contains("/proc/\(target.pid)") })
    }
  }

  @Test func killedWhileItStopsTheTargetRunsOn() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("threads.py", ["60", "30", "sleeping,event,busy"])
    defer { target.end() }
    var generator = SeededGenerator(seed: 2_012)
    for _ in 0..<25 {
      let child = try ChildProcess([try IspyRun.path(), "dump", "--stop", "\(target.pid)"])
      for _ in 0..<Int.random(in: 0..<30_000, using: &generator) { sched_yield() }
      child.end()
    }
    // Nothing is held: it answers, and no thread has a tracer.
    #expect(try TruthfulThread.all(of: target).count == 62)
    let status = try ChildProcess(["/bin/sh", "-c", "cat /proc/\(target.pid)/task/*/status"])
    #expect(try status.waitForExit() == 0)
    let lines = status.transcript.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("TracerPid:") } >= 61)
    #expect(lines.allSatisfy { !$0.hasPrefix("TracerPid:") || $0 == "TracerPid:\t0" })
    #expect(!lines.contains { $0.hasPrefix("State:\tt") || $0.hasPrefix("State:\tT") })
    #expect(try target.finish() == 0)
  }
}
