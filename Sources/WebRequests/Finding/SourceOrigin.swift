/// Tells an application's own source files from those of Python and of installed packages, by their names alone.
///
/// Beside the well-known folders, every folder that a web framework or server was seen in holds installed packages too:
/// that is what `learn` notes, and so packages in places of their own are found (`PYTHONPATH=/opt/packages`).
public struct SourceOrigin: Sendable {
  public init() {}

  private(set) var packageFolders: Set<String> = []

  /// Two neighbouring names in the path of a file that stands on the stack of nearly every request.
  private static let landmarks: Set<String> = [
    "aiohttp/web_app.py", "aiohttp/web_protocol.py", "anyio/_backends", "asgiref/server.py", "asgiref/sync.py",
    "cheroot/server.py", "cheroot/wsgi.py", "daphne/server.py", "django/core", "eventlet/hubs", "eventlet/wsgi.py",
    "falcon/app.py", "fastapi/applications.py", "fastapi/routing.py", "flask/app.py", "gevent/baseserver.py",
    "gevent/hub.py", "gevent/pywsgi.py", "gunicorn/app", "gunicorn/arbiter.py", "gunicorn/asgi", "gunicorn/workers",
    "hypercorn/asyncio", "hypercorn/trio", "pyramid/router.py", "starlette/applications.py", "starlette/routing.py",
    "tornado/ioloop.py", "tornado/platform", "tornado/web.py", "twisted/internet", "twisted/web", "uvicorn/protocols",
    "uvicorn/server.py", "waitress/server.py", "waitress/task.py", "werkzeug/serving.py",
  ]

  /// Notes the folder of a package that is known for what it is.
  public mutating func learn(from file: String) {
    guard !Self.isKnownFolder(file) else { return }
    let names = file.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count > 2 else { return }
    for index in 1..<names.count - 1 where Self.landmarks.contains("\(names[index])/\(names[index + 1])") {
      let folder = String(file[..<names[index].startIndex].dropLast())
      if !folder.isEmpty { packageFolders.insert(folder) }
      return
    }
  }

  /// Part of the interpreter or of an installed package.
  public func isLibrary(_ file: String) -> Bool {
    // `<frozen importlib._bootstrap>`, `<string>`: no file of anyone's.
    if file.hasPrefix("<") || Self.isKnownFolder(file) { return true }
    guard !packageFolders.isEmpty else { return false }
    var slash = file.startIndex
    while let next = file[slash...].firstIndex(of: "/") {
      if packageFolders.contains(String(file[..<next])) { return true }
      slash = file.index(after: next)
    }
    return false
  }

  /// `…/site-packages/…`, `…/lib/python3.11/…`, `…/lib/python311.zip/…`.
  static func isKnownFolder(_ file: String) -> Bool {
    var isBelowLibrary = false
    for name in file.split(separator: "/") {
      if name == "site-packages" || name == "dist-packages" { return true }
      if isBelowLibrary, name.hasPrefix("python3") {
        let version = name.dropFirst("python".count)
        if version.hasSuffix(".zip") || version.allSatisfy({ $0.isNumber || ".td".contains($0) }) { return true }
      }
      isBelowLibrary = name == "lib" || name == "lib64"
    }
    return false
  }
}
