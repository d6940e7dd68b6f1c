import CPython
import Glibc
import RemoteProcess
import Values

/// The plugin `python`: what the interpreter knows of itself, read from its memory.
enum PythonPlugin {
  static let commands: [CatalogEntry] = [
    attribute("version", "Show the version and build of Python"),
    attribute("platform", "Show the platform that Python was built for"),
    attribute("prefix", "Show where Python is installed"),
    attribute("path", "Show where modules are looked for"),
    attribute("executable", "Show the interpreter's executable"),
    attribute("argv", "Show the arguments of the program"),
    fact("defaultencoding", "Show the encoding of str where none is named") { _ throws(CommandError) in
      // `sys.getdefaultencoding()` is a constant of CPython 3 (Objects/unicodeobject.c PyUnicode_GetDefaultEncoding).
      .text("utf-8")
    },
    fact("filesystemencoding", "Show the encoding of file names") { process throws(CommandError) in
      try reading(process) { () throws(ReadError) in
        .text(try process.runtime.fileSystemEncoding(of: main(of: process)))
      }
    },
    attribute("maxsize", "Show the largest size of a container"),
    attribute("maxunicode", "Show the largest code point"),
    fact("environ", "Show the environment as os.environ has it now, redacted") { process throws(CommandError) in
      try reading(process) { () throws(ReadError) in try environment(of: process) }
    },
    modules,
    fact("threads", "List the threads that run Python") { process throws(CommandError) in
      try reading(process) { () throws(ReadError) in
        let look = try ProcessLook(process)
        return .list(
          look.threads.sorted { $0.number < $1.number }.map { thread in
            .fields([
              .init("number", .number(thread.number)), .init("thread_name", .text(thread.name)),
              .init("native_id", .number(thread.nativeID)), .init("ident", .text(String(thread.state.threadID))),
              .init("holds_gil", .flag(thread.holdsGIL)), .init("frames", .number(thread.stack.frames.count)),
            ])
          })
      }
    },
  ]

  private static let modules = CatalogEntry(
    CommandSpecification(
      plugin: "python", name: "modules", rung: .inspect, summary: "List the imported modules",
      discussion: "Lists the names in sys.modules; with a pattern those that it matches.",
      parameters: [
        .targets(), .option("like", .text, "a pattern, in which * is anything and ? one character: 'django.*'"),
      ], cost: "reads some kilobytes of its memory",
      examples: [
        .init("ispy run 4711 python modules", "of one process"),
        .init("ispy run shop python modules --like 'django.*'", "of every worker of shop"),
      ], schema: "ispyd.python.modules/1"), result: FactsResult.self
  ) { arguments, context throws(CommandError) in
    let pattern = arguments["like"]
    return try FactsResult(
      schema: "ispyd.python.modules/1", of: context.targets, isCancelled: context.isCancelled
    ) { target throws(CommandError) in
      let process = try target.open()
      let fact = try reading(process) { () throws(ReadError) in
        let modules = try process.runtime.modules(of: main(of: process))
        let names = try process.runtime.dictEntries(at: modules).compactMap { entry in
          try? process.runtime.string(at: entry.key, limit: 500).text
        }
        return .list(
          names.filter { name in pattern.map { fnmatch($0, name, 0) == 0 } ?? true }.sorted().map { .text($0) })
      }
      return ProcessFact(pid: target.pid, fact: fact)
    }
  }

  /// `os.environ` keeps its variables in a dict of bytes, `_data` (Lib/os.py).
  private static func environment(of process: PythonProcess) throws(ReadError) -> Fact {
    let runtime = process.runtime
    let modules = try runtime.modules(of: main(of: process))
    guard let os = try runtime.lookUp("os", inDictAt: modules),
      let found = try? runtime.attribute("environ", ofObjectAt: os),
      let variables = try runtime.attribute("_data", ofObjectAt: found)
    else { return .missing }
    let decoder = Decoder(runtime, limits: Decoder.Limits(depth: 2, width: 10_000, length: 100_000))
    guard case .mapping(let entries, _) = decoder.value(at: variables).content else { return .missing }
    func text(_ value: Value) -> String? {
      if case .bytes(let bytes, _) = value.content { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
    return .fields(
      entries.compactMap { entry in text(entry.key).map { .init($0, .text(text(entry.value))) } }
        .sorted { $0.name < $1.name })
  }

  /// An attribute of `sys`.
  private static func attribute(_ name: String, _ summary: String) -> CatalogEntry {
    fact(name, summary) { process throws(CommandError) in
      try reading(process) { () throws(ReadError) in
        let sys = try process.runtime.sysNamespace(of: main(of: process))
        guard let found = try process.runtime.lookUp(name, inDictAt: sys) else { return .missing }
        let decoder = Decoder(process.runtime, limits: Decoder.Limits(depth: 2, width: 10_000, length: 10_000))
        return fact(decoder.value(at: found))
      }
    }
  }

  /// A decoded value as a fact.
  private static func fact(_ value: Value) -> Fact {
    switch value.content {
    case .text(let text, _): .text(text)
    case .integer(let digits): Int64(digits).map { .number($0) } ?? .text(digits)
    case .bool(let flag): .flag(flag)
    case .sequence(let items, _): .list(items.map { fact($0) })
    case .singleton("None"): .missing
    default: .text(ValueText().text(of: value))
    }
  }

  private static func fact(
    _ name: String, _ summary: String, read: @escaping @Sendable (PythonProcess) throws(CommandError) -> Fact
  ) -> CatalogEntry {
    .fact(plugin: "python", name, rung: .inspect, summary, cost: "reads some kilobytes of its memory") {
      target throws(CommandError) in
      try read(try target.open())
    }
  }

  private static func main(of process: PythonProcess) throws(ReadError) -> Interpreter {
    guard let main = try process.runtime.interpreters().first else {
      throw .implausible("no interpreter", process.location.address)
    }
    return main
  }

  private static func reading(
    _ process: PythonProcess, _ body: () throws(ReadError) -> Fact
  ) throws(CommandError) -> Fact {
    do throws(ReadError) { return try body() } catch { throw CommandError(reading: error, pid: process.pid) }
  }
}
