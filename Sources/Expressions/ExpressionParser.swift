/// Builds an expression from its text, by descent; bounded in parts and in depth.
struct ExpressionParser: Sendable {
  /// A part that was read: how deep it is, and where it begins.
  private struct Piece {
    let node: ExpressionNode
    let depth: Int
    let column: Int
  }

  private var lexer: ExpressionLexer
  private var token = ExpressionToken(content: .end, column: 1)
  private var names: [ExpressionName] = []
  private var nodes = 0
  /// Brackets, signs and `not`s around the place that is read.
  private var nesting = 0

  init(_ text: String) throws(ExpressionError) {
    lexer = try ExpressionLexer(text)
  }

  /// The text as one expression.
  mutating func whole() throws(ExpressionError) -> Expression {
    try advance()
    let piece = try disjunction()
    guard token.content == .end else { throw unexpected() }
    return Expression(root: piece.node, names: names)
  }

  // MARK: - Text around expressions

  var column: Int { lexer.column }
  mutating func takeScalar() -> Unicode.Scalar? { lexer.takeScalar() }
  mutating func take(_ scalar: Unicode.Scalar) -> Bool { lexer.take(scalar) }

  /// An expression and the brace that closes it; the one that opens it has been taken.
  mutating func inBraces(from start: Int) throws(ExpressionError) -> Expression {
    names = []
    nodes = 0
    try advance()
    let piece = try disjunction()
    if token.is(":") { throw error("a value is shown as it is: no format belongs into the braces") }
    if token.content == .end { throw error("a `{` that is not closed; `{{` stands for a brace", at: start) }
    guard token.is("}") else { throw unexpected() }
    return Expression(root: piece.node, names: names)
  }

  // MARK: - Tokens

  private mutating func advance() throws(ExpressionError) { token = try lexer.token() }

  private mutating func take(word: String) throws(ExpressionError) -> Bool {
    guard token.is(word) else { return false }
    try advance()
    return true
  }

  private mutating func expect(_ sign: String, _ purpose: String) throws(ExpressionError) {
    guard token.is(sign) else { throw error("\(token.shown) where `\(sign)` \(purpose)") }
    try advance()
  }

  private func error(_ problem: String, at column: Int? = nil) -> ExpressionError {
    ExpressionError(problem: problem, column: column ?? token.column)
  }

  /// What stands behind a whole expression.
  private func unexpected() -> ExpressionError {
    switch token.content {
    case .word("if"), .word("else"), .word("for"): error("\(token.shown) has no place here: `and` and `or` decide")
    default: error("\(token.shown) where an operator or the end is expected")
    }
  }

  // MARK: - Bounds

  private mutating func made(
    _ node: ExpressionNode, of parts: [Piece] = [], from start: Int, at column: Int? = nil
  ) throws(ExpressionError) -> Piece {
    nodes += 1
    guard nodes <= Expression.nodeLimit else {
      throw error("an expression of more than \(Expression.nodeLimit) parts", at: column ?? start)
    }
    let depth = (parts.map(\.depth).max() ?? 0) + 1
    guard depth <= Expression.depthLimit else { throw tooDeep(at: column ?? start) }
    return Piece(node: node, depth: depth, column: start)
  }

  private func tooDeep(at column: Int) -> ExpressionError {
    error("parts lie more than \(Expression.depthLimit) deep in each other", at: column)
  }

  private mutating func descend() throws(ExpressionError) {
    nesting += 1
    guard nesting <= Expression.depthLimit else { throw tooDeep(at: token.column) }
  }

  // MARK: - Operators, the weakest first

  private mutating func disjunction() throws(ExpressionError) -> Piece {
    var left = try conjunction()
    while token.is("or") {
      let place = token.column
      try advance()
      let right = try conjunction()
      left = try made(.or(left.node, right.node), of: [left, right], from: left.column, at: place)
    }
    return left
  }

  private mutating func conjunction() throws(ExpressionError) -> Piece {
    var left = try negation()
    while token.is("and") {
      let place = token.column
      try advance()
      let right = try negation()
      left = try made(.and(left.node, right.node), of: [left, right], from: left.column, at: place)
    }
    return left
  }

  private mutating func negation() throws(ExpressionError) -> Piece {
    guard token.is("not") else { return try comparison() }
    let start = token.column
    try descend()
    try advance()
    let operand = try negation()
    nesting -= 1
    return try made(.not(operand.node), of: [operand], from: start)
  }

  private mutating func comparison() throws(ExpressionError) -> Piece {
    let left = try sum()
    let place = token.column
    guard let sign = try comparisonSign() else { return left }
    let right = try sum()
    if sign == .is || sign == .isNot { try checkIdentity(right, sign) }
    let whole = try made(
      .comparison(sign, left.node, right.node), of: [left, right], from: left.column, at: place)
    let next = token.column
    if try comparisonSign() != nil {
      throw error("comparisons are not chained: `a < b < c` is written `a < b and b < c`", at: next)
    }
    return whole
  }

  private mutating func comparisonSign() throws(ExpressionError) -> ExpressionComparison? {
    if try take(word: "is") { return try take(word: "not") ? .isNot : .is }
    if token.is("not") {
      try advance()
      guard token.is("in") else { throw error("\(token.shown) where `in` is expected behind `not`") }
      try advance()
      return .notIn
    }
    let sign: ExpressionComparison?
    switch token.content {
    case .word("in"): sign = .in
    case .sign(let text): sign = ExpressionComparison(rawValue: text)
    default: sign = nil
    }
    if sign != nil { try advance() }
    return sign
  }

