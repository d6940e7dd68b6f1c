/// Tells an application's own source files from those of Python and of installed packages, by their names alone.
///
/// Beside the well-known folders, every folder that a web framework or server was seen in holds installed packages too:
/// that is what `learn` notes, and so packages in places of their own are found (`PYTHONPATH=/opt/packages`).
public struct SourceOrigin: Sendable {
  public init() {}

  private(set) var packageFolders: Set<String> = []

  /// Two neighbouring names in the path of a file that stands on the stack of nearly every request.
  private static let landmarks = [
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
    let bytes = file.utf8
    let names = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard names.count > 2 else { return }
    for index in 1..<names.count - 1 {
      let two = bytes[names[index].startIndex..<names[index + 1].endIndex]
      guard Self.landmarks.contains(where: { two.elementsEqual($0.utf8) }) else { continue }
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
    // By bytes: a dump asks this of every file that stands on a stack.
    for name in file.utf8.split(separator: UInt8(ascii: "/")) {
      if name.elementsEqual("site-packages".utf8) || name.elementsEqual("dist-packages".utf8) { return true }
      if isBelowLibrary, name.starts(with: "python3".utf8) {
        let version = name.dropFirst("python".utf8.count)
        if version.suffix(4).elementsEqual(".zip".utf8) || version.allSatisfy(isOfVersion) { return true }
      }
      isBelowLibrary = name.elementsEqual("lib".utf8) || name.elementsEqual("lib64".utf8)
    }
    return false
  }

  /// `3.13t`, `3.12d`.
  private static func isOfVersion(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "t")
      || byte == UInt8(ascii: "d")
  }
}
