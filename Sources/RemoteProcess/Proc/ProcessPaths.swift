/// The links of a process: what it runs, and where. Each is nil where it may not be read, or where there is none, as of a
/// kernel thread.
public struct ProcessPaths: Sendable {
  /// The executable, without the kernel's ` (deleted)`.
  public let executable: String?
  /// The executable was removed or replaced since the process started: by an upgrade, mostly.
  public let isExecutableDeleted: Bool
  public let workingDirectory: String?
  /// `/`, unless it lives in a chroot.
  public let root: String?

  public init(pid: Int32) {
    let executable = Self.link("exe", pid)
    isExecutableDeleted = executable?.hasSuffix(" (deleted)") ?? false
    self.executable = isExecutableDeleted ? executable.map { String($0.dropLast(10)) } : executable
    workingDirectory = Self.link("cwd", pid)
    root = Self.link("root", pid)
  }

  private static func link(_ name: String, _ pid: Int32) -> String? {
    try? ProcDescriptor.link("/proc/\(pid)/\(name)", pid: pid)
  }
}
