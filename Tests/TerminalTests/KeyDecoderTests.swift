import TestSupport
import Testing

@testable import Terminal

struct KeyDecoderTests {
  static let sequences: [(String, Key)] = [
    ("a", .text("a")), ("é", .text("é")), ("日", .text("日")), ("🙂", .text("🙂")), ("\r", .enter), ("\n", .enter),
    ("\t", .tab), ("\u{7f}", .backspace), ("\u{8}", .backspace), ("\u{1}", .control("a")), ("\u{1f}", .control("_")),
    ("\u{1b}b", .alt("b")), ("\u{1b}\u{7f}", .altBackspace), ("\u{1b}[A", .up), ("\u{1b}OB", .down),
    ("\u{1b}[C", .right), ("\u{1b}[D", .left), ("\u{1b}[1;5C", .wordRight), ("\u{1b}[1;3D", .wordLeft),
    ("\u{1b}[H", .home), ("\u{1b}OF", .end), ("\u{1b}[1~", .home), ("\u{1b}[4~", .end), ("\u{1b}[3~", .delete),
    ("\u{1b}[200~two\nlines\u{1b}[201~", .paste("two\nlines")), ("\u{1b}[29~", .unknown), ("\u{1b}[15~", .function(5)),
    ("\u{1b}[17~", .function(6)), ("\u{1b}[21~", .function(10)), ("\u{1b}OP", .function(1)), ("\u{1b}OS", .function(4)),
    ("\u{1b}[11~", .function(1)), ("\u{1b}[[A", .function(1)), ("\u{1b}[[E", .function(5)), ("\u{1b}[[z", .unknown),
    ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown), ("\u{1b}[2~", .insert), ("\u{1b}[Z", .backTab),
    ("\u{1b}\u{1b}", .escape), ("\u{1b}[99;99z", .unknown),
  ]

  @Test(arguments: sequences) func aSequenceIsOneKey(bytes: String, key: Key) {
    var decoder = KeyDecoder()
    #expect(decoder.keys(bytes.utf8) == [key])
    #expect(!decoder.isInside)
  }

  @Test(arguments: sequences) func itMayComeByteByByte(bytes: String, key: Key) {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    for byte in bytes.utf8 { keys += decoder.keys([byte]) }
    #expect(keys == [key])
  }

  @Test func keysThatComeTogetherAreParted() {
    var decoder = KeyDecoder()
    #expect(decoder.keys("ab\u{1b}[Ac\r".utf8) == [.text("a"), .text("b"), .up, .text("c"), .enter])
  }

  @Test func aLoneEscapeIsAKeyOnceNothingFollows() {
    var decoder = KeyDecoder()
    #expect(decoder.keys([0x1B]).isEmpty)
    #expect(decoder.isInside)
    #expect(decoder.flush() == .escape)
    #expect(decoder.flush() == nil)
    _ = decoder.keys([0x1B, 0x5B])
    #expect(decoder.flush() == .unknown)
  }

  @Test func brokenTextIsReplaced() {
    var decoder = KeyDecoder()
    #expect(decoder.keys([0xC3, 0x41]) == [.text("\u{FFFD}"), .text("A")])
    #expect(decoder.keys([0xE3, 0x81, 0xC3, 0xA9]) == [.text("\u{FFFD}"), .text("é")])
    #expect(decoder.keys([0xFF]) == [.text("\u{FFFD}")])
  }

  @Test func randomBytesNeverTrapAndNeverGrow() {
    var generator = SeededGenerator(seed: 3)
    var decoder = KeyDecoder()
    for _ in 0..<20_000 {
      // Many escapes and brackets: else nothing but text would come.
      let byte: UInt8 =
        [0x1B, 0x5B, 0x32, 0x7E, UInt8.random(in: 0 ... .max, using: &generator)]
        .randomElement(using: &generator) ?? 0
      _ = decoder.keys([byte])
    }
    _ = decoder.keys(Array("\u{1b}[201~".utf8))
    _ = decoder.flush()
    #expect(decoder.keys("x".utf8).contains(.text("x")))
  }

  @Test func aPasteIsBounded() {
    var decoder = KeyDecoder()
    _ = decoder.keys("\u{1b}[200~".utf8)
    _ = decoder.keys([UInt8](repeating: 0x61, count: KeyDecoder.pasteLimit + 100))
    guard case .paste(let text) = decoder.keys("\u{1b}[201~".utf8).first else {
      Issue.record("no paste")
      return
    }
    #expect(text.count <= KeyDecoder.pasteLimit)
  }
}
