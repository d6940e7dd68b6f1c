/// One reason for which a process cannot be read, or not be stopped.
public enum AccessCause: Hashable, Sendable {
  /// There is no process of that number that this one could see.
  case noSuchProcess
  /// The number is that of a thread of another process.
  case isThread(of: Int32)
  /// It has ended, and its parent has not asked for its exit code yet.
  case zombie(parent: Int32)
  /// A thread of the kernel's, without memory of its own.
  case kernelThread
  /// It runs as another user, and the reader lacks CAP_SYS_PTRACE.
  case otherUser(target: UInt32, own: UInt32)
  /// The same user, but the target has capabilities that the reader lacks.
  case moreCapabilities
  /// The target hides its memory (PR_SET_DUMPABLE): it changed its user, was started from a file that may not be read, or
  /// chose so.
  case notDumpable
  /// Yama lets no process read another one: 1 only its own children, 2 only with CAP_SYS_PTRACE, 3 none at all.
  case yama(scope: Int)
  /// A seccomp filter, or the kernel's configuration, denies `process_vm_readv` to the reader, whatever the target.
  case seccomp
  /// `/proc` is mounted with `hidepid` and shows other users' processes not, or not wholly.
  case hiddenByProc
  /// The reader's capabilities count in its own user namespace only, and the target is outside of it.
  case otherUserNamespace
  /// Another process traces it: it can be read, but not stopped.
  case traced(by: Int32)
  /// The kernel refused and nothing known explains it: a security module (SELinux, AppArmor), mostly.
  case unexplained(errno: Int32)

  /// Whether it keeps the target from being read; else only from being stopped.
  public var preventsReading: Bool {
    if case .traced = self { false } else { true }
  }
}
