/// Who asks, as the kernel says it of the other end of a socket, or of this process.
public struct Principal: Equatable, Sendable {
  public let user: UInt32
  /// The user's name on this host; its number where it has none.
  public let name: String
  /// Names of all groups that the user is in.
  public let groups: [String]

  public init(user: UInt32, name: String? = nil, groups: [String] = []) {
    self.user = user
    self.name = name ?? String(user)
    self.groups = groups
  }
}
