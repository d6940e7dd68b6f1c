import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct ProcessMapsTests {
  private static let sample = """
    5581c0a00000-5581c0a01000 r--p 00000000 fd:01 1234                       /usr/bin/python3.11
    5581c0a01000-5581c0b00000 r-xp 00001000 fd:01 1234                       /usr/bin/python3.11
    5581c1a00000-5581c1b00000 rw-p 00000000 00:00 0                          [heap]
    7f0000000000-7f0000001000 rw-s 00010000 00:1f 18446744073709551615       /opt/a b/lib.so (deleted)
    7f0000002000-7f0000003000 ---p 00000000 103:0abc 7                       /tmp/two\\012lines\\134
    7f0000004000-7f0000005000 rw-p 00000000 00:00 0
    ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]

    """

  @Test func everyFieldIsRead() throws {
    let mappings = try #require(ProcessMaps.parse(Array(Self.sample.utf8)))
    #expect(mappings.count == 7)
    #expect(mappings[0].start == RemoteAddress(0x5581_c0a0_0000))
    #expect(mappings[0].count == 4096)
    #expect(mappings[0].permissions == [.read])
    #expect(mappings[0].device == .init(major: 0xfd, minor: 1))
    #expect(mappings[1].permissions.description == "r-xp")
    #expect(mappings[1].offset == 0x1000)
    #expect(mappings[1].path == "/usr/bin/python3.11")
    #expect(mappings[2].path == "[heap]")
    #expect(!mappings[2].isFile)
    #expect(mappings[3].path == "/opt/a b/lib.so")
    #expect(mappings[3].isDeleted)
    #expect(mappings[3].inode == .max)
    #expect(mappings[3].permissions == [.read, .write, .shared])
    #expect(mappings[4].path == "/tmp/two\nlines\\134")
    #expect(mappings[4].device == .init(major: 0x103, minor: 0xabc))
    #expect(mappings[5].path == "")
    #expect(mappings[6].end == RemoteAddress(0xffff_ffff_ff60_1000))
  }

  @Test func pathsThatAreNotUTF8AreDecodedLeniently() throws {
    let line = Array("1000-2000 r--p 00000000 fd:01 9    /tmp/".utf8) + [0xff, 0xfe, 0x0a]
    #expect(ProcessMaps.parse(line)?.first?.path == "/tmp/\u{fffd}\u{fffd}")
  }

  @Test(arguments: ["x", "1000", "1000-2000", "2000-1000 r--p 0 0:0 0", "1000-2000 r--p zz 00:00 0", "1-2 r--p 0 0:0 "])
  func otherTextIsNoMapping(text: String) {
    #expect(ProcessMaps.parse(Array(text.utf8)) == nil)
  }

  @Test func mutatedMapsNeverTrap() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<5000 {
      for mapping in ProcessMaps.parse(generator.mutated(Array(Self.sample.utf8))) ?? [] {
        #expect(mapping.start <= mapping.end)
      }
    }
  }

  @Test func thousandsOfMappingsAreRead() throws {
    let child = try PythonChild(
      """
      import mmap
      keep = [mmap.mmap(-1, 4096, prot=mmap.PROT_READ | (mmap.PROT_WRITE if i % 2 else 0)) for i in range(5000)]
      """)
    defer { child.process.end() }
    let mappings = try ProcessMaps.read(pid: child.pid)
    #expect(mappings.count > 5000)
    #expect(zip(mappings, mappings.dropFirst()).allSatisfy { $0.end <= $1.start })
    #expect(mappings.contains { $0.path == "[vdso]" })
  }

  @Test func noSuchProcessThrows() {
    #expect(throws: ProcessError.noSuchProcess(pid: Int32.max)) { try ProcessMaps.read(pid: Int32.max) }
  }
}
