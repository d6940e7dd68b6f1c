import Catalog
import TestSupport
import Testing
import Values

/// `ispy peek` on real processes of every CPython found.
@Suite struct PeekCommandTests {
  /// The program, once its stack stays as it is: `wait_for_end` in `inner` in `hold`.
  private static func values(on python: PythonInterpreter) throws -> PythonTarget {
    let target = try python.run("values.py")
    while try target.line() != "in a cell" {}
    _ = try TruthfulThread.all(of: target)
    return target
  }

  private static func peek(_ target: PythonTarget, _ expression: String, _ options: String...) throws -> IspyRun {
    try IspyRun(["peek", "\(target.pid)", expression] + options)
  }

  @Test(arguments: PythonInterpreter.installed)
  func namesAttributesKeysAndIndexes(python: PythonInterpreter) throws {
    let target = try Self.values(on: python)
    defer { target.end() }
    #expect(try Self.peek(target, "thread(1).frame(1).captured").output == "'in a cell'\n")
    for (expression, text) in [
      ("VALUES['small']", "42"), ("everything.str_ascii", "'hello'"), ("dict_str['two']", "2"),
      ("list_mixed[1]", "'two'"), ("list_mixed[-1][0]", "4"), ("tuple_pair", "(1, ('two',))"),
      ("everything.data_class.lines[0]", "'book'"), ("slotted.right", "'two'"), ("fabricated.setting", "'on'"),
      ("sys.modules['fabricated'].setting", "'on'"), ("data_class.total", "Decimal('19.90')"),
      ("str_control", "'tab\\tnew\\nnul\\x00quote\\'back\\\\'"),
    ] {
      let run = try Self.peek(target, expression)
      #expect(run.code == 0, "\(expression): \(run.errors)")
      if expression == "str_control" {
        #expect(run.output.contains("\\x00"), "\(run.output)")
      } else {
        #expect(run.output == text + "\n", "\(expression)")
      }
    }
  }

  @Test(arguments: PythonInterpreter.installed)
  func secretsAreWithheldByTheLastName(python: PythonInterpreter) throws {
    let target = try Self.values(on: python)
    defer { target.end() }
    let run = try Self.peek(target, "thread(1).frame(2).db_password")
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("<redacted:password"), "\(run.output)")
    let nested = try Self.peek(target, "thread(1).frame(2).settings['DATABASES']")
    #expect(nested.output.contains("'HOST': 'db'"), "\(nested.output)")
    #expect(!nested.output.contains("'pw'"))
    let key = try Self.peek(target, "thread(1).frame(2).settings['DATABASES']['default']['PASSWORD']")
    #expect(key.output.hasPrefix("<redacted:password"), "\(key.output)")
  }

  @Test(arguments: PythonInterpreter.installed)
  func theEnvironmentIsReadByName(python: PythonInterpreter) throws {
    let target = try python.run("threads.py", environment: ["SHOP_REGION": "eu-west", "DB_PASSWORD": "tr0ub4dor&3"])
    defer { target.end() }
    #expect(try Self.peek(target, "os.environ['SHOP_REGION']").output == "b'eu-west'\n")
    #expect(try Self.peek(target, "os.environ['DB_PASSWORD']").output.hasPrefix("<redacted:password"))
    #expect(try Self.peek(target, "os.environ['NOTHING']").code == CommandError.Cause.notFound.rawValue)
  }

  @Test func whatIsNotThereIsNamed() throws {
    let target = try Self.values(on: #require(PythonInterpreter.named("3.11")))
    defer { target.end() }
    for (expression, word) in [
      ("VALUES['smal']", "smal"), ("everything.nothing", "nothing"), ("list_mixed[99]", "99"), ("nowhere", "nowhere"),
      ("thread(77).frame(0).x", "77"), ("thread(1).frame(99).x", "99"), ("slotted.unset", "unset"),
      ("guarded.trap", "trap"),
    ] {
      let run = try Self.peek(target, expression)
      #expect(run.code == CommandError.Cause.notFound.rawValue, "\(expression): \(run.errors)")
      #expect(run.errors.hasPrefix("ispy: "))
      #expect(run.errors.contains(word), "\(expression): \(run.errors)")
      #expect(run.output.isEmpty)
    }
    // Nothing of it ran.
    #expect(try target.finish() == 0)
  }

  @Test(arguments: ["f(x)", "a +", "a[", "a['b", "", "1", "a..b", "thread(x).frame(0)", "a[1:2]", "lambda: 1"])
  func whatIsNoExpressionIsAMistakeInUse(expression: String) throws {
    let run = try IspyRun("peek", "1", expression)
    #expect(run.code == CommandError.Cause.usage.rawValue, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(run.errors.split(separator: "\n").count <= 2)
  }

  @Test func jsonHasTheValueAsData() throws {
    let target = try Self.values(on: #require(PythonInterpreter.named("3.12")))
    defer { target.end() }
    let result = try Self.peek(target, "list_mixed", "--json").decoded(as: PeekResult.self)
    #expect(result.expression == "list_mixed")
    guard case .sequence(let items, let count) = result.processes.first?.value?.content else {
      Issue.record("no list: \(result)")
      return
    }
    #expect(count == 5)
    #expect(items.map(\.type) == ["int", "str", "float", "NoneType", "list"])
  }

  @Test func boundsHold() throws {
    let target = try Self.values(on: #require(PythonInterpreter.named("3.13")))
    defer { target.end() }
    let list = try Self.peek(target, "list_huge", "--width", "3")
    #expect(list.output == "[0, 1, 2, … 99997 more]\n")
    let text = try Self.peek(target, "str_long", "--length", "5")
    #expect(text.output == "'xxxxx'… (100 k chars)\n" || text.output == "'xxxxx'… (100k chars)\n", "\(text.output)")
    let cycle = try Self.peek(target, "list_cyclic")
    #expect(cycle.output.contains("shown above"), "\(cycle.output)")
  }
}
