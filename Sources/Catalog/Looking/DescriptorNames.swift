import RemoteProcess

/// What the descriptors of a process are, in words: `fd 5 (127.0.0.1:8000, listening)`. Read when first asked for, since
/// finding the sockets of a busy server costs more than all its stacks.
final class DescriptorNames {
  private let pid: Int32
  private lazy var sockets = try? Sockets(pid: pid)

  init(pid: Int32) { self.pid = pid }

  func name(of descriptor: Int32) -> String {
    guard let target = try? OpenFiles.target(of: descriptor, pid: pid) else { return "fd \(descriptor)" }
    guard case .socket = target, let socket = sockets?[descriptor] else { return "fd \(descriptor) (\(target))" }
    var words = [socket.kind.rawValue]
    if let local = socket.local { words.append(local.description) }
    if let remote = socket.remote { words.append("with \(remote)") }
    if let path = socket.path, !path.isEmpty { words.append(path) }
    return "fd \(descriptor) (\(words.joined(separator: " ")))"
  }
}
