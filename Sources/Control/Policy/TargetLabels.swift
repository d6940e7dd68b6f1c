public import Catalog
import Glibc
import RemoteProcess

/// What is known of a target for rules to go by: `user: shop`, `container: docker 0123…`, `application: shop`.
///
/// A process chooses its own arguments, environment and title, and could lie in all of them to match a rule that is meant
/// for another. So all labels are what the kernel, or a file of root's, says; only `application`, `server` and `role` come
/// from the arguments, and they are given only where the policy says what a process must be to be believed, and it is.
public struct TargetLabels: Sendable {
  private let users = UserNames()
  private let host = Self.hostName()

  public init() {}

  /// The labels that the kernel attests, without those of the policy.
  public func attested(pid: Int32) -> [String: String] {
    var labels: [String: String] = [:]
    if let host { labels["host"] = host }
    if let status = try? ProcessStatus(pid: pid) {
      labels["user"] = users.name(of: status.users.effective)
      labels["uid"] = String(status.users.effective)
    }
    if let executable = ProcessPaths(pid: pid).executable { labels["executable"] = executable }
    if let unit = ControlGroups(pid: pid).unit { labels["unit"] = unit }
    if let container = Container(pid: pid) {
      labels["container"] = container.label
      if let identifier = container.identifier { labels["container-id"] = identifier }
      if let pod = container.podUID { labels["pod"] = pod }
      labels.merge(ContainerRecord(container).labels) { first, _ in first }
    }
    return labels
  }

  private static func hostName() -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Policy {
  /// All labels of a target: those that are attested, its claims as far as they are believed, and the policy's own.
  public func labels(of target: Target, attested: [String: String]) -> [String: String] {
    var labels = attested
    if let name = believedName(of: target.application, attested) {
      labels["application"] = name
      labels["server"] = target.application.server
      labels["role"] = target.application.role.rawValue
    }
    for rule in self.labels where rule.selector.matches(labels) { labels[rule.label] = rule.value }
    return labels
  }

  /// The name in `applications` that a process may call itself.
  private func believedName(of application: Application, _ attested: [String: String]) -> String? {
    applications.lazy.filter { application.isNamed($0.key) && $0.value.matches(attested) }.map(\.key).min()
  }
}
