import Glibc

extension PythonInterpreter {
  /// Every CPython 3.8 to 3.15 found, one of each minor version and kind, oldest first: what a test takes as its
  /// arguments. Where there are several builds of one minor version, it is the first of `builds`.
  public static let installed: [PythonInterpreter] = {
    var seen: Set<String> = []
    return builds.filter { seen.insert($0.name).inserted }
  }()

  /// Every build found: other patch levels, other distributions and other ways of linking of one minor version too.
  public static let builds: [PythonInterpreter] = found(among: candidates())

  /// Builds on musl in place of glibc, as Alpine's containers have them.
  public static let onMusl: [PythonInterpreter] = {
    let folders = Checkout.names(in: Checkout.cache + "/pythons").filter { $0.hasSuffix("-musl") }
    return found(among: folders.flatMap { candidates(in: Checkout.cache + "/pythons/\($0)/bin") })
  }()

  /// One of each minor version and kind, and those on musl.
  public static let everywhere = installed + onMusl

  private static func found(among candidates: [Candidate]) -> [PythonInterpreter] {
    var found: [PythonInterpreter] = []
    var seen: Set<String> = []
    for candidate in candidates {
      guard let real = Checkout.realPath(candidate.path), seen.insert(real).inserted else { continue }
      if let interpreter = probe(candidate) { found.append(interpreter) }
    }
    return found.sorted { ($0.minor, $0.isFreeThreaded ? 1 : 0) < ($1.minor, $1.isFreeThreaded ? 1 : 0) }
  }

  /// The interpreter of one name (`3.11`, `3.13t`).
  public static func named(_ name: String) -> PythonInterpreter? { installed.first { $0.name == name } }

  /// Those that can run the web servers.
  public static var withServers: [PythonInterpreter] {
    var seen: Set<String> = []
    return builds.filter { $0.serverCommand != nil && seen.insert($0.name).inserted }
  }

  // MARK: - Looking

  private struct Candidate {
    var path: String
    var root: String?
  }

  /// Paths that may be interpreters, the preferred ones first.
  private static func candidates() -> [Candidate] {
    var candidates: [Candidate] = []
    func look(in folder: String, root: String? = nil) { candidates += self.candidates(in: folder, root: root) }
    let home = Checkout.environment("HOME") ?? "/root"
    for version in Checkout.names(in: home + "/.pyenv/versions") {
      look(in: home + "/.pyenv/versions/" + version + "/bin")
    }
    for folder in (Checkout.environment("PATH") ?? "").split(separator: ":")
    // pyenv's shims are shell scripts in front of the interpreters found above.
    where !folder.hasSuffix("/shims") {
      look(in: String(folder))
    }
    look(in: "/usr/bin")
    for build in Checkout.names(in: Checkout.cache + "/pythons") where !build.hasSuffix("-musl") {
      look(in: Checkout.cache + "/pythons/" + build + "/bin")
    }
    // Another root can be entered by root only.
    if geteuid() == 0 {
      for name in Checkout.names(in: Checkout.cache + "/roots") {
        let root = Checkout.cache + "/roots/" + name
        look(in: root + "/usr/bin", root: root)
      }
    }
    return candidates
  }

  private static func candidates(in folder: String, root: String? = nil) -> [Candidate] {
    Checkout.names(in: folder).filter(isInterpreter).map { folder + "/" + $0 }.filter(Checkout.isExecutable)
      .map { Candidate(path: $0, root: root) }
  }

  /// `python3.8` to `python3.15`, and the free-threaded `python3.13t`; not `python3.11-config`.
  private static func isInterpreter(_ name: String) -> Bool {
    guard name.hasPrefix("python3.") else { return false }
    var minor = name.dropFirst("python3.".count)
    if minor.hasSuffix("t") { minor.removeLast() }
    return Int(minor).map { (8...15).contains($0) } ?? false
  }

  private static func probe(_ candidate: Candidate) -> PythonInterpreter? {
    let path = candidate.root.map { String(candidate.path.dropFirst($0.count)) } ?? candidate.path
    let command = candidate.root.map { ["chroot", $0, path] } ?? [path]
    let question = """
      import sys, sysconfig
      free = int(bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
      print("found", sys.hexversion, free, sys.implementation.name)
      """
    guard
      let child = try? ChildProcess(command + ["-I", "-S", "-c", question]),
      let line = try? child.line(waitingFor: "version", where: { $0.hasPrefix("found ") })
    else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 4, let hexVersion = UInt32(words[1]), words[3] == "cpython" else { return nil }
    let isFreeThreaded = words[2] == "1"
    let name = "3.\(hexVersion >> 16 & 0xff)\(isFreeThreaded ? "t" : "")"
    let servers = servers(for: name, command: command, candidate: candidate)
    return PythonInterpreter(
      hexVersion: hexVersion, isFreeThreaded: isFreeThreaded, command: command, root: candidate.root,
      serverCommand: servers?.command, serverEnvironment: servers?.environment ?? [:])
  }

  private static func servers(
    for name: String, command: [String], candidate: Candidate
  ) -> (command: [String], environment: [String: String])? {
    if let root = candidate.root {
      let packages = "/opt/site-\(name)"
      // Written last by the set-up, so an installation that broke off does not count.
      guard access(root + packages + "/.complete", R_OK) == 0 else { return nil }
      return (command, ["PYTHONPATH": packages])
    }
    let environment = Checkout.cache + "/venvs/" + name
    guard access(environment + "/.complete", R_OK) == 0, let base = Checkout.realPath(environment + "/bin/python"),
      base == Checkout.realPath(candidate.path)
    else { return nil }
    return ([environment + "/bin/python"], [:])
  }
}
