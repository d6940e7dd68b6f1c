/// A piece of an expression's text.
struct ExpressionToken: Equatable, Sendable {
  enum Content: Equatable, Sendable {
    /// A name, or a word of the language.
    case word(String)
    case special(ExpressionSpecial)
    case constant(ExpressionConstant)
    /// An operator or a bracket.
    case sign(String)
    case end
  }

  let content: Content
  /// Of its first character, from 1.
  let column: Int

  func `is`(_ text: String) -> Bool { content == .sign(text) || content == .word(text) }

  /// As an error names it.
  var shown: String {
    switch content {
    case .word(let word): "`\(word)`"
    case .special(let special): "`@\(special.rawValue)`"
    case .constant(.none): "`None`"
    case .constant(.bool(let flag)): flag ? "`True`" : "`False`"
    case .constant(.text): "a text"
    case .constant: "a number"
    case .sign(let sign): "`\(sign)`"
    case .end: "the end"
    }
  }
}
