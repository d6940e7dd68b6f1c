/// The command line of an interpreter: which program it runs, as `Modules/main.c` and `Python/initconfig.c` read it.
enum PythonCommandLine {
  /// `python3`, `/usr/bin/python3.13t`, `pypy3`; not `python-config`, nor what else begins so.
  static func isInterpreter(_ word: String) -> Bool {
    var name = word.lastPathName
    guard let stem = ["python", "pypy"].first(where: { name.hasPrefix($0) }) else { return false }
    name = name.dropFirst(stem.count)
    if name.hasSuffix("-dbg") { name = name.dropLast(4) }
    // Builds say what they are behind the version: 3.13t, 3.7m, 3.12d.
    return name.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "." || "tdmuw".contains($0)) }
  }

  /// The script or module with its arguments; empty for `-c`, standard input and an interactive session. Nil where the first
  /// word is no interpreter.
  static func program(of arguments: [String]) -> [String]? {
    guard let first = arguments.first, isInterpreter(first) else { return nil }
    return program(behindOptions: arguments.dropFirst())
  }

  static func program(behindOptions words: ArraySlice<String>) -> [String] {
    var rest = words
    while let word = rest.popFirst() {
      if word == "-" { return [] }
      guard word.hasPrefix("-") else { return [word] + rest }
      if word == "--" { return Array(rest) }
      if word.hasPrefix("--") {
        if word == "--check-hash-based-pycs" { _ = rest.popFirst() }
        continue
      }
      // Short options may stand together, and the last one may hold its value: -Imhttp.server, -uW ignore.
      let letters = word.dropFirst()
      guard let index = letters.firstIndex(where: { "cmWX".contains($0) }) else { continue }
      let value = letters[letters.index(after: index)...]
      switch letters[index] {
      case "c": return []
      case "m": return value.isEmpty ? Array(rest) : [String(value)] + rest
      default: if value.isEmpty { _ = rest.popFirst() }
      }
    }
    return []
  }

  /// What `multiprocessing` runs in the processes that it starts anew and does not fork.
  enum Helper {
    case spawned, forkServer, resourceTracker

    init?(_ arguments: [String]) {
      guard let option = arguments.firstIndex(of: "-c"), option + 1 < arguments.count,
        PythonCommandLine.isInterpreter(arguments[0])
      else { return nil }
      let code = arguments[option + 1]
      if code.hasPrefix("from multiprocessing.spawn import") {
        self = .spawned
      } else if code.hasPrefix("from multiprocessing.forkserver import") {
        self = .forkServer
      } else if code.hasPrefix("from multiprocessing.resource_tracker import") {
        self = .resourceTracker
      } else {
        return nil
      }
    }
  }
}
