/// The source that a target is made to run, for one attachment.
struct Bootstrap: Sendable {
  /// What tells it from others: 16 hexadecimal digits.
  let name: String
  /// The file name of its code: by it the agent's frames are known from outside.
  var codeName: String { Self.codePrefix + name + ">" }
  /// 32 characters that whoever takes the socket must show.
  let secret: String
  /// Seconds for which it waits to be answered.
  let patience: Double

  /// The beginning of every `codeName`.
  static let codePrefix = "<ispyd-"

  init(patience: Duration) {
    var random = SystemRandomNumberGenerator()
    func digits(_ count: Int) -> String {
      String((0..<count).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" })
    }
    name = digits(16)
    secret = digits(32)
    self.patience = Double(patience / .milliseconds(1)) / 1000
  }

  /// For a thread of its own.
  var ownThread: String { statement(PackageResources.arrive_py + PackageResources.own_thread_py) }

  /// For any thread of the application's, as a file of that path, with a token.
  func anyThread(path: String, token: String) -> String {
    statement(
      PackageResources.arrive_py + PackageResources.any_thread_py,
      ",'path':\(Self.literal(path)),'token':\(Self.literal(token))")
  }

  /// One statement, which leaves no name in the module that it runs in.
  private func statement(_ text: [UInt8], _ more: String = "") -> String {
    "exec(compile('''\(Self.compact(text))''','\(codeName)','exec'),{'secret':b'\(secret)','patience':\(patience)\(more)})\n"
  }

  /// The room for it is small: comments and empty lines are for us. No text in it has a backslash or goes over a line.
  private static func compact(_ text: [UInt8]) -> String {
    String(decoding: text, as: UTF8.self).split(separator: "\n").filter { $0.drop { $0 == " " }.first != "#" }
      .map { line in
        let indent = line.prefix { $0 == " " }.count
        return String(repeating: " ", count: indent / 4) + line.dropFirst(indent)
      }.joined(separator: "\\n")
  }

  /// A path as a literal of Python.
  private static func literal(_ path: String) -> String {
    "'" + path.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }

  /// What every agent has, part by part.
  private static let core: [[UInt8]] = [
    PackageResources.agent_py, PackageResources.objects_py, PackageResources.changes_py, PackageResources.work_py,
  ]

  /// The source that an agent is given before the first command of a plugin; `foreign` for those of others.
  static func plugin(_ name: String) -> [UInt8]? {
    switch name {
    case "debugger": PackageResources.hooks_py + PackageResources.debugger_plugin_py
    case "django": looking + PackageResources.routes_py + PackageResources.django_plugin_py
    case "flask": looking + PackageResources.routes_py + PackageResources.flask_plugin_py
    case "foreign": PackageResources.foreign_py
    case "gc": PackageResources.gc_plugin_py
    case "logging": PackageResources.logging_plugin_py
    case "newrelic": PackageResources.newrelic_plugin_py
    case "probe": looking + PackageResources.routes_py + PackageResources.hooks_py + probing
    case "python": PackageResources.python_plugin_py
    case "sentry": PackageResources.sentry_plugin_py
    case "sqlalchemy": looking + PackageResources.holders_py + PackageResources.sqlalchemy_plugin_py
    default: nil
    }
  }

  /// What the plugins of frameworks have in common.
  private static var looking: [UInt8] { PackageResources.descriptions_py + PackageResources.finding_py }

  /// What probes are made of.
  private static var probing: [UInt8] {
    PackageResources.expression_values_py + PackageResources.expressions_py + PackageResources.capture_py
      + PackageResources.places_py + PackageResources.lines_py + PackageResources.limits_py + PackageResources.takes_py
      + PackageResources.counting_py + PackageResources.kinds_py + PackageResources.tracing_py
      + PackageResources.measuring_py + PackageResources.probe_plugin_py
  }

  /// What it answers to: the secret, the size of the agent's source, the source with a zero between its parts.
  var answer: [UInt8] {
    let agent = Array(Self.core.joined(separator: [0]))
    let size = String(agent.count, radix: 16)
    return Array((secret + String(repeating: "0", count: 8 - size.count) + size).utf8) + agent
  }
}
