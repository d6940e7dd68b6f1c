/// The system calls in which a thread may wait, with their numbers and what one waits for in them.
///
/// Numbers from Linux 6.1, `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h` (aarch64);
/// they never change.
struct SystemCallTable: Sendable {
  struct Row: Sendable {
    let name: String
    let x86_64: Int
    /// Nil where the architecture, being younger, has only the successor.
    let aarch64: Int?
    let purpose: SystemCall.Purpose
    /// Whether the first argument is a descriptor.
    let hasDescriptor: Bool

    init(
      _ name: String, x86_64: Int, aarch64: Int?, _ purpose: SystemCall.Purpose, hasDescriptor: Bool = false
    ) {
      self.name = name
      self.x86_64 = x86_64
      self.aarch64 = aarch64
      self.purpose = purpose
      self.hasDescriptor = hasDescriptor
    }
  }

  /// Which number of a row is meant.
  private enum Architecture { case x86_64, aarch64 }
  private let architecture: Architecture

  /// Less than a hundred rows are looked through faster than a table of them is made.
  subscript(number: Int) -> Row? {
    Self.all.first { row in
      switch architecture {
      case .x86_64: row.x86_64 == number
      case .aarch64: row.aarch64 == number
      }
    }
  }

  static let x86_64 = SystemCallTable(architecture: .x86_64)
  static let aarch64 = SystemCallTable(architecture: .aarch64)

  /// That of the machine: a target of another architecture cannot run on it.
  static var native: SystemCallTable {
    #if arch(arm64)
      aarch64
    #else
      x86_64
    #endif
  }

