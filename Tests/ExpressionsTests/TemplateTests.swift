import Testing

@testable import Expressions

/// Messages with values in them.
@Suite struct TemplateTests {
  @Test func textAndValues() throws {
    let template = try Template("order {order.id} of {len(items)} items")
    #expect(
      template.parts == [
        .text("order "), .expression(try Expression(root: .attribute(.name("order"), "id"), names: template.names(1))),
        .text(" of "), .expression(try Expression(root: .call(.len, [.name("items")]), names: template.names(3))),
        .text(" items"),
      ])
    #expect(try template.names(1).map(\.text) == ["order", "id"])
    #expect(try template.names(3) == [ExpressionName(text: "items", column: 26)])
  }

  @Test func bracesAndTextsOfExpressions() throws {
    #expect(try Template("").parts == [])
    #expect(try Template("{{}}").parts == [.text("{}")])
    #expect(try Template("a{{b}}c").parts == [.text("a{b}c")])
    let template = try Template("{{{ d['}'] }}}")
    #expect(template.parts.count == 3)
    #expect(template.parts.first == .text("{"))
    #expect(template.parts.last == .text("}"))
    #expect(try template.names(1).map(\.text) == ["d", "}"])
  }

  @Test(arguments: [
    ("a } b", 3, "a `}` that closes nothing; `}}` stands for a brace"),
    ("a { b", 3, "a `{` that is not closed; `{{` stands for a brace"),
    ("{}", 2, "`}` where a value is expected"),
    ("{a:>10}", 3, "a value is shown as it is: no format belongs into the braces"),
    ("{a!r}", 3, "`!` is no operator: `not` stands for it"),
    ("x {a b}", 6, "`b` where an operator or the end is expected"),
  ]) func whatIsWrongIsSaid(_ text: String, _ column: Int, _ problem: String) {
    #expect(throws: ExpressionError(problem: problem, column: column)) { try Template(text) }
  }

  @Test func whatIsWithheldIsNotTold() throws {
    let template = try Template("paid with {order.card_number}")
    #expect(
      throws: ExpressionError(problem: "card_number is withheld (card), and a message must not tell it", column: 18)
    ) {
      try template.refuse { $0 == "card_number" ? "card" : nil }
    }
  }
}

extension Template {
  /// The names of the expression in that place.
  fileprivate func names(_ place: Int) throws -> [ExpressionName] {
    guard case .expression(let expression) = parts[place] else { throw ExpressionError(problem: "no value", column: 1) }
    return expression.names
  }
}
