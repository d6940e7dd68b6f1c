import CTracer
import Glibc
import RemoteProcess

/// Writes to the memory of a process, code included: the page becomes the process' own.
///
/// By `/proc/PID/mem` where that may be opened. Its mode is that of its owner's file, and a capability to trace does not lift
/// that: for others it is done by the stopped thread, word by word.
struct TargetWriter: ~Copyable {
  /// -1 where it may not be opened.
  private let descriptor: Int32

  init(pid: Int32) throws(AttachError) {
    descriptor = open("/proc/\(pid)/mem", O_RDWR | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT { throw .processGone }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes all of it or throws; what was written before it threw is not taken back.
  ///
  /// - Parameter tid: a thread of the process that is stopped and traced by the caller's.
  func write(_ bytes: [UInt8], at address: RemoteAddress, whileStopped tid: Int32) throws(AttachError) {
    guard descriptor >= 0 else {
      let failure = ctracer_poke(tid, address.rawValue, bytes, bytes.count)
      guard failure == 0 else { throw .notPermitted("its memory cannot be written (ptrace: errno \(-failure))") }
      return
    }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
          off_t(truncatingIfNeeded: (address + done).rawValue))
      }
      if count > 0 {
        done += count
      } else if count == 0 {
        // The address space is gone.
        throw .processGone
      } else if errno != EINTR {
        // EIO and EFAULT: the kernel does not let even a tracer write there (proc_mem.force_override, SELinux execmod).
        throw .notPermitted("its memory cannot be written (errno \(errno))")
      }
    }
  }
}
