/// A server program and how its command line names the application.
struct Server: Sendable {
  let name: String
  /// Base names of its programs and modules.
  let programs: [String]
  /// Options that take a word of their own, so that the word is not taken for the application.
  let valued: [String]
  /// Options whose value names the application, the first that is there.
  let naming: [String]
  let place: Place
  let workers: Workers

  /// What the words say that are neither options nor values of one.
  enum Place: Sendable {
    /// Nothing about the application.
    case silent
    /// The first one names it.
    case application
    /// The first one says what to do (`run`), the second names it.
    case command
    /// A configuration file names it: `shop.ini`.
    case configuration
    /// There is no application of its own: the server is called by its name.
    case itself
  }

  /// How the processes that serve come to be; their parent then serves nobody.
  enum Workers: Sendable {
    /// It serves by itself. A child of its command line is the application's own doing.
    case none
    /// By fork, or by starting the same program once more (a reloader).
    case alike
    /// By `multiprocessing`, anew, where one of these options is given.
    case spawned(options: [String])
  }

  static func named(_ base: String) -> Server? { known.first { $0.programs.contains(base) } }

  func application(_ words: [String]) -> Application {
    var places: [String] = []
    var named: [String: String] = [:]
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        places += rest
        break
      } else if !word.hasPrefix("-") {
        places.append(word)
      } else if let equals = word.firstIndex(of: "=") {
        named[String(word[..<equals])] = String(word[word.index(after: equals)...])
      } else if valued.contains(word) || naming.contains(word), let value = rest.popFirst() {
        named[word] = value
      }
    }
    let name = naming.lazy.compactMap { named[$0] }.first { !$0.isEmpty } ?? self.name(in: places)
    return Application(name: name.map(Self.short), server: self.name)
  }

  private func name(in places: [String]) -> String? {
    switch place {
    case .silent: nil
    case .itself: self.name
    // What an unknown option takes is no application; `module:attribute` surely is one.
    case .application: places.first(where: Self.isModuleAttribute) ?? places.first
    case .command: places.dropFirst().first
    case .configuration: places.first(where: Self.isConfiguration)
    }
  }

  /// Whether it starts processes to serve in this way.
  func startsWorkers(_ arguments: [String], spawned: Bool) -> Bool {
    switch workers {
    case .none: false
    case .alike: !spawned
    case .spawned(let options):
      spawned && arguments.contains { options.contains(String($0.prefix { $0 != "=" })) }
    }
  }

  // MARK: - Names

  /// `shop.app:create_app()` is called `shop.app`, `/srv/shop/wsgi.py` `wsgi`, `/etc/uwsgi/shop.ini` `shop`.
  static func short(_ name: String) -> String {
    // uWSGI mounts: /shop=shop.wsgi:app. Hypercorn: asgi:shop:app.
    var name = name[...]
    if name.hasPrefix("/"), let equals = name.firstIndex(of: "=") { name = name[equals...].dropFirst() }
    if name.hasPrefix("asgi:") || name.hasPrefix("wsgi:"), name.dropFirst(5).contains(":") { name = name.dropFirst(5) }
    let module = name.prefix { $0 != ":" }
    let base = Application.baseName(String(module.isEmpty ? name : module))
    guard isConfiguration(base), let dot = base.lastIndex(of: ".") else { return base }
    return String(base[..<dot])
  }

  private static func isModuleAttribute(_ word: String) -> Bool {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let attribute = parts.last?.first else { return false }
    return (attribute.isLetter || attribute == "_") && parts[0].first?.isNumber != true
  }

  private static func isConfiguration(_ word: String) -> Bool {
    [".ini", ".yaml", ".yml", ".json", ".xml", ".toml"].contains { word.hasSuffix($0) && word.count > $0.count }
  }
}
