import Foundation
import TestSupport

/// A gateway of a test's own, with its socket, its state and its policy in a directory that goes with it.
final class TestGateway {
  let directory: String
  private(set) var child: ChildProcess
  var socket: String { directory + "/run/s.sock" }
  var state: String { directory + "/state" }
  var policyPath: String { directory + "/policy.yaml" }

  /// Users of the tests, by number: this machine need not know them by name.
  static let ann = "54321"
  static let bob = "54322"
  static let eve = "54323"

  /// Ann may read what calls itself `values` or `threads`, and ask for raw values; Bob approves and sees what others do.
  static func policy(_ more: String = "") -> String {
    """
    version: 1
    applications:
      values: {user: root}
      threads: {user: root}
    targets:
      all: {application: [values, threads]}
    roles:
      developer: {rung: inspect, values: redacted, deny: [heap]}
      overseer: {rung: observe, values: none, allow: [ps, "audit*", sessions, "sessions *", "policy *"]}
    bindings:
      - {users: ["\(ann)"], role: developer, on: all}
      - {users: ["\(bob)"], role: overseer, on: all}
    approvals:
      - {name: raw, users: ["\(ann)"], on: all, rung: inspect, commands: [dump, peek], values: raw, approvers: {users: ["\(bob)", "\(ann)"]}, for: 10m}
    \(more)

    """
  }

  init(policy: String = TestGateway.policy(), configuration: String = "", through: [String] = []) throws {
    directory = "/tmp/ispyd-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    let file = """
      socket: \(directory)/run/s.sock
      group: nogroup
      state: \(directory)/state
      policy: \(directory)/policy.yaml
      \(configuration)
      """
    try file.write(toFile: directory + "/ispyd.yaml", atomically: false, encoding: .utf8)
    try policy.write(toFile: directory + "/policy.yaml", atomically: false, encoding: .utf8)
    child = try Self.start(directory, through)
  }

  deinit {
    child.end()
    try? FileManager.default.removeItem(atPath: directory)
  }

  private static func start(_ directory: String, _ through: [String]) throws -> ChildProcess {
    let child = try ChildProcess(
      through + [try BuiltProgram.path(of: "ispyd"), "--config", directory + "/ispyd.yaml"])
    _ = try child.line(waitingFor: "listening", within: .seconds(120)) { $0.contains("listening") }
    return child
  }

  /// Starts it again with what is there.
  ///
  /// - Parameters:
  ///   - signal: that ends it before.
  ///   - change: what happens while it is down.
  func restart(with signal: Int32 = SIGKILL, _ change: (TestGateway) throws -> Void = { _ in }) throws {
    child.signal(signal)
    _ = try child.waitForExit()
    try change(self)
    child = try Self.start(directory, [])
  }

  func writePolicy(_ text: String) throws {
    try text.write(toFile: policyPath, atomically: false, encoding: .utf8)
  }

  // MARK: - Asking

  /// `ispy` as that user, through this gateway.
  func ispy(_ user: String, _ words: [String], input: [String]? = nil) throws -> IspyRun {
    try IspyRun(words, through: Self.through(user), environment: ["ISPYD_GATEWAY": socket], input: input)
  }

  func ispy(_ user: String, _ words: String...) throws -> IspyRun { try ispy(user, words) }

  /// The same, left running.
  func begin(_ user: String, _ words: String...) throws -> ChildProcess {
    try ChildProcess(
      Self.through(user) + [try IspyRun.path()] + words, environment: ["ISPYD_GATEWAY": socket])
  }

  static func through(_ user: String) -> [String] {
    ["setpriv", "--reuid", user, "--regid", "nogroup", "--clear-groups"]
  }

  /// Every byte that it keeps.
  func everythingKept() throws -> String {
    let names = FileManager.default.enumerator(atPath: state)?.compactMap { $0 as? String } ?? []
    return names.map { name in
      let data = (try? Data(contentsOf: URL(fileURLWithPath: state + "/" + name))) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }.joined(separator: "\n")
  }
}
