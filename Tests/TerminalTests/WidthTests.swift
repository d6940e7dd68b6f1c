import Terminal
import Testing

struct WidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한글", 4), ("🙂", 2), ("👨‍👩‍👧", 2), ("❤️", 2),
    ("\u{1b}[31m", 4), ("a\u{200b}b", 2), ("ﬀ", 1), ("ｆ", 2), ("…", 1), ("ä日", 3),
  ])
  func textTakesAsManyColumns(text: String, columns: Int) {
    #expect(text.columns == columns)
  }
}
