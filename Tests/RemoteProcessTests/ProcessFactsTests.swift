import Foundation
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct ProcessFactsTests {
  @Test func statusSaysWhoAndHowLarge() throws {
    let child = try PythonChild(
      """
      for i in range(3):
          threading.Thread(target=time.sleep, args=(600,)).start()
      """)
    defer { child.process.end() }
    let status = try ProcessStatus(pid: child.pid)
    #expect(status.name.hasPrefix("python"))
    #expect(status.parent == getpid())
    #expect(status.tracer == 0)
    #expect(status.users.effective == geteuid())
    #expect(status.groups.real == getgid())
    #expect(status.threadCount == 4)
    #expect(status.namespacePids.first == child.pid)
    #expect(status.seccomp == 0)
    let resident = try #require(status.residentBytes)
    let virtual = try #require(status.virtualBytes)
    #expect(resident > 1 << 20)
    #expect(virtual >= resident)
  }

  @Test func statusOfStrangeNamesIsRead() throws {
    let text = "Name:\ta\\nb: c) d\nUmask:\t0022\nState:\tD (disk sleep)\nNSpid:\t10\t4\t1\nUid:\t1\t2\t3\t4294967295\n"
    let status = try ProcessStatus(Array(text.utf8), path: "test")
    #expect(status.name == "a\\nb: c) d")
    #expect(status.state.letter == "D")
    #expect(status.namespacePids == [10, 4, 1])
    #expect(status.innermostPid == 1)
    #expect(status.users.fileSystem == .max)
    #expect(throws: ProcessError.malformed(path: "test")) { try ProcessStatus([], path: "test") }
  }

  @Test func statReadsNamesWithParentheses() throws {
    let fields = (4...52).map { "\($0)" }.joined(separator: " ")
    let stat = try ProcessStat(Array("7 (a) R (b) S \(fields)\n".utf8), pid: 7)
    #expect(stat.name == "a) R (b")
    #expect(stat.state.letter == "S")
    #expect(stat.parent == 4)
    #expect(stat.userTime == 14)
    #expect(stat.systemTime == 15)
    #expect(stat.threadCount == 20)
    #expect(stat.startTime == 22)
  }

  @Test(arguments: ["", "7", "7 (", "7 )(", "7 (a)", "7 (a) S", "7 (a) S 1 2 3"])
  func damagedStatThrows(text: String) {
    #expect(throws: ProcessError.malformed(path: "/proc/7/stat")) { try ProcessStat(Array(text.utf8), pid: 7) }
  }

  @Test func ageGrows() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let age = try ProcessStat(pid: child.pid).age()
    let later = try ProcessStat(pid: child.pid).age()
    #expect(age >= 0)
    #expect(age < 600)
    #expect(later >= age)
  }

  @Test func commandLineAndEnvironmentAreThoseOfTheStart() throws {
    let child = try PythonChild(arguments: ["first", "", "grün"], environment: ["COLOUR": "blue=green", "EMPTY": ""])
    defer { child.process.end() }
    let line = try ProcessArguments(pid: child.pid)
    #expect(line.arguments.suffix(3) == ["first", "", "grün"])
    #expect(line.isComplete)
    let environment = try Environment(pid: child.pid)
    #expect(environment["COLOUR"] == "blue=green")
    #expect(environment["EMPTY"] == "")
    #expect(environment["ABSENT"] == nil)
    #expect(environment.isComplete)
    #expect(try ProcessArguments(pid: child.pid, limit: 10).isComplete == false)
  }

  @Test func titlesOverTheArgumentsAreRead() {
    let padding = [UInt8](repeating: 0, count: 900)
    let title = ProcessArguments(Array("gunicorn: worker [shop]".utf8) + padding, isComplete: true)
    #expect(title.arguments == ["gunicorn: worker [shop]"])
    #expect(ProcessArguments([], isComplete: true).arguments.isEmpty)
    #expect(ProcessArguments([0, 0], isComplete: true).text == "")
    let many = ProcessArguments([UInt8](repeating: 0x61, count: 20_000).flatMap { [$0, 0] }, isComplete: true)
    #expect(many.arguments.count == 4096)
    #expect(!many.isComplete)
  }

  @Test func pathsAreTheProcess() throws {
    let child = try PythonChild("os.chdir('/tmp')")
    defer { child.process.end() }
    let paths = ProcessPaths(pid: child.pid)
    #expect(paths.workingDirectory == "/tmp")
    #expect(paths.root == "/")
    #expect(paths.executable?.contains("python") == true)
    #expect(!paths.isExecutableDeleted)
  }

  @Test func childrenAndAncestorsAreFound() throws {
    let child = try PythonChild(
      """
      import subprocess
      waiting = [sys.executable, "-c", "import sys; sys.stdin.read()"]
      kids = [subprocess.Popen(waiting, stdin=subprocess.PIPE) for i in range(2)]
      facts = sorted(k.pid for k in kids)
      """)
    defer { child.process.end() }
    let kids = try ProcessList.children(of: child.pid)
    #expect(kids == [Int32(try child.number(0)), Int32(try child.number(1))])
    #expect(try ProcessList.children(of: getpid()).contains(child.pid))
    #expect(try ProcessList.ancestors(of: kids[0]).prefix(2) == [child.pid, getpid()])
    #expect(try ProcessList.all().contains(child.pid))
  }

  @Test func limitsAreRead() throws {
    let child = try PythonChild(
      """
      import resource
      resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200))
      resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
      """)
    defer { child.process.end() }
    let limits = try ResourceLimits(pid: child.pid)
    let files = try #require(limits["Max open files"])
    #expect(files.soft == 100)
    #expect(files.hard == 200)
    #expect(files.unit == "files")
    #expect(limits["Max core file size"]?.soft == 0)
    #expect(limits["Max file locks"]?.unit == "locks")
    #expect(limits["Max nice priority"]?.unit == "")
    #expect(limits.limits.count == 16)
  }

  @Test func memoryIsMeasured() throws {
    let child = try PythonChild("block = bytearray(32 << 20)\nfor i in range(0, len(block), 4096): block[i] = 1")
    defer { child.process.end() }
    let usage = try MemoryUsage(pid: child.pid)
    #expect(usage.residentBytes > 32 << 20)
    #expect(try #require(usage.privateBytes) > 32 << 20)
    let proportional = try #require(usage.proportionalBytes)
    #expect(proportional > 32 << 20 && proportional <= usage.residentBytes)
    #expect(try #require(usage.virtualBytes) > usage.residentBytes)
  }

  @Test func userNamesComeFromThePasswordFile() {
    let text = "root:x:0:0:r:/root:/bin/sh\nbad\nweb:x:1000:1000::/:\ntwin:x:0:0:::\n:x:5::::\n"
    let names = UserNames(contents: Array(text.utf8))
    #expect(names[0] == "root")
    #expect(names[1000] == "web")
    #expect(names[5] == nil)
    #expect(names.name(of: 77) == "77")
    #expect(UserNames()[0] == "root")
    #expect(UserNames(path: "/nowhere")[0] == nil)
  }

  @Test func namespacesOfAChildAreOurs() throws {
    let child = try PythonChild()
    defer { child.process.end() }
    let own = Namespaces.own()
    #expect(Namespaces(pid: child.pid) == own)
    #expect(own.pid != nil)
    #expect(Namespaces.differ(1, 2))
    #expect(!Namespaces.differ(nil, 2))
  }

  @Test func mutatedFilesOfProcNeverTrap() throws {
    var generator = SeededGenerator(seed: 4)
    let names = ["status", "stat", "limits", "cgroup", "mountinfo", "cmdline", "environ", "net/tcp", "net/unix"]
    let files = try names.map { try ProcDescriptor.contents(of: "/proc/self/\($0)", pid: getpid()) }
    for _ in 0..<300 {
      let files = files.map { generator.mutated($0) }
      _ = try? ProcessStatus(files[0], path: "test")
      _ = try? ProcessStat(files[1], pid: 1)
      _ = ResourceLimits(files[2])
      _ = Container(groups: files[3], mounts: files[4], signs: nil)
      _ = ProcessArguments(files[5], isComplete: true)
      _ = Environment(files[6], isComplete: true)
      _ = Sockets.parse(files[7], kind: .tcp, descriptors: [0: [1]])
      _ = Sockets.parse(files[8], kind: .unix, descriptors: [0: [1]])
    }
  }
}
