import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

/// Each cause on a real process where the machine lets one make it, which takes root.
@Suite(.enabled(if: geteuid() == 0)) struct AccessCheckTests {
  private static let withoutCapability = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]

  /// A process of another user; it says nothing, so what it became is asked of the kernel.
  private static func sleeper() throws -> ChildProcess {
    let child = try ChildProcess(
      ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--inh-caps=-all", "sleep", "600"])
    _ = try eventually {
      let status = try ProcessStatus(pid: child.pid)
      return status.users.real == 1000 && status.name == "sleep" ? true : nil
    }
    return child
  }

  @Test func aChildCanBeRead() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let check = try AccessCheck(pid: child.pid)
    #expect(check.isReadable)
    #expect(check.isStoppable)
    #expect(check.findings.isEmpty)
  }

  @Test func aNumberWithoutProcessIsSaid() throws {
    #expect(try AccessCheck(pid: Int32.max).findings.map(\.cause) == [.noSuchProcess])
    #expect(try AccessCheck(pid: -1).findings.map(\.cause) == [.noSuchProcess])
    #expect(try AccessCheck(pid: 0).findings.map(\.cause) == [.noSuchProcess])
  }

  @Test func aThreadIsTracedBackToItsProcess() throws {
    let child = try PythonChild(
      """
      thread = threading.Thread(target=time.sleep, args=(600,), daemon=True)
      thread.start()
      facts = [thread.native_id]
      """)
    defer { child.process.end() }
    let check = try AccessCheck(pid: Int32(try child.number(0)))
    #expect(check.findings.map(\.cause) == [.isThread(of: child.pid)])
    #expect(check.findings[0].fixes == ["use \(child.pid) as the target"])
  }

  @Test func aZombieIsSaid() throws {
    let child = try PythonChild()
    child.process.closeInput()
    _ = try eventually { try ProcessStatus(pid: child.pid).state.isZombie ? true : nil }
    #expect(try AccessCheck(pid: child.pid).findings.map(\.cause) == [.zombie(parent: getpid())])
    child.process.end()
  }

  @Test(.enabled(if: (try? ProcessStatus(pid: 2))?.name == "kthreadd")) func aKernelThreadIsSaid() throws {
    #expect(try AccessCheck(pid: 2).findings.map(\.cause) == [.kernelThread])
  }

  @Test func anotherUserIsRefusedWithoutTheCapability() throws {
    let child = try Self.sleeper()
    defer { child.end() }
    let lines = try OutsideReader.check(child.pid, through: Self.withoutCapability)
    #expect(lines.first == "readable false")
    #expect(lines.contains("cause otherUser(target: 1000, own: 0)"))
    #expect(lines.contains { $0.hasPrefix("evidence process \(child.pid) runs as") && $0.contains("uid 1000") })
    #expect(lines.contains { $0.hasPrefix("fix ") })
    #expect(try AccessCheck(pid: child.pid).isReadable)
  }

  @Test func theSameUserWithFewerCapabilitiesIsRefused() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let lines = try OutsideReader.check(child.pid, through: Self.withoutCapability)
    #expect(lines.contains("cause moreCapabilities"))
  }

  @Test func aProcessThatHidesItsMemoryIsSaid() throws {
    // The reader runs as a user who may not enter the folder that this was built in.
    let folder = "/tmp/ispy-test-\(getpid())"
    try #require(mkdir(folder, 0o755) == 0)
    defer {
      unlink(folder + "/OutsideReader")
      rmdir(folder)
    }
    let install = ["install", "-m", "0755", try BuiltProgram.path(of: "OutsideReader"), folder + "/OutsideReader"]
    #expect(try ChildProcess(install).waitForExit() == 0)
    let child = try PythonChild(
      """
      import ctypes
      os.setgroups([])
      os.setresgid(1000, 1000, 1000)
      os.setresuid(1000, 1000, 1000)
      ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
      """)
    defer { child.process.end() }
    let user = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]
    let reader = try ChildProcess(user + [folder + "/OutsideReader", "check", "\(child.pid)"])
    #expect(try reader.waitForExit() == 0)
    let lines = reader.transcript.split(separator: "\n")
    #expect(lines.contains("cause notDumpable"))
    #expect(lines.contains { $0.hasPrefix("fix ") })
  }

  @Test func aFilterOfTheReaderIsSaid() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    #if arch(arm64)
      let number = 270
    #else
      let number = 310
    #endif
    // A filter that lets every call pass but process_vm_readv, which it answers with EPERM.
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let program = """
      import ctypes, os, struct, sys
      code = [(0x20, 0, 0, 0), (0x15, 0, 1, \(number)), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)]
      text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
      program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code), ctypes.addressof(text)))
      libc = ctypes.CDLL(None, use_errno=True)
      assert libc.prctl(38, 1, 0, 0, 0) == 0
      assert libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let lines = try OutsideReader.check(child.pid, through: python.command + ["-c", program])
    #expect(lines.contains("cause seccomp"))
    #expect(lines.contains("evidence a seccomp filter denies the system call process_vm_readv to this process"))
  }

  @Test func anotherUserNamespaceIsSaid() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let lines = try OutsideReader.check(child.pid, through: ["unshare", "--user", "--map-root-user"])
    #expect(lines.contains("cause otherUserNamespace"))
  }

  @Test func anotherPidNamespaceIsSaid() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let lines = try OutsideReader.check(
      child.pid, through: ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"])
    #expect(lines.contains("cause noSuchProcess"))
    #expect(lines.contains { $0.contains("in this PID namespace") })
  }

  @Test func aHidingProcIsSaid() throws {
    let child = try Self.sleeper()
    defer { child.end() }
    // The group that may see everything is ours unless another is named.
    let hide = "mount -t proc -o hidepid=2,gid=54321 proc /proc && exec \"$@\""
    let lines = try OutsideReader.check(
      child.pid, through: ["unshare", "--mount", "sh", "-c", hide, "sh"] + Self.withoutCapability)
    #expect(lines.contains("cause hiddenByProc"))
    #expect(lines.contains("fix mount -o remount,hidepid=0 /proc"))
  }

  @Test func aTracedProcessCanBeReadButNotStopped() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let tracer = try OutsideReader.start("hold", "\(child.pid)", "\(child.pid)")
    defer { tracer.end() }
    #expect(try tracer.line() == "stopped")
    let check = try AccessCheck(pid: child.pid)
    #expect(check.isReadable)
    #expect(!check.isStoppable)
    #expect(check.findings.first?.evidence.contains("OutsideReader") == true)
  }
}
