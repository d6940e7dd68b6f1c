import Glibc

/// An ELF file read by `pread` from a descriptor, which it owns.
public final class ELFDescriptor: ELFByteSource {
  private let descriptor: Int32
  public let byteCount: UInt64

  /// Takes the descriptor over, and closes it with itself, also where this throws.
  public init(owning descriptor: Int32) throws(ELFError) {
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .failed(errno: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unsupported("not a regular file")
    }
    byteCount = UInt64(max(0, status.st_size))
  }

  /// Opens a file of this mount namespace.
  public convenience init(path: String) throws(ELFError) {
    // O_NONBLOCK: opening a pipe by mistake must not wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .failed(errno: errno) }
    try self.init(owning: descriptor)
  }

  deinit { close(descriptor) }

  public func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(ELFError) {
    guard let start = off_t(exactly: offset), !start.addingReportingOverflow(off_t(destination.count)).overflow else {
      throw .malformed("offset \(offset) lies outside of the file")
    }
    var done = 0
    while done < destination.count {
      let count = pread(
        descriptor, destination.baseAddress.map { $0 + done }, destination.count - done, start + off_t(done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw .malformed("the file ends at offset \(offset + UInt64(done))")
      } else if errno != EINTR {
        throw .failed(errno: errno)
      }
    }
  }
}
