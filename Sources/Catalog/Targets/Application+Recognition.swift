/// Recognising an application by the words of its command line, or by the title that it gave itself.
extension Application {
  /// Nil where the words are not those of a Python program.
  ///
  /// - Parameter arguments: `/proc/PID/cmdline`; one word alone where the process rewrote its title (setproctitle).
  public init?(arguments: [String]) {
    guard let first = arguments.first else { return nil }
    if let titled = Self.titled(first) {
      self = titled
      return
    }
    var words = arguments[...]
    if Self.isInterpreter(first) {
      guard let program = Self.program(behindInterpreter: arguments) else { return nil }
      words = program
    }
    guard let program = words.first else { return nil }
    let base = Self.baseName(program)
    if let server = Server.all.first(where: { $0.programs.contains(base) }) {
      self = server.application(Array(words.dropFirst()))
      return
    }
    if base == "manage" || base == "django-admin" {
      self.init(name: Self.baseName(Self.folder(program) ?? base), server: Self.subcommand(words) ?? "django")
      return
    }
    guard Self.isInterpreter(first) else { return nil }
    self.init(name: base, server: nil)
  }

  // MARK: - Titles

  /// `gunicorn: worker [shop]`, `(wsgi:shop)`, `[celeryd: shop@host:MainProcess] …`, `uWSGI worker 1`.
  private static func titled(_ title: String) -> Application? {
    if title.hasPrefix("gunicorn: ") {
      let words = title.dropFirst("gunicorn: ".count)
      let role: Role = words.hasPrefix("master") ? .master : .worker
      return Application(name: bracketed(words), server: "gunicorn", role: role)
    }
    if title.hasPrefix("(wsgi:") {
      let name = title.dropFirst("(wsgi:".count).prefix { $0 != ")" && $0 != " " }
      return Application(name: String(name), server: "mod_wsgi", role: .worker)
    }
    if title.hasPrefix("[celeryd: ") {
      let name = title.dropFirst("[celeryd: ".count).prefix { $0 != "@" && $0 != "]" }
      let role: Role = title.contains("MainProcess]") ? .master : .worker
      return Application(name: String(name), server: "celery", role: role)
    }
    if title.hasPrefix("uWSGI ") {
      return Application(name: nil, server: "uwsgi", role: title.hasPrefix("uWSGI master") ? .master : .worker)
    }
    return nil
  }

  private static func bracketed(_ words: Substring) -> String? {
    guard let open = words.firstIndex(of: "["), let close = words.lastIndex(of: "]"), open < close else { return nil }
    return String(words[words.index(after: open)..<close])
  }

  // MARK: - Command lines

  static func isInterpreter(_ word: String) -> Bool {
    let name = word.split(separator: "/").last ?? ""
    return name.hasPrefix("python") || name.hasPrefix("pypy")
  }

  /// The program that an interpreter runs, and what it is told: the script, or the module of `-m`. Nil for `-c` and for none.
  private static func program(behindInterpreter arguments: [String]) -> ArraySlice<String>? {
    var index = 1
    while index < arguments.count {
      let word = arguments[index]
      if word == "-m" { return index + 1 < arguments.count ? arguments[(index + 1)...] : nil }
      if word.hasPrefix("-m"), word.count > 2 { return [String(word.dropFirst(2))] + arguments[(index + 1)...] }
      if word == "-c" || word == "-" { return nil }
      guard word.hasPrefix("-") else { return arguments[index...] }
      // -W and -X take a word of their own.
      index += word == "-W" || word == "-X" || word == "--check-hash-based-pycs" ? 2 : 1
    }
    return nil
  }

  /// `/srv/shop/app.py` is `app`; a module keeps its dots.
  static func baseName(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".py") ? String(name.dropLast(3)) : name
  }

  private static func folder(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    return parts.count > 1 ? String(parts[parts.count - 2]) : nil
  }

  private static func subcommand(_ words: ArraySlice<String>) -> String? {
    words.dropFirst().first { !$0.hasPrefix("-") }.map { "django " + $0 }
  }
}

/// A server program and how its command line names the application.
struct Server {
  let name: String
  /// Base names of its programs and modules.
  let programs: Set<String>
  /// Options that take a word of their own, so that the word is not taken for the application.
  let valued: Set<String>
  /// Options whose value names the application, the first that is there.
  let naming: [String]
  /// The application is the first word that is no option.
  let namesByPlace: Bool

