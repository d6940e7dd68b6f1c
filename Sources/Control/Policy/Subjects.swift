/// People, by name or by group, as this host knows them.
public struct Subjects: Equatable, Sendable {
  /// Names of users; `*` is everybody.
  public let users: [String]
  public let groups: [String]

  public init(users: [String] = [], groups: [String] = []) {
    self.users = users
    self.groups = groups
  }

  static let everybody = "*"

  public var isEmpty: Bool { users.isEmpty && groups.isEmpty }

  public func contains(_ principal: Principal) -> Bool {
    users.contains(principal.name) || users.contains(Self.everybody)
      || groups.contains { principal.groups.contains($0) }
  }

  /// `ann, bob, group oncall`.
  public var description: String {
    (users.map { $0 == Self.everybody ? "everybody" : $0 } + groups.map { "group \($0)" }).joined(separator: ", ")
  }
}
