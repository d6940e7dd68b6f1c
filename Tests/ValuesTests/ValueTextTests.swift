import Testing

@testable import Values

private func text(_ type: String, _ content: Value.Content) -> String {
  ValueText().text(of: Value(type: type, address: 0x7f10, content: content))
}

private func int(_ number: Int) -> Value { Value(type: "int", content: .integer(String(number))) }
private func str(_ text: String) -> Value {
  Value(type: "str", content: .text(text, length: text.unicodeScalars.count))
}

@Suite struct ValueTextTests {
  @Test func nestedContainersReadLikePython() {
    let item = Value(
      type: "shop.models.Item",
      content: .object([.init(name: "sku", value: str("a")), .init(name: "qty", value: int(2))], count: 2))
    let value = Value(
      type: "dict",
      content: .mapping(
        [
          .init(key: str("id"), value: int(7)),
          .init(key: str("items"), value: Value(type: "list", content: .sequence([item], count: 4))),
        ], count: 2))
    #expect(ValueText().text(of: value) == "{'id': 7, 'items': [Item(sku='a', qty=2), … 3 more]}")
  }

  @Test(arguments: [
    ("list", "[1]", "[]"), ("tuple", "(1,)", "()"), ("set", "{1}", "set()"),
    ("frozenset", "frozenset({1})", "frozenset()"),
    ("collections.deque", "deque([1])", "deque([])"), ("shop.Basket", "Basket([1])", "Basket([])"),
  ])
  func sequencesHaveTheBracketsOfTheirType(type: String, one: String, none: String) {
    #expect(text(type, .sequence([int(1)], count: 1)) == one)
    #expect(text(type, .sequence([], count: 0)) == none)
  }

  @Test func quotesAreChosenAsPythonDoes() {
    #expect(text("str", .text("it's", length: 4)) == #""it's""#)
    #expect(text("str", .text(#"a "b" 'c' \"#, length: 11)) == #"'a "b" \'c\' \\'"#)
    #expect(text("bytes", .bytes(Array("it's\0ÿ".utf8), length: 7)) == #"b"it's\x00\xc3\xbf""#)
    #expect(text("bytearray", .bytes([0x41], length: 1)) == "bytearray(b'A')")
  }

  @Test func nothingInAValueCanMoveTheCursorOrTurnTheText() {
    let hostile = "\u{1b}[2J\u{7f}\u{9b}1m\r\n\t\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}\u{e000}\u{85}\u{a0}é字"
    #expect(
      text("str", .text(hostile, length: 18))
        == #"'\x1b[2J\x7f\x9b1m\r\n\t\u202e\u2066\u200b\ufeff\u2028\U000e0041\ue000\x85\xa0é字'"#)
    let named = Value(type: "x\u{1b}", address: 1, content: .opaque)
    #expect(ValueText().text(of: named) == #"<x\x1b at 0x1>"#)
    let field = Value(type: "T", content: .object([.init(name: "a\u{1b}]0;", value: int(1))], count: 1))
    #expect(ValueText().text(of: field) == #"T(a\x1b]0;=1)"#)
    for content: Value.Content in [.literal("\u{1b}"), .named("\u{1b}"), .unread("\u{1b}"), .summary("\u{1b}")] {
      #expect(!text("t", content).unicodeScalars.contains("\u{1b}"))
    }
    #expect(!text("t", .redacted(label: "\u{1b}", number: 1)).unicodeScalars.contains("\u{1b}"))
  }

  @Test func cutTextsSayHowLongTheyWere() {
    #expect(text("str", .text("abc", length: 1234)) == "'abc'… (1.2k chars)")
    #expect(text("bytes", .bytes(Array("abc".utf8), length: 1234)) == "b'abc'… (1.2 kB)")
    let long = String(repeating: "x", count: 500)
    #expect(text("str", .text(long, length: 500)) == "'" + String(repeating: "x", count: 120) + "'… (500 chars)")
  }

  @Test func theOtherKindsHaveTheirForms() {
    #expect(text("NoneType", .singleton("None")) == "None")
    #expect(text("bool", .bool(true)) == "True")
    #expect(text("myapp.Order", .opaque) == "<myapp.Order at 0x7f10>")
    #expect(text("list", .cycle) == "<list shown above at 0x7f10>")
    #expect(text("list", .cut) == "[…]")
    #expect(text("myapp.Order", .cut) == "<myapp.Order …>")
    #expect(text("str", .unread("not mapped")) == "<unread: not mapped>")
    #expect(text("str", .redacted(label: "card", number: 3)) == "<redacted:card #3>")
    #expect(text("str", .redacted(label: "password", number: nil)) == "<redacted:password>")
    #expect(text("list", .summary("12 items")) == "<list: 12 items>")
    #expect(text("int", .summary("")) == "<int>")
    #expect(text("type", .named("myapp.Order")) == "<class myapp.Order>")
    #expect(text("function", .named("myapp.index")) == "<function myapp.index>")
    #expect(text("decimal.Decimal", .literal("1.50")) == "Decimal(1.50)")
    #expect(text("myapp.Color", .literal("Color.RED")) == "Color.RED")
    #expect(text("int", .integer(String(repeating: "7", count: 4000))) == "77777777777777777777… (4k digits)")
  }

  @Test(arguments: [
    (1.0, "1.0"), (0.1, "0.1"), (1e16, "1e+16"), (-1.25e16, "-1.25e+16"), (1e15, "1000000000000000.0"), (1e22, "1e+22"),
    (1e-5, "1e-05"), (0.0001, "0.0001"), (Double.infinity, "inf"), (Double.nan, "nan"),
    (Double.leastNonzeroMagnitude, "5e-324"),
    (12345678901234567.0, "1.2345678901234568e+16"), (1.7976931348623157e308, "1.7976931348623157e+308"),
  ])
  func floatsAreWrittenAsPythonWritesThem(number: Double, python: String) {
    #expect(text("float", .float(number)) == python)
  }

  @Test func complexNumbersAreWrittenAsPythonWritesThem() {
    #expect(text("complex", .complex(real: 1, imaginary: 2)) == "(1+2j)")
    #expect(text("complex", .complex(real: 0, imaginary: -2.5)) == "-2.5j")
    #expect(text("complex", .complex(real: -0.0, imaginary: -1)) == "(-0-1j)")
  }

  @Test func textIsBoundedHoweverLargeTheValueIs() {
    let limits = ValueText(room: 100, textRoom: 40, itemRoom: 50, depth: 5)
    var value = str(String(repeating: "\u{1b}", count: 10_000))
    for level in 0..<40 {
      value =
        level.isMultiple(of: 2)
        ? Value(type: "list", content: .sequence(Array(repeating: value, count: 30), count: 1_000_000))
        : Value(
          type: "T", content: .object([.init(name: "a", value: value), .init(name: "b", value: value)], count: 9))
    }
    #expect(limits.text(of: value).count < 100 + 5 * 24 + 60)
    let wide = Value(type: "list", content: .sequence((0..<10_000).map(int), count: 10_000))
    #expect(ValueText(room: 60, itemRoom: .max).text(of: wide).count < 90)
  }

  @Test func writingAppendsToWhatIsThere() {
    var output = TextBuffer()
    output += "order = "
    ValueText().write(int(7), to: &output)
    #expect(output.text == "order = 7")
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1234, "1.2 kB"), (34_500_000, "34 MB"), (999_999, "1 MB"),
  ])
  func byteCountsAreShort(count: Int, text: String) {
    #expect(ValueText.byteCount(count) == text)
  }
}
