import Control
import Glibc

/// Who is at the other end of a Unix socket, as the kernel noted when it connected (SO_PEERCRED, unix(7)).
struct PeerCredentials: Equatable {
  var pid: Int32 = 0
  var user: UInt32 = .max
  var group: UInt32 = .max

  /// Nil where the kernel does not say.
  init?(of descriptor: Int32) {
    var length = socklen_t(MemoryLayout<PeerCredentials>.size)
    self.init()
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &self, &length) == 0,
      length == socklen_t(MemoryLayout<PeerCredentials>.size)
    else { return nil }
  }

  private init() {}

  /// With the name and the groups that this host knows the user by.
  var principal: Principal { Self.principal(user: user, group: group) }

  static func principal(user: UInt32, group: UInt32) -> Principal {
    guard let entry = getpwuid(user) else { return Principal(user: user, groups: names([group])) }
    let name = String(cString: entry.pointee.pw_name)
    var count: Int32 = 256
    var groups = [gid_t](repeating: 0, count: Int(count))
    if getgrouplist(name, entry.pointee.pw_gid, &groups, &count) < 0, count > 256 {
      groups = [gid_t](repeating: 0, count: Int(count))
      guard getgrouplist(name, entry.pointee.pw_gid, &groups, &count) >= 0 else {
        return Principal(user: user, name: name)
      }
    }
    return Principal(user: user, name: name, groups: names(groups.prefix(Int(max(count, 0)))))
  }

  private static func names(_ groups: some Sequence<gid_t>) -> [String] {
    groups.map { group in getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? String(group) }
  }
}