  static let all: [Server] = [
    Server(
      name: "gunicorn", programs: ["gunicorn", "gunicorn.app.wsgiapp", "gunicorn_django"],
      valued: [
        "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "--threads", "-c", "--config", "-t", "--timeout",
        "--chdir", "-u", "--user", "-g", "--group", "-e", "--env", "--log-level", "--log-file", "--access-logfile",
        "--error-logfile", "--access-logformat", "-p", "--pid", "--max-requests", "--max-requests-jitter",
        "--keep-alive", "--graceful-timeout", "--worker-connections", "--worker-tmp-dir", "--umask", "-m",
        "--backlog", "--certfile", "--keyfile", "--statsd-host", "--forwarded-allow-ips", "--pythonpath", "--paste",
        "--log-config", "--limit-request-line", "--reload-engine", "--control-socket",
      ], naming: ["-n", "--name"], namesByPlace: true),
    Server(
      name: "uvicorn", programs: ["uvicorn", "uvicorn.__main__"],
      valued: [
        "--host", "--port", "--uds", "--fd", "--workers", "--loop", "--http", "--ws", "--log-level", "--log-config",
        "--lifespan", "--interface", "--root-path", "--app-dir", "--env-file", "--limit-concurrency", "--backlog",
        "--timeout-keep-alive", "--ssl-keyfile", "--ssl-certfile", "--reload-dir", "--forwarded-allow-ips", "--header",
      ], naming: [], namesByPlace: true),
    Server(
      name: "hypercorn", programs: ["hypercorn", "hypercorn.__main__"],
      valued: [
        "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "-c", "--config", "--access-logfile",
        "--error-logfile",
        "--log-level", "--keep-alive", "--root-path", "--certfile", "--keyfile", "-p", "--pid", "-u", "--user", "-g",
        "--group", "--umask", "--backlog", "--graceful-timeout", "--insecure-bind", "--quic-bind",
      ], naming: [], namesByPlace: true),
    Server(
      name: "waitress", programs: ["waitress-serve", "waitress", "waitress.runner"],
      valued: ["--host", "--port", "--listen", "--threads", "--app"], naming: ["--app"], namesByPlace: true),
    Server(
      name: "daphne", programs: ["daphne"],
      valued: ["-b", "--bind", "-p", "--port", "-u", "--unix-socket", "-e", "--endpoint", "--fd", "-v", "-t"],
      naming: ["--server-name"], namesByPlace: true),
    Server(
      name: "uwsgi", programs: ["uwsgi", "uwsgi-core", "pyuwsgi"], valued: [],
      naming: ["--module", "-w", "--wsgi", "--wsgi-file", "--file", "--mount"], namesByPlace: false),
    Server(
      name: "celery", programs: ["celery", "celery.__main__"],
      valued: ["-b", "--broker", "-l", "--loglevel", "-c", "--concurrency", "-P", "--pool", "-n", "--hostname", "-Q"],
      naming: ["-A", "--app"], namesByPlace: false),
    Server(
      name: "flask", programs: ["flask", "flask.__main__"],
      valued: ["--host", "-h", "--port", "-p", "-e", "--env-file"],
      naming: ["--app", "-A"], namesByPlace: false),
    Server(
      name: "mod_wsgi", programs: ["mod_wsgi-express"], valued: ["--port", "--host"], naming: ["--server-root"],
      namesByPlace: false),
  ]

  func application(_ words: [String]) -> Application {
    var place: String?
    var named: [String: String] = [:]
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("-") else {
        if place == nil { place = word }
        continue
      }
      if let equals = word.firstIndex(of: "=") {
        named[String(word[..<equals])] = String(word[word.index(after: equals)...])
      } else if valued.contains(word) || naming.contains(word), index < words.count {
        named[word] = words[index]
        index += 1
      }
    }
    let name = naming.lazy.compactMap { named[$0] }.first ?? (namesByPlace ? place : nil)
    return Application(name: name.map(Self.short), server: self.name)
  }

  /// `shop.app:create_app()` is called `shop.app`, `/srv/shop/wsgi.py` `wsgi`.
  private static func short(_ name: String) -> String {
    let module = name.prefix { $0 != ":" }
    return Application.baseName(String(module.isEmpty ? name[...] : module))
  }
}
