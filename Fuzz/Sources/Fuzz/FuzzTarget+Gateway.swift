@testable import Audit
import Catalog
import JSON
import JSONRPC
import PolicyFile
import Profiles
@testable import Wire

/// What clients, gateways and files say: each may be anybody's.
extension FuzzTarget {
  /// JSON: what is read is written, and read again as the same.
  static let json = FuzzTarget(name: "json") { bytes in
    guard let value = try? JSONReader().value(of: bytes) else { return }
    for entry in Catalog.standard.entries { _ = entry.result(of: value) }
  }

  /// Lines of the protocol, in two pieces; and the parameters of every method.
  static let wire = FuzzTarget(name: "wire") { bytes in
    var framer = LineFramer(limit: 4096)
    let half = bytes.count / 2
    for piece in [bytes[..<half], bytes[half...]] {
      guard let lines = try? framer.take(piece) else { return }
      for line in lines {
        precondition(line.count <= 4096)
        guard case .request(_, _, let parameters)? = try? WireMessage(line: line) else { continue }
        _ = try? JSONReader().decode(HelloParameters.self, from: parameters)
        _ = try? JSONReader().decode(RunParameters.self, from: parameters)
      }
    }
  }

  /// A policy or a configuration. What has an error is no policy.
  static let policy = FuzzTarget(name: "policy") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let reading = PolicyFile.read(text)
    precondition(reading.policy == nil || reading.problems.allSatisfy(\.isWarning))
    for problem in reading.problems { precondition(problem.line >= 1 && problem.column >= 1) }
    _ = ConfigurationFile.read(text)
  }

  /// A line of the audit: what is taken for one is one, to the last byte.
  static let audit = FuzzTarget(name: "audit") { bytes in
    guard let record = AuditRecord(line: bytes) else { return }
    precondition(AuditRecord(line: bytes.dropLast()) == nil && record.hash.utf8.count == 64)
  }

  /// A profile that is compared with another.
  static let profile = FuzzTarget(name: "profile") { bytes in
    guard let stored = try? StoredProfile(name: "fuzz", bytes: bytes) else { return }
    _ = ProfileComparison(before: stored, after: stored, isAbsolute: false)
  }
}
