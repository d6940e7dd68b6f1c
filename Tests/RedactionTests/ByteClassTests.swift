import Testing

@testable import Redaction

/// The table of classes is written out; these are the words for it.
@Suite struct ByteClassTests {
  private func expect(_ classes: ByteClass, _ isWanted: (UInt8) -> Bool) {
    #expect((0...255).filter { UInt8($0).isAny(of: classes) != isWanted(UInt8($0)) } == [])
  }

  @Test func everyByteIsOfItsClasses() {
    expect(.alphanumeric) { $0.isLetter || $0.isDigit }
    expect(.joint) { $0 == .dash || $0 == .underscore }
    expect(.wordStart) { $0.isLetter || $0.isDigit || $0 == .underscore }
    expect(.mark) { ":-$@%\\".utf8.contains($0) }
    expect(.introducer) { " \t\"'`]\\=:%>".utf8.contains($0) }
    expect(.digit) { $0.isDigit }
    expect(.escape) { "%\\".utf8.contains($0) }
    expect(.lineEnd) { $0 == 0x0D || $0 == 0x0A }
  }

  @Test func classesAreAskedForTogether() {
    expect([.digit, .joint]) { $0.isDigit || $0 == .dash || $0 == .underscore }
  }
}
