import JSON
import Testing

@testable import Expressions

/// What is written, and what it is read as.
@Suite struct ExpressionTests {
  private func json(_ text: String) throws -> String {
    func shown(_ value: JSONValue) -> String {
      switch value {
      case .null: "null"
      case .bool(let flag): "\(flag)"
      case .number(let number): number
      case .string(let text): "\"\(text)\""
      case .array(let items): "[" + items.map(shown).joined(separator: ",") + "]"
      case .object: "{}"
      }
    }
    return shown(try Expression(text).json)
  }

  @Test(arguments: [
    ("total > 100", #"["cmp",">",["name","total"],["const",100]]"#),
    ("order.customer.id == 7", #"["cmp","==",["attr",["attr",["name","order"],"customer"],"id"],["const",7]]"#),
    ("items[0]", #"["item",["name","items"],["const",0]]"#),
    ("d['key']", #"["item",["name","d"],["const","key"]]"#),
    ("@ms >= 1.5e3", #"["cmp",">=",["special","ms"],["const",1500.0]]"#),
    ("@exception is not None", #"["cmp","is not",["special","exception"],["const",null]]"#),
    ("@return is False", #"["cmp","is",["special","return"],["const",false]]"#),
    ("a or b and not c", #"["or",["name","a"],["and",["name","b"],["not",["name","c"]]]]"#),
    ("not a == b", #"["not",["cmp","==",["name","a"],["name","b"]]]"#),
    (
      "a - b - c * -2",
      #"["arith","-",["arith","-",["name","a"],["name","b"]],["arith","*",["name","c"],["neg",["const",2]]]]"#
    ),
    (
      "(a + b) // c % d",
      #"["arith","%",["arith","//",["arith","+",["name","a"],["name","b"]],["name","c"]],["name","d"]]"#
    ),
    ("-a.b[0]", #"["neg",["item",["attr",["name","a"],"b"],["const",0]]]"#),
    ("a not in b", #"["cmp","not in",["name","a"],["name","b"]]"#),
    ("'x' in type(v)", #"["cmp","in",["const","x"],["call","type",[["name","v"]]]]"#),
    ("like(lower(path), '*.html')", #"["call","like",[["call","lower",[["name","path"]]],["const","*.html"]]]"#),
    ("max(len(a), 3)", #"["call","max",[["call","len",[["name","a"]]],["const",3]]]"#),
    ("defined(type)", #"["call","defined",[["name","type"]]]"#),
    ("naïve", #"["name","naïve"]"#),
  ]) func itIsReadAs(_ text: String, _ tree: String) throws {
    #expect(try json(text) == tree)
  }

  @Test func escapesOfTexts() throws {
    let text = #"'\n\r\t\\\'\"\x41\u00e9\U0001F40D'"#
    #expect(try Expression(text).root == .constant(.text("\n\r\t\\'\"Aé🐍")))
    #expect(try Expression(#""it's""#).root == .constant(.text("it's")))
  }

  /// What is wrong, and where.
  @Test(arguments: [
    ("", 1, "the end where a value is expected"),
    ("a >", 4, "the end where a value is expected"),
    ("a b", 3, "`b` where an operator or the end is expected"),
    ("a = 1", 3, "`=` is no operator: `==` compares"),
    ("a && b", 3, "`&&` is no operator: `and` stands for it"),
    ("!a", 1, "`!` is no operator: `not` stands for it"),
    ("a ** 2", 3, "`**` is no operator: there are no powers"),
    ("a & b", 3, "no part of an expression begins with `&`"),
    ("a\u{0}", 2, "no part of an expression begins with U+0"),
    ("1 < a < 3", 7, "comparisons are not chained: `a < b < c` is written `a < b and b < c`"),
    ("a is 3", 6, "`is` goes with None, True and False; `==` compares values"),
    ("a not b", 7, "`b` where `in` is expected behind `not`"),
    ("a == not b", 6, "`not` binds weaker than what stands before it: it needs brackets"),
    ("len(a, b)", 1, "`len` takes 1 value, not 2"),
    ("like(a)", 1, "`like` takes 2 values, not 1"),
    ("defined(a.b)", 9, "`defined` takes the name of a variable"),
    ("s.startswith('x')", 13, "no method is called: there is the function `startswith(…)`"),
    ("a.b()", 4, "nothing is called but len, type, startswith, endswith, lower, upper, like, abs, min, max, defined"),
    ("a[1:2]", 4, "there are no slices"),
    ("a in [1]", 6, "there are no lists: `x == 1 or x == 2` stands for `x in [1, 2]`"),
    ("(1, 2)", 3, "there are no tuples"),
    ("{}", 1, "there are no dictionaries and no sets"),
    ("(a", 3, "the end where `)` closes the bracket of column 1"),
    ("a.1", 3, "a number where the name of an attribute is expected"),
    ("@rc", 1, "there is no `@rc`; there are @return, @exception, @ms"),
    ("'abc", 1, "a text that is not closed"),
    ("'a\nb'", 3, "a text does not go over lines: `\\n` stands for the end of one"),
    (#"'\q'"#, 2, #"an unknown escape; there are \n, \r, \t, \\, \', \", \xHH, \uHHHH and \UHHHHHHHH"#),
    (#"'\ud800'"#, 2, "an escape that is no character"),
    (#"'\x4'"#, 2, "an escape of 2 hexadecimal digits, of which some are missing"),
    ("007", 1, "a number that begins with 0"),
    ("1.", 3, "a digit is missing behind the point"),
    ("1e", 3, "a digit is missing in the exponent"),
    ("1_000", 2, "a number goes on with `_`: it has digits, a point and an exponent"),
    ("9223372036854775808", 1, "a whole number of more than 64 bits"),
    ("1e999", 1, "a number that is too large"),
    ("a if b else c", 3, "`if` has no place here: `and` and `or` decide"),
    ("lambda: 1", 1, "`lambda` where a value is expected"),
    ("+a", 1, "`+` stands between two values"),
  ]) func whatIsWrongIsSaid(_ text: String, _ column: Int, _ problem: String) {
    #expect(throws: ExpressionError(problem: problem, column: column)) { try Expression(text) }
  }

  @Test func anUnknownFunctionIsToldThoseThatThereAre() {
    let error = #expect(throws: ExpressionError.self) { try Expression("1 + size(a)") }
    #expect(
      error?.description
        == "column 5: there is no function `size`; there are len, type, startswith, endswith, lower, upper, like, abs, min, max, defined"
    )
  }

  // MARK: - Bounds

  @Test func aLongTextIsRefused() throws {
    let longest = "'" + String(repeating: "x", count: 998) + "'"
    #expect(try Expression(longest).root == .constant(.text(String(repeating: "x", count: 998))))
    #expect(throws: ExpressionError(problem: "a text of more than 1000 characters", column: 1001)) {
      try Expression(longest + " ")
    }
  }

  @Test func manyPartsAreRefused() throws {
    func sum(_ terms: Int) -> String { "(" + Array(repeating: "a", count: terms).joined(separator: "+") + ")" }
    // 17 parts each, and those between them: 101.
    let most = [sum(9), sum(9), sum(9), sum(9), sum(9)].joined(separator: "*")
    _ = try Expression(most + "+a+a+a+a+a")
    #expect(throws: ExpressionError(problem: "an expression of more than 100 parts", column: most.count + 11)) {
      try Expression(most + "+a+a+a+a+a+a")
    }
  }

  @Test(
    arguments: [
      (String(repeating: "(", count: 20) + "a" + String(repeating: ")", count: 20), nil),
      (String(repeating: "(", count: 21) + "a" + String(repeating: ")", count: 21), 21),
      (String(repeating: "(", count: 999), 21),
      (String(repeating: "-", count: 19) + "a", nil),
      (String(repeating: "-", count: 20) + "a", 1),
      (String(repeating: "not ", count: 200) + "a", 81),
      ("a" + String(repeating: ".a", count: 19), nil),
      ("a" + String(repeating: ".a", count: 20), 40),
      (String(repeating: "a[", count: 21), 42),
      (String(repeating: "len(", count: 21), 84),
    ] as [(String, Int?)]) func deepPartsAreRefused(_ text: String, _ column: Int?)
  {
    let expected = column.map {
      ExpressionError(problem: "parts lie more than 20 deep in each other", column: $0)
    }
    #expect(failure(text) == expected)
  }

  private func failure(_ text: String) -> ExpressionError? {
    do throws(ExpressionError) { _ = try Expression(text) } catch { return error }
    return nil
  }

  // MARK: - Names

  @Test func everyNameIsKnownWithItsPlace() throws {
    let expression = try Expression("a.b['c'][d] == 'e' and len(f) > @ms")
    #expect(expression.names.map(\.text) == ["a", "b", "c", "d", "f"])
    #expect(expression.names.map(\.column) == [1, 3, 5, 10, 28])
  }

  @Test(arguments: ["len(card_number) > 3", "x.card_number == 1", "d['card_number']", "defined(card_number)"])
  func whatIsWithheldIsNoCondition(_ text: String) throws {
    let expression = try Expression(text)
    let column = text.contains("'") ? 3 : text.contains(".") ? 3 : text.hasPrefix("len") ? 5 : 9
    #expect(
      throws: ExpressionError(
        problem: "card_number is withheld (card), and a condition must not tell it", column: column)
    ) {
      try expression.refuse { $0 == "card_number" ? "card" : nil }
    }
    try expression.refuse { $0 == "other" ? "card" : nil }
  }
}
