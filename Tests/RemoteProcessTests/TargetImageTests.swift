import ELF
import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct TargetImageTests {
  /// The dynamic linker's own answers, for a library of this very process.
  @Test(arguments: ["malloc", "free", "fopen", "getpid", "pthread_create", "sigaction", "opendir"])
  func symbolsAreWhereTheLinkerSaysTheyAre(name: String) throws {
    let address = RemoteAddress(UInt64(UInt(bitPattern: try #require(dlsym(nil, name)))))
    let mappings = try ProcessMaps.read(pid: getpid())
    let inode = try #require(mappings.first { $0.contains(address) }).inode
    let first = try #require(mappings.first { $0.inode == inode })
    let memory = try LiveMemory(pid: getpid())
    let image = try TargetImage(first, among: mappings, pid: getpid(), memory: memory)
    let found = try image.address(ofExported: name)
    #expect(found?.address == address)
    // The same library out of memory, where the linker has been at work.
    let mapped = try ELFFile(source: MappedImage(first, among: mappings, memory: memory)).relocated(by: image.loadBias)
    let symbol = try #require(try mapped.exportedSymbol(named: name))
    #expect(RemoteAddress(symbol.value &+ image.loadBias) == address)
    let nothing = try mapped.symbol(named: "there is no such symbol")
    #expect(nothing == nil)
  }

  @Test func aFileThatWasReplacedIsStillTheOneThatRuns() throws {
    let folder = "/tmp/ispy-image-\(getpid())"
    try #require(mkdir(folder, 0o755) == 0)
    defer {
      unlink(folder + "/sleep")
      rmdir(folder)
    }
    func install(_ path: String) throws {
      #expect(try ChildProcess(["install", "-m", "0755", path, folder + "/sleep"]).waitForExit() == 0)
    }
    try install("/bin/sleep")
    let child = try ChildProcess([folder + "/sleep", "600"])
    defer { child.end() }
    _ = try eventually { try ProcessStatus(pid: child.pid).name == "sleep" ? true : nil }
    unlink(folder + "/sleep")
    // What is at its path now is another program.
    try install("/bin/cat")
    let mappings = try ProcessMaps.read(pid: child.pid)
    let mapping = try #require(mappings.first { $0.path == folder + "/sleep" })
    #expect(mapping.isDeleted)
    let file = try TargetFile(mapping, pid: child.pid)
    #expect(file.path != mapping.path)
    #expect(ProcessPaths(pid: child.pid).isExecutableDeleted)
    let found = try ELFFile(source: file.bytes).buildID()
    let wanted = try ELFFile(path: "/bin/sleep").buildID()
    #expect(found == wanted)
    #expect(found != nil)
    let mapped = MappedImage(mapping, among: mappings, memory: try LiveMemory(pid: child.pid))
    let same = try ELFFile(source: mapped).buildID()
    #expect(same == wanted)
  }

  @Test(.enabled(if: geteuid() == 0)) func filesOfAnotherMountNamespaceAreFound() throws {
    let folder = "/tmp/ispy-mount-\(getpid())"
    try #require(mkdir(folder, 0o755) == 0)
    defer { rmdir(folder) }
    // Its executable lies in a file system that only it sees.
    let script = """
      mount -t tmpfs tmpfs \(folder) && cp /bin/sleep \(folder)/hidden && exec \(folder)/hidden 600
      """
    let child = try ChildProcess(["unshare", "--mount", "sh", "-c", script])
    defer { child.end() }
    _ = try eventually { try ProcessStatus(pid: child.pid).name == "hidden" ? true : nil }
    let mapping = try #require(try ProcessMaps.read(pid: child.pid).first { $0.path == folder + "/hidden" })
    #expect(access(mapping.path, F_OK) != 0)
    let file = try TargetFile(mapping, pid: child.pid)
    let found = try ELFFile(source: file.bytes).buildID()
    let wanted = try ELFFile(path: "/bin/sleep").buildID()
    #expect(found == wanted)
  }

  @Test func mappingsWithoutFileAreRefused() throws {
    let heap = try #require(try ProcessMaps.read(pid: getpid()).first { $0.path == "[stack]" })
    #expect(throws: ProcessError.self) { try TargetFile(heap, pid: getpid()) }
  }

  @Test func anImageOfGarbageThrows() throws {
    let memory = RecordedMemory(lines: [0x1000: [UInt8](repeating: 0xff, count: 64)], facts: [:])
    let line = "1000-2000 r--p 00000000 07:07 9 /nowhere/at/all\n"
    let mapping = try #require(ProcessMaps.parse(Array(line.utf8))?.first)
    #expect(throws: ELFError.self) {
      try TargetImage(mapping, among: [mapping], pid: Int32.max, memory: memory)
    }
  }
}
