/// A real web server (Tests/Targets/web/serve.py lists them) with one of the applications beside it, ready for requests.
///
/// It and all its workers are killed, and it is reaped, when this object goes.
public final class WebServer: Sendable {
  public let python: PythonInterpreter
  public let port: UInt16
  private let child: ChildProcess
  private let gate: LoopbackListener
  private let scratch: String?

  /// The pid of the process that was started: the server itself, or the master of its workers.
  public var pid: Int32 { child.pid }

  /// What the server has printed so far, for a failing test.
  public var transcript: String { child.transcript }

  /// - Parameters:
  ///   - server: A name of serve.py: `gunicorn-gthread`, `uvicorn-uvloop`, `mod_wsgi`, …
  ///   - application: A module of Tests/Targets/web: `wsgi_flask`, `asgi_starlette`, …
  /// - Throws: `TestSupportError.missing` where the interpreter lacks a package for it.
  public init(
    _ server: String, _ application: String, on python: PythonInterpreter, environment: [String: String] = [:],
    within deadline: Duration = .seconds(90)
  ) throws {
    guard let command = python.serverCommand else {
      throw TestSupportError.missing("no web servers are installed for \(python)")
    }
    let path = try PythonTarget.path(of: "web/serve.py", for: python)
    gate = try LoopbackListener()
    var variables = python.serverEnvironment
    variables["GATE"] = "127.0.0.1:\(gate.port)"
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    variables["PYTHONUNBUFFERED"] = "1"
    variables.merge(environment) { _, given in given }
    let child = try ChildProcess(command + [path, server, application], environment: variables)
    let line = try child.line(waitingFor: "first line", within: deadline) { $0.hasPrefix("{") }
    let facts = try Self.facts(of: line, command: child.command)
    if let missing = facts["missing"] {
      throw TestSupportError.missing("\(python) has no \(missing), which \(server) with \(application) needs")
    }
    guard let port = facts["port"].flatMap({ UInt16($0) }), let marker = facts["marker"] else {
      throw TestSupportError.unexpected(line: line, command: child.command)
    }
    self.python = python
    self.port = port
    self.child = child
    // The folder is named as the server sees it.
    scratch = facts["scratch"].map { (python.root ?? "") + $0 }
    _ = try child.line(waitingFor: marker, within: deadline) { $0.contains(marker) }
  }

  deinit {
    child.end()
    if let scratch { _ = try? ChildProcess(["rm", "-rf", scratch]).waitForExit() }
  }

  // MARK: - Requests

  /// Sends a request and returns once it has come to its handler, where it stays until `HeldRequest.release`.
  /// - Parameter path: One that holds: `/hold/NAME`, `/hold-sync/NAME`, `/ws/NAME`, with any query.
  public func hold(
    _ path: String, method: String = "GET", headers: [String: String] = [:], body: String = "",
    within deadline: Duration = .seconds(60)
  ) throws -> HeldRequest {
    let client = try LoopbackConnection(port: port, within: deadline)
    var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"]
    // A web socket's connection is upgraded; any other ends with its answer.
    if headers["Upgrade"] == nil { lines.append("Connection: close") }
    lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try held(client: client, within: deadline)
  }

  /// Sends a task to a Celery worker and returns once it runs.
  public func holdTask(_ name: String, within deadline: Duration = .seconds(60)) throws -> HeldRequest {
    let path = try PythonTarget.path(of: "web/celery_app.py", for: python)
    let queue = scratch.map { String($0.dropFirst((python.root ?? "").count)) } ?? ""
    var variables = python.serverEnvironment
    variables["GATE"] = "127.0.0.1:\(gate.port)"
    variables["QUEUE"] = queue
    let sender = try ChildProcess((python.serverCommand ?? []) + [path, name], environment: variables)
    guard try sender.waitForExit(within: deadline) == 0 else {
      throw TestSupportError.ended(waitingFor: "task", command: sender.command, transcript: sender.transcript)
    }
    return try held(client: nil, within: deadline)
  }

  private func held(client: LoopbackConnection?, within deadline: Duration) throws -> HeldRequest {
    let connection: LoopbackConnection
    do {
      connection = try gate.accept(within: deadline)
    } catch {
      throw TestSupportError.deadline(
        waitingFor: "request in its handler", command: child.command, transcript: child.transcript)
    }
    let greeting = try connection.receive(until: "\n", within: deadline)
    let words = greeting.split(whereSeparator: \.isWhitespace)
    guard words.count >= 3, let pid = Int32(words[0]), let thread = UInt64(words[1]) else {
      throw TestSupportError.unexpected(line: greeting, command: child.command)
    }
    return HeldRequest(client: client, gate: connection, pid: pid, threadIdentifier: thread)
  }

  // MARK: - The first line

  /// The members of a flat JSON object of strings, numbers and null, as serve.py prints one; null is left out.
  private static func facts(of line: String, command: [String]) throws -> [String: String] {
    var facts: [String: String] = [:]
    for member in line.drop(while: { $0 == "{" }).prefix(while: { $0 != "}" }).split(separator: ",") {
      guard let colon = member.firstIndex(of: ":") else {
        throw TestSupportError.unexpected(line: line, command: command)
      }
      func bare(_ text: Substring) -> String { text.filter { $0 != "\"" }.trimmed }
      let value = bare(member[member.index(after: colon)...])
      if value != "null" { facts[bare(member[..<colon])] = value }
    }
    return facts
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