  static let all: [Row] = [
    Row("futex", x86_64: 202, aarch64: 98, .lock),
    Row("futex_waitv", x86_64: 449, aarch64: 449, .lock),
    Row("futex_wait", x86_64: 455, aarch64: 455, .lock),
    Row("nanosleep", x86_64: 35, aarch64: 101, .sleep),
    Row("clock_nanosleep", x86_64: 230, aarch64: 115, .sleep),
    Row("read", x86_64: 0, aarch64: 63, .io, hasDescriptor: true),
    Row("pread64", x86_64: 17, aarch64: 67, .io, hasDescriptor: true),
    Row("readv", x86_64: 19, aarch64: 65, .io, hasDescriptor: true),
    Row("preadv", x86_64: 295, aarch64: 69, .io, hasDescriptor: true),
    Row("preadv2", x86_64: 327, aarch64: 286, .io, hasDescriptor: true),
    Row("write", x86_64: 1, aarch64: 64, .io, hasDescriptor: true),
    Row("pwrite64", x86_64: 18, aarch64: 68, .io, hasDescriptor: true),
    Row("writev", x86_64: 20, aarch64: 66, .io, hasDescriptor: true),
    Row("pwritev", x86_64: 296, aarch64: 70, .io, hasDescriptor: true),
    Row("pwritev2", x86_64: 328, aarch64: 287, .io, hasDescriptor: true),
    Row("accept", x86_64: 43, aarch64: 202, .io, hasDescriptor: true),
    Row("accept4", x86_64: 288, aarch64: 242, .io, hasDescriptor: true),
    Row("connect", x86_64: 42, aarch64: 203, .io, hasDescriptor: true),
    Row("recvfrom", x86_64: 45, aarch64: 207, .io, hasDescriptor: true),
    Row("recvmsg", x86_64: 47, aarch64: 212, .io, hasDescriptor: true),
    Row("recvmmsg", x86_64: 299, aarch64: 243, .io, hasDescriptor: true),
    Row("sendto", x86_64: 44, aarch64: 206, .io, hasDescriptor: true),
    Row("sendmsg", x86_64: 46, aarch64: 211, .io, hasDescriptor: true),
    Row("sendmmsg", x86_64: 307, aarch64: 269, .io, hasDescriptor: true),
    Row("sendfile", x86_64: 40, aarch64: 71, .io, hasDescriptor: true),
    Row("splice", x86_64: 275, aarch64: 76, .io, hasDescriptor: true),
    Row("tee", x86_64: 276, aarch64: 77, .io, hasDescriptor: true),
    Row("copy_file_range", x86_64: 326, aarch64: 285, .io, hasDescriptor: true),
    Row("fsync", x86_64: 74, aarch64: 82, .io, hasDescriptor: true),
    Row("fdatasync", x86_64: 75, aarch64: 83, .io, hasDescriptor: true),
    Row("sync_file_range", x86_64: 277, aarch64: 84, .io, hasDescriptor: true),
    Row("sync", x86_64: 162, aarch64: 81, .io),
    Row("syncfs", x86_64: 306, aarch64: 267, .io, hasDescriptor: true),
    Row("fallocate", x86_64: 285, aarch64: 47, .io, hasDescriptor: true),
    Row("ftruncate", x86_64: 77, aarch64: 46, .io, hasDescriptor: true),
    Row("flock", x86_64: 73, aarch64: 32, .lock, hasDescriptor: true),
    Row("fcntl", x86_64: 72, aarch64: 25, .io, hasDescriptor: true),
    Row("ioctl", x86_64: 16, aarch64: 29, .io, hasDescriptor: true),
    Row("getdents64", x86_64: 217, aarch64: 61, .io, hasDescriptor: true),
    Row("open", x86_64: 2, aarch64: nil, .io),
    Row("openat", x86_64: 257, aarch64: 56, .io),
    Row("openat2", x86_64: 437, aarch64: 437, .io),
    Row("close", x86_64: 3, aarch64: 57, .io, hasDescriptor: true),
    Row("newfstatat", x86_64: 262, aarch64: 79, .io),
    Row("statx", x86_64: 332, aarch64: 291, .io),
    Row("renameat", x86_64: 264, aarch64: 38, .io),
    Row("renameat2", x86_64: 316, aarch64: 276, .io),
    Row("unlinkat", x86_64: 263, aarch64: 35, .io),
    Row("mkdirat", x86_64: 258, aarch64: 34, .io),
    Row("io_getevents", x86_64: 208, aarch64: 4, .poll),
    Row("io_uring_enter", x86_64: 426, aarch64: 426, .poll, hasDescriptor: true),
    Row("semop", x86_64: 65, aarch64: 193, .lock),
    Row("semtimedop", x86_64: 220, aarch64: 192, .lock),
    Row("msgrcv", x86_64: 70, aarch64: 188, .io),
    Row("msgsnd", x86_64: 69, aarch64: 189, .io),
    Row("mq_timedreceive", x86_64: 243, aarch64: 183, .io, hasDescriptor: true),
    Row("mq_timedsend", x86_64: 242, aarch64: 182, .io, hasDescriptor: true),
    Row("getrandom", x86_64: 318, aarch64: 278, .io),
    Row("shutdown", x86_64: 48, aarch64: 210, .io, hasDescriptor: true),
    Row("poll", x86_64: 7, aarch64: nil, .poll),
    Row("ppoll", x86_64: 271, aarch64: 73, .poll),
    Row("select", x86_64: 23, aarch64: nil, .poll),
    Row("pselect6", x86_64: 270, aarch64: 72, .poll),
    Row("epoll_wait", x86_64: 232, aarch64: nil, .poll, hasDescriptor: true),
    Row("epoll_pwait", x86_64: 281, aarch64: 22, .poll, hasDescriptor: true),
    Row("epoll_pwait2", x86_64: 441, aarch64: 441, .poll, hasDescriptor: true),
    Row("wait4", x86_64: 61, aarch64: 260, .child),
    Row("waitid", x86_64: 247, aarch64: 95, .child),
    Row("execve", x86_64: 59, aarch64: 221, .other),
    Row("pause", x86_64: 34, aarch64: nil, .signal),
    Row("rt_sigsuspend", x86_64: 130, aarch64: 133, .signal),
    Row("rt_sigtimedwait", x86_64: 128, aarch64: 137, .signal),
    Row("restart_syscall", x86_64: 219, aarch64: 128, .other),
    Row("mmap", x86_64: 9, aarch64: 222, .memory),
    Row("munmap", x86_64: 11, aarch64: 215, .memory),
    Row("mprotect", x86_64: 10, aarch64: 226, .memory),
    Row("mremap", x86_64: 25, aarch64: 216, .memory),
    Row("madvise", x86_64: 28, aarch64: 233, .memory),
    Row("brk", x86_64: 12, aarch64: 214, .memory),
  ]
}
