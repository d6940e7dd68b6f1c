import JSON

/// A condition, or a value in a message: Python's own notation, as far as it can be told in few steps and with nothing of the
/// application being called. Documentation/Expressions.md says what each part means.
public struct Expression: Equatable, Sendable {
  /// Code points of a text at most, parts of an expression, and how deep they lie in each other.
  public static let textLimit = 1000
  public static let nodeLimit = 100
  public static let depthLimit = 20

  public let root: ExpressionNode
  /// What it asks for by name: variables, attributes, and keys of dictionaries, in the order in which they stand.
  public let names: [ExpressionName]

  /// - Throws: what is wrong with the text, and where.
  public init(_ text: String) throws(ExpressionError) {
    var parser = try ExpressionParser(text)
    self = try parser.whole()
  }

  init(root: ExpressionNode, names: [ExpressionName]) {
    self.root = root
    self.names = names
  }

  /// As the agent takes it.
  public var json: JSONValue { root.json }

  /// Refuses a condition that asks for what is not to be shown: whether it holds would tell it.
  /// - Parameter withheld: the kind of secret that a name stands for; nil where it stands for none.
  public func refuse(_ withheld: (String) -> String?) throws(ExpressionError) {
    try refuse(from: "a condition", withheld)
  }

  func refuse(from whole: String, _ withheld: (String) -> String?) throws(ExpressionError) {
    for name in names {
      guard let kind = withheld(name.text) else { continue }
      throw ExpressionError(
        problem: "\(name.text) is withheld (\(kind)), and \(whole) must not tell it", column: name.column)
    }
  }
}
