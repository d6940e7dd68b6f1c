/// A message with values in it: `order {order.id} of {len(items)} items`. `{{` and `}}` stand for a brace.
public struct Template: Equatable, Sendable {
  public enum Part: Equatable, Sendable {
    case text(String)
    case expression(Expression)
  }

  /// In their order; no two texts stand beside each other, and none is empty.
  public let parts: [Part]

  /// - Throws: what is wrong with the text, and where.
  public init(_ text: String) throws(ExpressionError) {
    var parser = try ExpressionParser(text)
    var parts: [Part] = []
    var words = String.UnicodeScalarView()
    while let scalar = parser.takeScalar() {
      let column = parser.column - 1
      switch scalar {
      case "{", "}":
        if parser.take(scalar) {
          words.append(scalar)
        } else if scalar == "{" {
          if !words.isEmpty { parts.append(.text(String(words))) }
          words = String.UnicodeScalarView()
          parts.append(.expression(try parser.inBraces(from: column)))
        } else {
          throw ExpressionError(problem: "a `}` that closes nothing; `}}` stands for a brace", column: column)
        }
      default: words.append(scalar)
      }
    }
    if !words.isEmpty { parts.append(.text(String(words))) }
    self.parts = parts
  }

  /// Refuses a message that asks for what is not to be shown.
  /// - Parameter withheld: the kind of secret that a name stands for; nil where it stands for none.
  public func refuse(_ withheld: (String) -> String?) throws(ExpressionError) {
    for case .expression(let expression) in parts { try expression.refuse(from: "a message", withheld) }
  }
}
