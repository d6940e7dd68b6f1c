import CLinux
import Glibc

/// What is known about a process that is to be read: gathered once, judged by `AccessCheck`.
struct AccessEvidence {
  var pid: Int32
  /// Nil where `/proc` shows no such process.
  var status: ProcessStatus?
  /// Whether the kernel knows the process, though `/proc` may not show it.
  var exists: Bool
  /// The owner of the target's files in `/proc`: root's where it is not dumpable, whoever runs it.
  var filesOwner: UInt32?
  /// The errno of reading a byte of the target; 0 where that succeeded.
  var probe: Int32
  /// The errno of reading a byte of our own, which nothing but seccomp denies.
  var ownProbe: Int32
  /// In which user namespaces the target and the reader are, where that can be known.
  var userNamespace: UInt64?
  var ownUserNamespace: UInt64?
  /// The name of the process that traces it.
  var tracerName: String?

  init(
    pid: Int32, status: ProcessStatus?, exists: Bool, filesOwner: UInt32? = nil, probe: Int32 = 0, ownProbe: Int32 = 0,
    userNamespace: UInt64? = nil, ownUserNamespace: UInt64? = nil, tracerName: String? = nil
  ) {
    self.pid = pid
    self.status = status
    self.exists = exists
    self.filesOwner = filesOwner
    self.probe = probe
    self.ownProbe = ownProbe
    self.userNamespace = userNamespace
    self.ownUserNamespace = ownUserNamespace
    self.tracerName = tracerName
  }

  init(pid: Int32) {
    status = try? ProcessStatus(pid: pid)
    self.pid = pid
    // Signal 0 asks whether it is there and sends nothing.
    exists = pid > 0 && (status != nil || kill(pid, 0) == 0 || errno == EPERM)
    var file = stat()
    filesOwner = lstat("/proc/\(pid)/maps", &file) == 0 ? file.st_uid : nil
    probe = exists ? Self.probe(pid) : ESRCH
    ownProbe = Self.probeSelf()
    userNamespace = Namespaces(pid: pid).user
    ownUserNamespace = Namespaces.own().user
    if let tracer = status?.tracer, tracer != 0 { tracerName = (try? ProcessStatus(pid: tracer))?.name }
  }

  /// Reads one byte of a page that is mapped. Where the mappings may not be read any address does: the kernel asks for the
  /// right before it looks for the page.
  private static func probe(_ pid: Int32) -> Int32 {
    let mapping = try? ProcessMaps.read(pid: pid).first { $0.permissions.contains(.read) }
    let code = read(pid, at: mapping?.start.rawValue ?? 4096)
    return code == EFAULT && mapping == nil ? 0 : code
  }

  private static func probeSelf() -> Int32 {
    var byte: UInt8 = 0
    return withUnsafeMutablePointer(to: &byte) { read(getpid(), at: UInt64(UInt(bitPattern: $0))) }
  }

  private static func read(_ pid: Int32, at address: UInt64) -> Int32 {
    var byte: UInt8 = 0
    let count = withUnsafeMutablePointer(to: &byte) { place in
      var local = clinux_range(address: UInt64(UInt(bitPattern: place)), length: 1)
      var remote = clinux_range(address: address, length: 1)
      return clinux_process_vm_readv(pid, &local, 1, &remote, 1)
    }
    return count == 1 ? 0 : count == 0 ? EFAULT : Int32(truncatingIfNeeded: -count)
  }
}
