import Glibc

/// A file of this machine, read whole and never without bound.
public enum BoundedFile {
  public enum Failure: Error, Equatable, Sendable {
    case unreadable(errno: Int32)
    case tooLong(limit: Int)
  }

  /// - Parameter limit: the most bytes that it may have.
  public static func contents(of path: String, limit: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(errno: errno) }
    defer { close(descriptor) }
    return try contents(of: descriptor, limit: limit)
  }

  /// The rest of an open one: of standard input, of a pipe.
  public static func contents(of descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    // Room for all of it at once, where the kernel says how much there is; of pipes and of /proc it does not.
    var status = stat()
    if fstat(descriptor, &status) == 0 { bytes.reserveCapacity(max(0, min(Int(status.st_size), limit))) }
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(errno: errno) }
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else { throw .tooLong(limit: limit) }
      bytes += block[..<count]
    }
  }
}
