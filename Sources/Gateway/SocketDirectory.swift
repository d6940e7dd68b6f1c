import Glibc

/// The directory of the socket: the gateway's own, where nobody else may put anything.
///
/// Whoever may connect is decided here by the kernel: only the owner, or the members of one group. The socket is bound with
/// its final rights (umask), never bound first and narrowed afterwards.
struct SocketDirectory {
  let path: String
  private let group: gid_t?

  /// Makes it where it is missing, and checks it.
  ///
  /// - Parameter group: whose members may connect; nil is nobody but the owner and root.
  init(_ path: String, group name: String?) throws(GatewayError) {
    self.path = path
    group = try name.map { (name) throws(GatewayError) in try Self.number(ofGroup: name) }
    try Self.checkParents(of: path)
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw .file(path: path, errno: errno) }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ELOOP || errno == ENOTDIR
        ? .notSafe(path: path, why: "it is no directory of its own") : .file(path: path, errno: errno)
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .file(path: path, errno: errno) }
    guard facts.st_uid == geteuid() else { throw .notSafe(path: path, why: "it belongs to user \(facts.st_uid)") }
    // What an earlier owner of wider rights put there is looked at before it is used (`clear`).
    let mode: mode_t = group == nil ? 0o700 : 0o750
    if let group, fchown(descriptor, uid_t.max, group) != 0 { throw .file(path: path, errno: errno) }
    guard fchmod(descriptor, mode) == 0 else { throw .file(path: path, errno: errno) }
  }

  private static func number(ofGroup name: String) throws(GatewayError) -> gid_t {
    guard let entry = getgrnam(name) else { throw .noGroup(name) }
    return entry.pointee.gr_gid
  }

  /// Whoever may rename a directory above may put another in its place.
  private static func checkParents(of path: String) throws(GatewayError) {
    guard path.hasPrefix("/") else { throw .notSafe(path: path, why: "it is no absolute path") }
    var parent = path
    while parent != "/" {
      parent = parent.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
      if parent.isEmpty { parent = "/" }
      var facts = stat()
      guard stat(parent, &facts) == 0 else { throw .file(path: parent, errno: errno) }
      let isOwn = facts.st_uid == 0 || facts.st_uid == geteuid()
      let isOpen = facts.st_mode & 0o022 != 0 && facts.st_mode & S_ISVTX == 0
      guard isOwn, !isOpen else {
        throw .notSafe(path: parent, why: "others than root and the gateway may write there")
      }
    }
  }

  /// A bound and listening socket of that name. One that a dead gateway left is removed; one that is listened at is not.
  func listen(_ name: String) throws(GatewayError) -> Int32 {
    let path = path + "/" + name
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw .notSafe(path: path, why: "it is too long for a socket")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    func call(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
    var facts = stat()
    if lstat(path, &facts) == 0 {
      guard facts.st_mode & S_IFMT == S_IFSOCK else { throw .notSafe(path: path, why: "something else stands there") }
      let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
      defer { close(probe) }
      if call({ connect(probe, $0, $1) }) == 0 { throw .alreadyRunning(path: path) }
      guard unlink(path) == 0 else { throw .file(path: path, errno: errno) }
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    let old = umask(group == nil ? 0o177 : 0o117)
    let isBound = call { bind(descriptor, $0, $1) } == 0
    let code = errno
    umask(old)
    guard isBound else {
      close(descriptor)
      throw .file(path: path, errno: code)
    }
    if let group, chown(path, uid_t.max, group) != 0 {
      let code = errno
      close(descriptor)
      throw .file(path: path, errno: code)
    }
    guard Glibc.listen(descriptor, 128) == 0 else {
      let code = errno
      close(descriptor)
      throw .file(path: path, errno: code)
    }
    return descriptor
  }
}