  private func checkIdentity(_ right: Piece, _ sign: ExpressionComparison) throws(ExpressionError) {
    switch right.node {
    case .constant(.none), .constant(.bool): break
    default: throw error("`\(sign.rawValue)` goes with None, True and False; `==` compares values", at: right.column)
    }
  }

  private mutating func sum() throws(ExpressionError) -> Piece {
    var left = try product()
    while case .sign(let text) = token.content, text == "+" || text == "-" {
      let place = token.column
      try advance()
      left = try arithmetic(left, text, try product(), at: place)
    }
    return left
  }

  private mutating func product() throws(ExpressionError) -> Piece {
    var left = try signed()
    while case .sign(let text) = token.content, ["*", "/", "//", "%"].contains(text) {
      let place = token.column
      try advance()
      left = try arithmetic(left, text, try signed(), at: place)
    }
    return left
  }

  private mutating func arithmetic(
    _ left: Piece, _ text: String, _ right: Piece, at place: Int
  ) throws(ExpressionError) -> Piece {
    guard let sign = ExpressionArithmetic(rawValue: text) else { throw unexpected() }
    return try made(.arithmetic(sign, left.node, right.node), of: [left, right], from: left.column, at: place)
  }

  private mutating func signed() throws(ExpressionError) -> Piece {
    if token.is("+") { throw error("`+` stands between two values") }
    guard token.is("-") else { return try value() }
    let start = token.column
    try descend()
    try advance()
    let operand = try signed()
    nesting -= 1
    return try made(.negative(operand.node), of: [operand], from: start)
  }

  // MARK: - Values

  /// A value with the attributes and items that are asked of it.
  private mutating func value() throws(ExpressionError) -> Piece {
    var piece = try simpleValue()
    while true {
      let place = token.column
      if try take(word: ".") {
        guard case .word(let name) = token.content, !Self.reserved.contains(name) else {
          throw error("\(token.shown) where the name of an attribute is expected")
        }
        names.append(ExpressionName(text: name, column: token.column))
        try advance()
        piece = try made(.attribute(piece.node, name), of: [piece], from: piece.column, at: place)
      } else if token.is("[") {
        piece = try item(of: piece)
      } else if token.is("(") {
        throw notCalled(piece)
      } else {
        return piece
      }
    }
  }

  private mutating func item(of piece: Piece) throws(ExpressionError) -> Piece {
    let place = token.column
    try descend()
    try advance()
    if token.is(":") { throw error("there are no slices") }
    let key = try disjunction()
    if token.is(":") { throw error("there are no slices") }
    try expect("]", "closes the item")
    nesting -= 1
    if case .constant(.text(let text)) = key.node { names.append(ExpressionName(text: text, column: key.column)) }
    return try made(.item(piece.node, key.node), of: [piece, key], from: piece.column, at: place)
  }

  private func notCalled(_ piece: Piece) -> ExpressionError {
    if case .attribute(_, let name) = piece.node, let function = ExpressionFunction(rawValue: name) {
      return error("no method is called: there is the function `\(function.rawValue)(…)`")
    }
    return error("nothing is called but \(ExpressionFunction.listed)")
  }

  private mutating func simpleValue() throws(ExpressionError) -> Piece {
    let start = token.column
    switch token.content {
    case .constant(let constant):
      try advance()
      return try made(.constant(constant), from: start)
    case .special(let special):
      try advance()
      return try made(.special(special), from: start)
    case .sign("("):
      try descend()
      try advance()
      let inner = try disjunction()
      if token.is(",") { throw error("there are no tuples") }
      try expect(")", "closes the bracket of column \(start)")
      nesting -= 1
      return Piece(node: inner.node, depth: inner.depth, column: start)
    case .sign("["): throw error("there are no lists: `x == 1 or x == 2` stands for `x in [1, 2]`")
    case .sign("{"): throw error("there are no dictionaries and no sets")
    case .word("not"): throw error("`not` binds weaker than what stands before it: it needs brackets")
    case .word(let word) where !Self.reserved.contains(word):
      try advance()
      if token.is("(") { return try call(word, from: start) }
      names.append(ExpressionName(text: word, column: start))
      return try made(.name(word), from: start)
    default: throw error("\(token.shown) where a value is expected")
    }
  }

  private mutating func call(_ word: String, from start: Int) throws(ExpressionError) -> Piece {
    guard let function = ExpressionFunction(rawValue: word) else {
      throw error("there is no function `\(word)`; there are \(ExpressionFunction.listed)", at: start)
    }
    try descend()
    try advance()
    var arguments: [Piece] = []
    while !token.is(")") {
      if !arguments.isEmpty { try expect(",", "or `)` is expected") }
      arguments.append(try disjunction())
    }
    try advance()
    nesting -= 1
    guard arguments.count == function.argumentCount else {
      let wanted = function.argumentCount == 1 ? "1 value" : "\(function.argumentCount) values"
      throw error("`\(word)` takes \(wanted), not \(arguments.count)", at: start)
    }
    if function == .defined {
      guard case .name = arguments[0].node else {
        throw error("`defined` takes the name of a variable", at: arguments[0].column)
      }
    }
    return try made(.call(function, arguments.map(\.node)), of: arguments, from: start)
  }

  /// Words of Python that are no names.
  private static let reserved: Set<String> = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except",
    "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
    "return", "try", "while", "with", "yield",
  ]
}
