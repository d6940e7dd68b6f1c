/// Recognising an application by the words of its command line, or by the title that it gave itself.
extension Application {
  /// Nil where the words are not those of a Python program; without a name where they are, and do not say which.
  ///
  /// - Parameters:
  ///   - arguments: `/proc/PID/cmdline`; one word alone where the process rewrote its title (setproctitle).
  ///   - directory: the working directory, asked for where the words say too little (`python manage.py`).
  init?(arguments: [String], directory: @autoclosure () -> String? = nil) {
    guard let first = arguments.first else { return nil }
    if let titled = ProcessTitle(first)?.application {
      self = titled
      return
    }
    let words = Self.unwrapped(PythonCommandLine.program(of: arguments) ?? arguments)
    let isPython = PythonCommandLine.isInterpreter(first)
    guard let program = words.first else {
      guard isPython else { return nil }
      self.init(name: nil, server: nil)
      return
    }
    let base = Self.baseName(program)
    if let server = Server.named(base) {
      self = server.application(Array(words.dropFirst()))
    } else if Self.djangoPrograms.contains(base) {
      self = Self.django(words, base: base, directory: directory)
    } else if base.hasPrefix("jupyter") || base == "ipykernel_launcher" {
      self.init(name: base == "ipykernel_launcher" ? "ipykernel" : base, server: "jupyter")
    } else {
      guard isPython else { return nil }
      self.init(name: base, server: nil)
    }
  }

  /// A process that is known to run Python, whatever it is called: Apache with mod_wsgi, an editor, a database.
  init(ofPythonIn arguments: [String], directory: @autoclosure () -> String? = nil) {
    if let application = Application(arguments: arguments, directory: directory()) {
      self = application
      return
    }
    let program = (arguments.first ?? "").prefix { $0 != " " && $0 != ":" }
    let base = Self.baseName(String(program))
    // Apache itself where mod_wsgi runs the application inside of it, or does not show its daemons' names.
    let isApache = base == "apache2" || base == "httpd"
    self.init(name: base.isEmpty ? nil : base, server: isApache ? "mod_wsgi" : nil)
  }

  /// The words of what a wrapper starts (`coverage run -m shop`), however many are around it.
  private static func unwrapped(_ words: [String]) -> [String] {
    var words = words
    while let program = words.first, let wrapper = Wrapper.named(baseName(program)) {
      let inner = wrapper.program(in: Array(words.dropFirst()))
      guard !inner.isEmpty else { break }
      words = inner
    }
    return words
  }

  // MARK: - Django

  private static let djangoPrograms = ["manage", "django-admin", "django"]

  /// The project is the folder of `manage.py`, or the package of the settings.
  private static func django(_ words: [String], base: String, directory: () -> String?) -> Application {
    var settings: String?
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      if word == "--settings" { settings = next }
      if word.hasPrefix("--settings=") { settings = String(word.dropFirst("--settings=".count)) }
    }
    let package = settings.flatMap { $0.split(separator: ".").first.map(String.init) }
    let project = base == "manage" ? folder(words[0]) : nil
    let subcommand = words.dropFirst().first { !$0.hasPrefix("-") && $0 != settings }
    return Application(
      name: project ?? package ?? directory().flatMap(lastPart) ?? base,
      server: subcommand.map { "django " + $0 } ?? "django")
  }

  // MARK: - Names

  /// `/srv/shop/app.py` is `app`, `/srv/shop/__main__.py` `shop`; a module keeps its dots.
  static func baseName(_ path: String) -> String {
    guard var name = lastPart(path) else { return path }
    for suffix in [".py", ".pyc", ".pyw", ".pyz", ".pex", ".zip"] where name.hasSuffix(suffix) && name != suffix {
      name.removeLast(suffix.count)
      break
    }
    if name == "__main__", let folder = folder(path) { return folder }
    return name.hasSuffix(".__main__") ? String(name.dropLast(".__main__".count)) : name
  }

  private static func lastPart(_ path: String) -> String? {
    path.utf8.split(separator: UInt8(ascii: "/")).last { !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
      .map { String(Substring($0)) }
  }

  private static func folder(_ path: String) -> String? {
    path.lastIndex(of: "/").flatMap { lastPart(String(path[..<$0])) }
  }
}
