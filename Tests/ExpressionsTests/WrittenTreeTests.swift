import TestSupport
import Testing

@testable import Expressions

/// Whatever is written from a tree is read as that tree.
@Suite struct WrittenTreeTests {
  @Test(arguments: 0..<40 as Range<UInt64>) func writtenTreesAreReadAgain(seed: UInt64) throws {
    var maker = TreeMaker(random: SeededGenerator(seed: seed))
    for _ in 0..<50 {
      let tree = maker.tree(depth: 5)
      let text = maker.text(of: tree)
      guard text.unicodeScalars.count <= Expression.textLimit, TreeMaker.size(of: tree) <= Expression.nodeLimit else {
        continue
      }
      #expect(try Expression(text).root == tree, "\(text)")
      // Within a message it is the same.
      let message = try Template("a {\(text)} b")
      guard case .expression(let expression) = message.parts[1] else {
        Issue.record("\(text)")
        continue
      }
      #expect(expression.root == tree)
    }
  }

  /// What is no expression is an error and nothing worse.
  @Test(arguments: 0..<20 as Range<UInt64>) func tornTextsAreRefusedOrRead(seed: UInt64) {
    var maker = TreeMaker(random: SeededGenerator(seed: seed))
    for _ in 0..<200 {
      let tree = maker.tree(depth: 4)
      let text = String(decoding: maker.random.mutated(Array(maker.text(of: tree).utf8)), as: UTF8.self)
      do throws(ExpressionError) {
        _ = try Expression(text)
      } catch {
        #expect(error.column >= 1 && error.column <= Expression.textLimit + 1)
        #expect(error.column <= text.unicodeScalars.count + 1)
      }
      _ = try? Template(text)
    }
  }
}

/// A maker of random trees, and of texts that mean them: with more brackets and spaces than are needed, at times.
struct TreeMaker {
  var random: SeededGenerator

  private mutating func one<Items: Collection>(of items: Items) -> Items.Element {
    // No collection here is empty.
    items.randomElement(using: &random) ?? items[items.startIndex]
  }

  private mutating func name() -> String {
    one(of: ["a", "order", "_x1", "total", "len", "type", "é", "None_", "isin"])
  }

  private mutating func constant() -> ExpressionConstant {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: .none
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(one(of: [0, 1, 17, Int.max]))
    case 3: .float(Double(bitPattern: UInt64.random(in: 0..<0x7FF0_0000_0000_0000, using: &random)))
    case 4: .float(one(of: [0, 0.5, 1e300, .leastNonzeroMagnitude, 100]))
    default: .text(one(of: ["", "it's", "\"", "\\", "\n\t\r", "{}", "é🐍", "\u{1}\u{7F}\u{2028}", "card"]))
    }
  }

  mutating func tree(depth: Int) -> ExpressionNode {
    guard depth > 0 else { return leaf() }
    let below = depth - 1
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return leaf()
    case 1: return .attribute(tree(depth: below), name())
    case 2: return .item(tree(depth: below), tree(depth: below))
    case 3: return .not(tree(depth: below))
    case 4: return .negative(tree(depth: below))
    case 5: return .and(tree(depth: below), tree(depth: below))
    case 6: return .or(tree(depth: below), tree(depth: below))
    case 7:
      let sign = one(of: ExpressionComparison.allCases)
      let isSame = sign == .is || sign == .isNot
      let other: ExpressionNode = isSame ? .constant(one(of: [.none, .bool(true), .bool(false)])) : tree(depth: below)
      return .comparison(sign, tree(depth: below), other)
    case 8, 9: return .arithmetic(one(of: ExpressionArithmetic.allCases), tree(depth: below), tree(depth: below))
    default:
      let function = one(of: ExpressionFunction.allCases)
      guard function != .defined else { return .call(.defined, [.name(name())]) }
      return .call(function, (0..<function.argumentCount).map { _ in tree(depth: below) })
    }
  }

  private mutating func leaf() -> ExpressionNode {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: .special(one(of: ExpressionSpecial.allCases))
    case 1, 2: .constant(constant())
    default: .name(name())
    }
  }

  static func size(of node: ExpressionNode) -> Int {
    switch node {
    case .name, .special, .constant: 1
    case .attribute(let of, _), .not(let of), .negative(let of): 1 + size(of: of)
    case .item(let a, let b), .and(let a, let b), .or(let a, let b), .comparison(_, let a, let b),
      .arithmetic(_, let a, let b):
      1 + size(of: a) + size(of: b)
    case .call(_, let arguments): 1 + arguments.map(size).reduce(0, +)
    }
  }

  // MARK: - Writing

  private mutating func space() -> String { one(of: ["", " ", "  ", "\t", "\n"]) }

  mutating func text(of node: ExpressionNode) -> String { written(node, above: 0) }

  /// In brackets where it binds weaker than what stands around it, and at times where it does not.
  private mutating func written(_ node: ExpressionNode, above strength: Int) -> String {
    let (text, own) = bare(node)
    let isLoose = Int.random(in: 0..<12, using: &random) == 0
    return own < strength || isLoose ? "(" + space() + text + space() + ")" : text
  }

  /// A text, and how strongly it binds: 1 for `or` up to 8 for a value.
  private mutating func bare(_ node: ExpressionNode) -> (String, Int) {
    switch node {
    case .name(let name): return (name, 8)
    case .special(let special): return ("@" + special.rawValue, 8)
    case .constant(let constant):
      switch constant {
      // A point behind a number would be its own.
      case .integer, .float: return (literal(constant), 7)
      default: return (literal(constant), 8)
      }
    case .attribute(let of, let name): return (written(of, above: 8) + space() + "." + space() + name, 8)
    case .item(let of, let index):
      return (written(of, above: 8) + "[" + space() + written(index, above: 0) + space() + "]", 8)
    case .call(let function, let arguments):
      let list = arguments.map { written($0, above: 0) }.joined(separator: "," + space())
      return (function.rawValue + "(" + list + ")", 8)
    case .negative(let operand): return ("-" + space() + written(operand, above: 7), 7)
    case .arithmetic(let sign, let left, let right):
      let own = sign == .plus || sign == .minus ? 5 : 6
      return (written(left, above: own) + space() + sign.rawValue + space() + written(right, above: own + 1), own)
    case .comparison(let sign, let left, let right):
      return (written(left, above: 5) + " " + sign.rawValue + " " + written(right, above: 5), 4)
    case .not(let operand): return ("not " + written(operand, above: 3), 3)
    case .and(let left, let right): return (written(left, above: 2) + " and " + written(right, above: 3), 2)
    case .or(let left, let right): return (written(left, above: 1) + " or " + written(right, above: 2), 1)
    }
  }

  private mutating func literal(_ constant: ExpressionConstant) -> String {
    switch constant {
    case .none: return "None"
    case .bool(let flag): return flag ? "True" : "False"
    case .integer(let number): return String(number)
    case .float(let number): return number.description
    case .text(let text):
      let quote = one(of: ["'", "\""])
      var literal = quote
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": literal += "\\n"
        case "\r": literal += one(of: ["\\r", "\\x0d"])
        case "\\": literal += "\\\\"
        case "'", "\"": literal += (String(scalar) == quote ? "\\" : "") + String(scalar)
        case _ where scalar.value < 0x20: literal += "\\u000\(String(scalar.value, radix: 16))"
        default: literal.unicodeScalars.append(scalar)
        }
      }
      return literal + quote
    }
  }
}
