import JSON
import TestSupport
import Testing

/// The agent's way of carrying out conditions against one that was written apart, on values that want to be called.
@Suite struct ConditionTests {
  private static let seed = 20_260_727
  private static let count = 10_000
  /// The agent's parts, as they are laid one behind the other.
  private static let parts = [
    "agent", "objects", "changes", "work", "descriptions", "expression_values", "expressions",
  ]

  /// Nothing of the application is called, the answer is the same, in as many steps, and nothing else comes out.
  @Test(arguments: PythonInterpreter.everywhere)
  func conditionsCallNothingAndAreTrue(_ python: PythonInterpreter) throws {
    let target = try python.run("conditions.py", [String(Self.seed), String(Self.count)])
    let texts = try Self.parts.map { try TextFile.read(Checkout.root + "/Sources/Attaching/Agent/\($0).py") }
    try target.send(JSONText().text(of: texts))
    let line = try target.line(within: .seconds(400))
    print("conditions on \(python): \(line)")
    let answer = try JSONReader().value(of: line.utf8)
    #expect(answer["fouls"] == .array([]))
    // Outcomes of every kind, and that steps were counted to the last one.
    let kinds = [
      "True", "False", "NoneType", "int", "float", "str", "bytes", "list", "dict", "object", "undecided", "steps",
      "exactly", "torn", "meanwhile",
    ]
    for kind in kinds { #expect((answer["counts"]?[kind]?.integer ?? 0) > 0, "no outcome of the kind \(kind)") }
    #expect(try target.finish() == 0)
  }
}
