public import Catalog
import Yams

/// How a gateway is set up: where it listens, where it keeps what, which policy is in force.
public struct GatewayConfiguration: Equatable, Sendable {
  /// The socket; its directory is made, and is the gateway's alone.
  public var socket = "/run/ispyd/ispyd.sock"
  /// Whose members may connect; nil is only the gateway's own user and root.
  public var group: String?
  /// Audit, database, recordings, keys.
  public var state = "/var/lib/ispyd"
  public var policy = "/etc/ispyd/policy.yaml"
  /// What is kept of the audit.
  public var audit = Retention(bytes: 8 << 30)
  /// What is kept of the recordings of sessions.
  public var recordings = Retention(bytes: 2 << 30)
  /// A file elsewhere that signed heads of the audit are appended to.
  public var anchor: String?
  /// Whether each entry of the audit goes to syslog too.
  public var syslog = false
  /// A file that figures of the gateway are written to, in Prometheus' text format.
  public var metrics: String?
  /// Commands at one time, of everybody.
  public var concurrent = 64
  /// Connections at one time, of everybody.
  public var connections = 256

  public init() {}

  /// How much of something is kept: neither more bytes, nor what is older.
  public struct Retention: Equatable, Sendable {
    public var bytes: Int
    /// Seconds; nil for as long as there is room.
    public var seconds: Double?
  }
}

/// Reads a configuration from YAML.
public enum ConfigurationFile {
  public static func read(_ text: String) -> (configuration: GatewayConfiguration?, problems: [PolicyProblem]) {
    guard text.utf8.count <= PolicyFile.sizeLimit else {
      return (nil, [PolicyProblem(line: 1, column: 1, message: "the file is too long")])
    }
    let (root, failure) = PolicyFile.compose(text)
    if let failure { return (nil, [failure]) }
    let problems = Problems()
    var configuration = GatewayConfiguration()
    // Nothing said is all as usual.
    guard let root else { return (configuration, []) }
    let fields = FileNode(root, "", problems).fields([
      "socket", "group", "state", "policy", "audit", "recordings", "metrics", "concurrent", "connections",
    ])
    func path(_ node: FileNode?) -> String? {
      guard let node, let text = node.text() else { return nil }
      if !text.hasPrefix("/") { node.note("\(node.title) is an absolute path") }
      return text
    }
    configuration.socket = path(fields["socket"]) ?? configuration.socket
    configuration.group = fields["group"]?.text()
    configuration.state = path(fields["state"]) ?? configuration.state
    configuration.policy = path(fields["policy"]) ?? configuration.policy
    configuration.metrics = path(fields["metrics"])
    configuration.concurrent = fields["concurrent"]?.number(1...1024) ?? configuration.concurrent
    configuration.connections = fields["connections"]?.number(1...65_536) ?? configuration.connections
    func retention(_ fields: [String: FileNode], _ retention: inout GatewayConfiguration.Retention) {
      retention.seconds = fields["keep"]?.seconds()
      // Less would leave no whole file, nor a whole recording.
      retention.bytes = fields["bytes"]?.bytes(atLeast: 256 << 20) ?? retention.bytes
    }
    if let audit = fields["audit"]?.fields(["anchor", "syslog", "keep", "bytes"]) {
      configuration.anchor = path(audit["anchor"])
      configuration.syslog = audit["syslog"]?.flag() ?? false
      retention(audit, &configuration.audit)
    }
    if let recordings = fields["recordings"]?.fields(["keep", "bytes"]) {
      retention(recordings, &configuration.recordings)
    }
    return (problems.hasErrors ? nil : configuration, problems.all)
  }
}
