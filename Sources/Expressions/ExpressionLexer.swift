/// Takes the text of an expression apart, token by token.
struct ExpressionLexer: Sendable {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) throws(ExpressionError) {
    scalars = Array(text.unicodeScalars)
    guard scalars.count <= Expression.textLimit else {
      throw ExpressionError(
        problem: "a text of more than \(Expression.textLimit) characters", column: Expression.textLimit + 1)
    }
  }

  /// Of the next character, from 1.
  var column: Int { position + 1 }
  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func takeScalar() -> Unicode.Scalar? {
    guard let scalar = next else { return nil }
    position += 1
    return scalar
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private func error(_ problem: String, at column: Int? = nil) -> ExpressionError {
    ExpressionError(problem: problem, column: column ?? self.column)
  }

  // MARK: - Tokens

  mutating func token() throws(ExpressionError) -> ExpressionToken {
    while let scalar = next, " \t\r\n".unicodeScalars.contains(scalar) { position += 1 }
    let start = column
    guard let scalar = next else { return ExpressionToken(content: .end, column: start) }
    let content: ExpressionToken.Content
    if Self.begins(name: scalar) {
      content = word()
    } else if Self.isDigit(scalar) {
      content = .constant(try number())
    } else if scalar == "'" || scalar == "\"" {
      content = .constant(.text(try text()))
    } else if scalar == "@" {
      content = .special(try special())
    } else {
      content = .sign(try sign(scalar))
    }
    return ExpressionToken(content: content, column: start)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func begins(name scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDStart
  }

  private mutating func name() -> String {
    var name = String.UnicodeScalarView()
    while let scalar = next, Self.begins(name: scalar) || scalar.properties.isXIDContinue {
      name.append(scalar)
      position += 1
    }
    return String(name)
  }

  private mutating func word() -> ExpressionToken.Content {
    switch name() {
    case "None": .constant(.none)
    case "True": .constant(.bool(true))
    case "False": .constant(.bool(false))
    case let word: .word(word)
    }
  }

  private mutating func special() throws(ExpressionError) -> ExpressionSpecial {
    let start = column
    position += 1
    let word = name()
    guard let special = ExpressionSpecial(rawValue: word) else {
      let known = ExpressionSpecial.allCases.map { "@" + $0.rawValue }.joined(separator: ", ")
      throw error("there is no `@\(word)`; there are \(known)", at: start)
    }
    return special
  }

  private static let signs = ["==", "!=", "<=", ">=", "//"]
  /// What other languages have, and what it is here.
  private static let foreign = [
    "**": "there are no powers", "&&": "`and` stands for it", "||": "`or` stands for it", "<>": "`!=` stands for it",
    ":=": "nothing is assigned", "=": "`==` compares", "!": "`not` stands for it",
  ]

  private mutating func sign(_ first: Unicode.Scalar) throws(ExpressionError) -> String {
    let start = column
    let one = String(first)
    let two = String(String.UnicodeScalarView(scalars[position..<min(position + 2, scalars.count)]))
    if Self.signs.contains(two) {
      position += 2
      return two
    }
    for text in [two, one] {
      if let hint = Self.foreign[text] { throw error("`\(text)` is no operator: \(hint)", at: start) }
    }
    guard "+-*/%<>()[]{},.:".unicodeScalars.contains(first) else {
      throw error("no part of an expression begins with \(Self.shown(first))", at: start)
    }
    position += 1
    return one
  }

  /// As it is where that can be seen, else its number.
  private static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator,
      .nonspacingMark, .enclosingMark:
      "U+" + String(scalar.value, radix: 16, uppercase: true)
    default: "`\(scalar)`"
    }
  }

  // MARK: - Numbers

  private mutating func digits() -> String {
    var digits = ""
    while let scalar = next, Self.isDigit(scalar) {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    return digits
  }

  private mutating func number() throws(ExpressionError) -> ExpressionConstant {
    let start = column
    var text = digits()
    guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else {
      throw error("a number that begins with 0", at: start)
    }
    var isWhole = true
    if take(".") {
      isWhole = false
      let fraction = digits()
      guard !fraction.isEmpty else { throw error("a digit is missing behind the point") }
      text += "." + fraction
    }
    if next == "e" || next == "E" {
      isWhole = false
      position += 1
      text += "e"
      if take("-") { text += "-" } else { _ = take("+") }
      let exponent = digits()
      guard !exponent.isEmpty else { throw error("a digit is missing in the exponent") }
      text += exponent
    }
    if let scalar = next, Self.begins(name: scalar) {
      throw error("a number goes on with `\(scalar)`: it has digits, a point and an exponent")
    }
    if isWhole {
      guard let number = Int(text) else { throw error("a whole number of more than 64 bits", at: start) }
      return .integer(number)
    }
    guard let number = Double(text), number.isFinite else { throw error("a number that is too large", at: start) }
    return .float(number)
  }

  // MARK: - Texts

  private mutating func text() throws(ExpressionError) -> String {
    let start = column
    let quote = takeScalar()
    var text = String.UnicodeScalarView()
    while let scalar = next {
      position += 1
      switch scalar {
      case quote: return String(text)
      case "\\": text.append(try escape())
      case "\n", "\r": throw error("a text does not go over lines: `\\n` stands for the end of one", at: column - 1)
      default: text.append(scalar)
      }
    }
    throw error("a text that is not closed", at: start)
  }

  private mutating func escape() throws(ExpressionError) -> Unicode.Scalar {
    let start = column - 1
    switch takeScalar() {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "\\": return "\\"
    case "'": return "'"
    case "\"": return "\""
    case "x": return try scalar(digits: 2, from: start)
    case "u": return try scalar(digits: 4, from: start)
    case "U": return try scalar(digits: 8, from: start)
    default:
      throw error(
        "an unknown escape; there are \\n, \\r, \\t, \\\\, \\', \\\", \\xHH, \\uHHHH and \\UHHHHHHHH", at: start)
    }
  }

  private mutating func scalar(digits count: Int, from start: Int) throws(ExpressionError) -> Unicode.Scalar {
    var number: UInt32 = 0
    for _ in 0..<count {
      guard let scalar = next, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw error("an escape of \(count) hexadecimal digits, of which some are missing", at: start)
      }
      position += 1
      number = number << 4 | UInt32(digit)
    }
    guard let scalar = Unicode.Scalar(number) else { throw error("an escape that is no character", at: start) }
    return scalar
  }
}
