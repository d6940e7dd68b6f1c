import Catalog
import Control
import UnixSignals
import Audit
import Glibc
import Logging
import PolicyFile
import RemoteProcess
import ServiceLifecycle

/// The program `ispyd`.
public enum GatewayProgram {
  private static let usage = """
    Usage: ispyd --config FILE
           ispyd --check FILE
           ispyd --verify-audit DIRECTORY [--checkpoints FILE] [--key HEX]
           ispyd --help | --version

    The gateway of ispy: listens on a Unix socket, lets people do what the policy allows them to, and writes down
    what was done before it is done.

      --config FILE      starts it; FILE says where it listens and keeps what, and where the policy is
      --check FILE       says what is wrong with a policy, with line and column, and ends
      --verify-audit DIR proves the audit in DIR without a gateway, with the checkpoints that were kept elsewhere
                         and the public key that must have signed them

    Examples:
      ispyd --config /etc/ispyd/ispyd.yaml
      ispyd --check /etc/ispyd/policy.yaml
      ispyd --verify-audit /var/lib/ispyd/audit --checkpoints /mnt/worm/ispyd

    SIGHUP reads the policy again; a broken one leaves the old one in force. SIGTERM ends it.

    """

  /// Runs a command line, without the program's own name, and returns the exit code.
  public static func run(_ words: [String]) async -> Int32 {
    switch (words.first, words.count) {
    case ("--help", 1), ("-h", 1):
      print(usage, terminator: "")
      return 0
    case ("--version", 1):
      print("ispyd \(Gateway.version)")
      return 0
    case ("--config", 2): return await serve(words[1])
    case ("--check", 2): return check(words[1])
    case ("--verify-audit", 2...): return verify(words[1], Array(words.dropFirst(2)))
    default:
      complain(words.isEmpty ? "nothing to do" : "not understood: \(words.joined(separator: " "))", "see: ispyd --help")
      return 64
    }
  }

  private static func complain(_ message: String, _ hint: String? = nil) {
    var text = "ispyd: \(message)\n" + (hint.map { "       \($0)\n" } ?? "")
    text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }

  /// Nil where it cannot be read, which it says.
  private static func contents(_ path: String) -> String? {
    do throws(BoundedFile.Failure) {
      if let text = try PolicyKeeper.contents(path) { return text }
      complain("\(path) is no text")
    } catch {
      switch error {
      case .tooLong(let limit): complain("\(path) is longer than \(limit) bytes")
      case .unreadable(let code): complain("\(path): \(String(cString: strerror(code)))")
      }
    }
    return nil
  }

  // MARK: - Serving

  private static func serve(_ path: String) async -> Int32 {
    guard let text = contents(path) else { return 1 }
    let (configuration, problems) = ConfigurationFile.read(text)
    for problem in problems { complain("\(path):\(problem)") }
    guard let configuration else { return 1 }
    let logger = Logger(label: "ispyd") { StreamLogHandler.standardError(label: $0) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: Gateway(configuration, logger: logger), successTerminationBehavior: .gracefullyShutdownGroup)
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
      return 0
    } catch {
      complain("\(error)")
      return 1
    }
  }

  // MARK: - Checking

  private static func check(_ path: String) -> Int32 {
    guard let text = contents(path) else { return 1 }
    let reading = PolicyFile.read(text)
    for problem in reading.problems { print("\(path):\(problem)") }
    guard let policy = reading.policy else { return 1 }
    print("\(path): \(policy.bindings.count) bindings, \(policy.approvals.count) approval rules")
    return 0
  }

  private static func verify(_ directory: String, _ options: [String]) -> Int32 {
    var checkpoints: [AuditCheckpoint] = []
    var rest = options[...]
    var path: String?
    var key: String?
    while let option = rest.popFirst() {
      guard let value = rest.popFirst(), option == "--checkpoints" || option == "--key" else {
        complain("not understood: \(option)", "see: ispyd --help")
        return 64
      }
      if option == "--key" { key = value } else { path = value }
    }
    do throws(AuditError) {
      if let path {
        let found = try AuditCheckpoint.read(path)
        let genuine = found.checkpoints.filter { $0.isGenuine(trusted: key) }
        guard genuine.count == found.checkpoints.count, found.unread == 0 else {
          complain("\(path): \(found.checkpoints.count - genuine.count + found.unread) checkpoints are not genuine")
          return 1
        }
        checkpoints = genuine
      }
      let verdict = try AuditReader(directory: directory).verify(checkpoints, trusted: key)
      for problem in verdict.problems {
        print("\(problem.file):\(problem.line): entry \(problem.number): \(problem.what)")
      }
      if let number = verdict.releasedNumber, let time = verdict.releasedTime {
        print("entries 1 to \(number) were let go by the gateway at \(time) (seconds since 1970), signed")
      }
      print(
        "\(verdict.entries) entries, \(verdict.checkpoints) checkpoints, head \(verdict.headNumber) \(verdict.head): "
          + (verdict.isWhole ? "whole" : "NOT WHOLE"))
      return verdict.isWhole ? 0 : 1
    } catch {
      complain("\(error)")
      return 1
    }
  }
}
