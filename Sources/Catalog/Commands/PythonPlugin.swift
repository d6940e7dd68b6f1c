import CPython
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
    fact("modules", "List the imported modules") { process throws(CommandError) in
      try reading(process) { () throws(ReadError) in
        let modules = try process.runtime.modules(of: main(of: process))
        let names = try process.runtime.dictEntries(at: modules).compactMap { entry in
          try? process.runtime.string(at: entry.key, limit: 500).text
        }
        return .list(names.sorted().map { .text($0) })
      }
    },
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
