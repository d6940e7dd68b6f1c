import Expressions
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

  private static func texts() throws -> [String] {
    try parts.map { try TextFile.read(Checkout.root + "/Sources/Attaching/Agent/\($0).py") }
  }

  /// Nothing of the application is called, the answer is the same, in as many steps, and nothing else comes out.
  @Test(arguments: PythonInterpreter.everywhere)
  func conditionsCallNothingAndAreTrue(_ python: PythonInterpreter) throws {
    let target = try python.run("conditions.py", [String(Self.seed), String(Self.count)])
    try target.send(JSONText().text(of: Self.texts()))
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

  /// What is written, read, sent and carried out means what Documentation/Expressions.md says.
  @Test(arguments: [
    ("total > 100", "True"), ("total / 4", "62.625"), ("order.customer.id == 17", "True"),
    ("order.secret", "undecided"),
    ("request['method'] == 'POST' and like(request['path'], '/api/*/items')", "True"),
    ("'debug' in options and options['debug'] is True", "False"), ("options['de' + 'bug']", "undecided"),
    ("@ms > 250 or @exception == 'shop.OutOfStock'", "True"), ("@exception is None", "False"),
    ("len(items) % 2 == 0", "False"), ("items[-1]", "'pear'"), ("items[3]", "undecided"), ("items[0][0]", "'a'"),
    ("defined(retry) and retry > 3", "False"), ("retry > 3", "undecided"), ("retry is None", "undecided"),
    ("not startswith(type(@return), 'builtins.')", "False"), ("type(order)", "'__main__.Order'"),
    ("order == 5", "undecided"), ("order is not None", "True"), ("None == 0", "False"),
    ("options == options", "undecided"),
    ("'' or 'nobody'", "'nobody'"), ("-total", "-250.5"), ("7 // 2 * -2", "-6"), ("1 / 0", "undecided"),
    ("9223372036854775807 * 9223372036854775807", "85070591730234615847396907784232501249"),
    ("min(2, total) + max(1, True)", "3"), ("upper('straße') + lower('ÄB')", "'STRASSEäb'"),
    ("'a\\'\\n\\u00e9' not in 'b'", "True"), ("total < 'a'", "undecided"), ("order.limit", "10"),
    ("1e-3 + .0", "refused"),
  ]) func expressionsMeanWhatThePageSays(_ text: String, _ meant: String) throws {
    guard let expression = try? Expression(text) else {
      #expect(meant == "refused")
      return
    }
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil })
    let child = try ChildProcess(python.command + ["-c", Self.program])
    try child.send(JSONText().text(of: Self.texts()))
    try child.send(JSONText().text(of: expression.json))
    #expect(try child.line() == meant)
    #expect(try child.waitForExit() == 0)
  }

  private static let program = """
    import json, sys
    agent = {"__name__": "ispyd"}
    exec(compile("".join(json.loads(sys.stdin.readline())), "agent", "exec"), agent)
    class Order:
        limit = 10
        secret = property(lambda self: 1)
    order = Order()
    order.customer = Order()
    order.customer.id = 17
    names = {"order": order, "total": 250.5, "options": {"verbose": True}, "items": ["apple", "fig", "pear"]}
    names["request"] = {"method": "POST", "path": "/api/17/items"}
    specials = {"return": 3, "exception": "shop.OutOfStock", "ms": 1.5}
    function, wanted, known = agent["compiled"](json.loads(sys.stdin.readline()))
    try:
        values = [names.get(name, agent["UNDEFINED"]) for name in wanted] + [specials[name] for name in known]
        print(repr(function(*values)))
    except LookupError as error:
        print(error.args[0])
    """
}
