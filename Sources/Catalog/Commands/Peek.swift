import CPython
import RemoteProcess
import Values

extension CatalogEntry {
  /// `ispy peek`: reads one value.
  static let peek = CatalogEntry(
    CommandSpecification(
      name: "peek", rung: .inspect, summary: "Read a value by its name",
      discussion: """
        Reads a value from memory: names, attributes, keys and indexes. Nothing is called and no code runs, so properties, \
        functions and slices are not available; what is stored is.

        EXPR begins with a module (myapp.settings.DEBUG), a global of the main program, or a variable of a frame: \
        thread(N).frame(M).name, where N is the thread's number or native id as dump shows it, or its name in quotes, and M \
        counts frames from 0, the innermost.
        """,
      parameters: [
        .targets(),
        .positional("expr", .expression, "what to read: names, attributes, keys and indexes"),
        .option("depth", .integer(1...20), default: "4", "how deep containers are opened"),
        .option("width", .integer(1...10_000), default: "50", "items shown of a container"),
        .option("length", .integer(1...1_000_000), default: "500", "characters shown of a text"),
      ],
      cost: "reads some kilobytes of its memory",
      examples: [
        .init("ispy peek shop myapp.settings.DEBUG", "a setting, in every worker"),
        .init("ispy peek 4711 'thread(3).frame(0).order.items[0].total'", "through a variable of a frame"),
        .init("ispy peek 4711 \"sys.modules['json']\"", "by key"),
      ], schema: "ispyd.peek/1"), result: PeekResult.self,
    validate: { arguments throws(CommandError) in _ = try expression(arguments) }
  ) { arguments, context throws(CommandError) in
    let expression = try expression(arguments)
    let targets = context.targets
    let limits = Decoder.Limits(
      depth: arguments.integer("depth") ?? 4, width: arguments.integer("width") ?? 50,
      length: arguments.integer("length") ?? 500)
    let processes = try targets.answers { target throws(CommandError) in
      PeekedProcess(pid: target.pid, value: try peek(expression, in: target.open(), limits: limits))
    } failed: { target, error in
      PeekedProcess(pid: target.pid, value: nil, problem: error.message)
    }
    return PeekResult(expression: arguments["expr"] ?? "", processes: processes)
  }

  private static func expression(_ arguments: Arguments) throws(CommandError) -> PeekExpression {
    let text = arguments["expr"] ?? ""
    guard !text.isEmpty else { throw CommandError(.usage, "EXPR is empty", hint: "see: ispy help peek") }
    do throws(PeekError) { return try PeekExpression(text) } catch {
      throw CommandError(.usage, "\(text): \(error)", hint: "see: ispy help peek")
    }
  }

  private static func peek(
    _ expression: PeekExpression, in process: PythonProcess, limits: Decoder.Limits
  ) throws(CommandError) -> Value {
    let runtime = process.runtime
    let interpreters: [Interpreter]
    do throws(ReadError) { interpreters = try runtime.interpreters() } catch {
      throw CommandError(reading: error, pid: process.pid)
    }
    var failure = PeekError.notFound("process \(process.pid) has no interpreter", suggestions: [])
    // An application under mod_wsgi lives in a subinterpreter: the first that knows the name answers.
    for interpreter in interpreters {
      do throws(PeekError) {
        let found = try runtime.peek(expression, in: interpreter) { (key) throws(PeekError) in
          try stack(key, of: process)
        }
        return Decoder(runtime, limits: limits).value(found)
      } catch {
        failure = error
      }
    }
    switch failure {
    case .unreadable(let error): throw CommandError(reading: error, pid: process.pid)
    case .notFound(let what, let suggestions):
      throw CommandError(
        .notFound, what, hint: suggestions.isEmpty ? nil : "there is: \(suggestions.joined(separator: ", "))")
    default: throw CommandError(.notFound, failure.description, hint: "see: ispy help peek")
    }
  }

  private static func stack(_ key: PeekExpression.Key, of process: PythonProcess) throws(PeekError) -> Stack {
    let look: ProcessLook
    do throws(ReadError) { look = try ProcessLook(process) } catch { throw .unreadable(error) }
    let found =
      switch key {
      case .text(let name): look.threads.first { $0.name == name }
      case .integer(let number):
        look.threads.first { $0.nativeID == Int32(clamping: number) } ?? look.threads.first { $0.number == number }
      }
    if let found { return found.stack }
    let names = look.threads.map { "\($0.number) \($0.title)" }
    throw .notFound("no thread \(key)", suggestions: Array(names.prefix(10)))
  }
}
