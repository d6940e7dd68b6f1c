import CTracer
import Glibc
import RemoteProcess

/// Writes to the memory of a process through `/proc/PID/mem`, which reaches code as well: the page becomes the process' own.
struct TargetWriter: ~Copyable {
  private let descriptor: Int32

  init(pid: Int32) throws(AttachError) {
    descriptor = open("/proc/\(pid)/mem", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { throw .processGone }
      throw .notPermitted("its memory cannot be opened for writing (errno \(errno))")
    }
  }

  deinit { close(descriptor) }

  /// Writes all of it or throws; what was written before it threw is not taken back.
  func write(_ bytes: [UInt8], at address: RemoteAddress) throws(AttachError) {
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
        throw errno == EPERM || errno == EACCES || errno == EIO || errno == EFAULT
          ? .notPermitted("its memory cannot be written (errno \(errno))") : .failed("writing failed (errno \(errno))")
      }
    }
  }
}
