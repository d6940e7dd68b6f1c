import CLinux
import ELF
import Glibc

/// The file behind a mapping of another process, which may see other paths than this one does: it lives in a mount
/// namespace, a chroot, or the file was replaced since. Whatever is found by a path counts only where its inode is the one
/// that is mapped.
public struct TargetFile: Sendable {
  /// The path by which it was found.
  public let path: String
  public let bytes: ELFDescriptor

  public init(_ mapping: MemoryMapping, pid: Int32) throws(ProcessError) {
    guard mapping.isFile else { throw .failed(path: mapping.path, errno: ENOENT) }
    let start = String(mapping.start.rawValue, radix: 16)
    let end = String(mapping.end.rawValue, radix: 16)
    // The first is the kernel's own link to the file, but needs CAP_CHECKPOINT_RESTORE. Under a chroot maps shows the
    // path as the reader sees it, in a mount namespace as the target does.
    let candidates = [
      "/proc/\(pid)/map_files/\(start)-\(end)", "/proc/\(pid)/root\(mapping.path)", mapping.path, "/proc/\(pid)/exe",
    ]
    var failure: ProcessError?
    for candidate in candidates {
      let isLink = candidate.utf8.starts(with: "/proc/\(pid)/map_files/".utf8)
      do throws(ProcessError) {
        if let bytes = try Self.open(candidate, mapping, isLink: isLink, pid: pid) {
          self.path = candidate
          self.bytes = bytes
          return
        }
      } catch {
        if case .notPermitted = error { failure = error }
      }
    }
    throw failure ?? .failed(path: mapping.path, errno: ENOENT)
  }

  /// Nil where it is another file.
  private static func open(
    _ path: String, _ mapping: MemoryMapping, isLink: Bool, pid: Int32
  ) throws(ProcessError) -> ELFDescriptor? {
    // O_PATH opens nothing yet: the path is the target's word, and may name a pipe or a device.
    let place = clinux_open_path(path)
    guard place >= 0 else { throw ProcessError(errno: -place, path: path, pid: pid) }
    defer { close(place) }
    var status = stat()
    guard fstat(place, &status) == 0 else { throw ProcessError(errno: errno, path: path, pid: pid) }
    guard status.st_mode & S_IFMT == S_IFREG, isSame(status, mapping, isLink: isLink) else { return nil }
    let descriptor = Glibc.open("/proc/self/fd/\(place)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ProcessError(errno: errno, path: path, pid: pid) }
    do {
      return try ELFDescriptor(owning: descriptor)
    } catch {
      return nil
    }
  }

  /// Devices without hardware (major 0: overlay, btrfs) have one number in maps and another in `stat`; overlay before Linux
  /// 6.8 also had another inode in maps, where only the kernel's own link is to be believed.
  private static func isSame(_ status: stat, _ mapping: MemoryMapping, isLink: Bool) -> Bool {
    let device = MemoryMapping.Device(status.st_dev)
    let isComparable = device.major != 0 && mapping.device.major != 0
    if status.st_ino == mapping.inode { return device == mapping.device || !isComparable }
    return isLink && !isComparable
  }
}

extension MemoryMapping.Device {
  /// As `gnu_dev_major` and `gnu_dev_minor`, which are macros.
  init(_ number: dev_t) {
    let number = UInt64(number)
    major = UInt32(truncatingIfNeeded: (number >> 8 & 0xfff) | (number >> 32 & ~0xfff))
    minor = UInt32(truncatingIfNeeded: (number & 0xff) | (number >> 12 & ~0xff))
  }
}
