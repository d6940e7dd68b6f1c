/// A title that a process wrote over its command line, and what it says.
struct ProcessTitle {
  let application: Application

  /// Nil where it is none that is known.
  init?(_ text: String) {
    guard let application = Self.readers.lazy.compactMap({ $0(text) }).first else { return nil }
    self.application = application
  }

  private static let readers = [gunicorn, modWSGI, celery, uwsgi, rq, airflow]

  /// `gunicorn: master [shop.app:app]`, `gunicorn: worker [shop]`, `gunicorn: dirty-arbiter`.
  private static func gunicorn(_ text: String) -> Application? {
    guard text.hasPrefix("gunicorn: ") else { return nil }
    let words = text.dropFirst("gunicorn: ".count)
    let role: Application.Role = words.hasPrefix("master") || words.hasPrefix("dirty-arbiter") ? .master : .worker
    var name: String?
    if let open = words.firstIndex(of: "["), let close = words.lastIndex(of: "]"), open < close {
      name = String(words[words.index(after: open)..<close])
    }
    return Application(name: name.map(Server.short), server: "gunicorn", role: role)
  }

  /// `(wsgi:shop)` in the length of what it was written over, so that the end may be missing.
  private static func modWSGI(_ text: String) -> Application? {
    guard text.hasPrefix("(wsgi:") else { return nil }
    let name = text.dropFirst("(wsgi:".count).prefix { $0 != ")" && $0 != " " }
    return Application(name: String(name), server: "mod_wsgi", role: .worker)
  }

  /// `[celeryd: node@host:MainProcess] -active- (-A shop worker)`, `[celeryd: node@host:ForkPoolWorker-1]`,
  /// `[celery beat] -A shop beat`.
  private static func celery(_ text: String) -> Application? {
    guard text.hasPrefix("[celery"), let close = text.firstIndex(of: "]") else { return nil }
    var application = Application(name: nil, server: "celery")
    let told = text[close...].dropFirst().split { " ()".contains($0) }.map(String.init)
    application.name = Server.named("celery")?.application(told).name
    guard text.hasPrefix("[celeryd: ") else { return application }
    let node = text.dropFirst("[celeryd: ".count).prefix { $0 != "@" && $0 != "]" && $0 != ":" }
    application.name = application.name ?? String(node)
    application.role = text[..<close].hasSuffix(":MainProcess") ? .master : .worker
    return application
  }

  /// `uWSGI master`, `uWSGI worker 2`, `shop uWSGI http 1` with a prefix of the owner's.
  private static func uwsgi(_ text: String) -> Application? {
    let words = text.split(separator: " ")
    guard let index = words.firstIndex(where: { $0.hasSuffix("uWSGI") }), index + 1 < words.count else { return nil }
    let role: Application.Role
    switch words[index + 1] {
    case "worker", "mule", "spooler": role = .worker
    // The routers pass requests on and run none.
    case "master", "http", "Emperor", "emperor": role = .master
    default: return nil
    }
    let prefix = (words[..<index] + [words[index].dropLast("uWSGI".count)]).joined(separator: " ")
    let name = prefix.split { !($0.isLetter || $0.isNumber || ".-_".contains($0)) }.first.map(String.init)
    let trimmed = name.map { String($0.reversed().drop { "-_.".contains($0) }.reversed()) }
    return Application(name: trimmed?.isEmpty == true ? nil : trimmed, server: "uwsgi", role: role)
  }

  /// `rq:worker:NAME: Listening on default`.
  private static func rq(_ text: String) -> Application? {
    text.hasPrefix("rq:worker:") ? Application(name: "rq", server: "rq") : nil
  }

  /// `airflow scheduler -- DagFileProcessorManager`.
  private static func airflow(_ text: String) -> Application? {
    text.hasPrefix("airflow ") ? Application(name: "airflow", server: "airflow") : nil
  }
}
