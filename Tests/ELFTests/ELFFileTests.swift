import ELF
import Foundation
import Testing

@Suite struct ELFFileTests {
  @Test func readsItself() throws {
    let file = try ELFFile(path: "/proc/self/exe")
    #expect(file.kind == .positionIndependent)
    #expect(file.segments.contains { $0.isLoad })
    let text = try #require(try file.section(named: ".text"))
    #expect(text.size > 0)
    let missing = try file.section(named: ".no-such-section")
    #expect(missing == nil)
  }

  @Test func otherFilesAreRefused() throws {
    #expect(throws: ELFError.notELF) { try ELFFile(path: "/etc/passwd") }
    #expect(throws: ELFError.notELF) { try ELFFile(source: ELFBytes([])) }
    #expect(throws: ELFError.unsupported("not a regular file")) { try ELFFile(path: "/dev/zero") }
  }
}
