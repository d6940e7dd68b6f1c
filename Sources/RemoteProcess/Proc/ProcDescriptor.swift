import Glibc

/// An open file of `/proc`: it can be read again and again, and stays the file of the process it was opened for.
final class ProcDescriptor: Sendable {
  let pid: Int32
  let path: String
  private let descriptor: Int32

  init(_ path: String, pid: Int32) throws(ProcessError) {
    self.pid = pid
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ProcessError(errno: errno, path: path, pid: pid) }
  }

  deinit { close(descriptor) }

  /// Reads from the start into the buffer, by one call. Files that say more than fits are cut.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ProcessError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      guard errno == EINTR else { throw ProcessError(errno: errno, path: path, pid: pid) }
    }
  }

  /// What a file says whose contents the kernel makes as a whole, as the one line of `stat`: one call has it. A second
  /// one, to see that there is no more, would have the kernel make it once more.
  func line() throws(ProcessError) -> [UInt8] {
    var failure: ProcessError?
    let contents = [UInt8](unsafeUninitializedCapacity: 2048) { buffer, initialized in
      do throws(ProcessError) { initialized = try read(into: UnsafeMutableRawBufferPointer(buffer)) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return contents
  }

  /// Everything the file says, at most `limit` bytes of it.
  func contents(limit: Int) throws(ProcessError) -> [UInt8] {
    var contents: [UInt8] = []
    var failure: Int32 = 0
    var isAtEnd = false
    var capacity = min(limit, 4096)
    while !isAtEnd, failure == 0, contents.count < limit {
      let start = contents.count
      // Grown by doubling: maps of thousands of lines come in pieces of 4 KiB.
      let previous = contents
      contents = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        _ = buffer.initialize(fromContentsOf: previous)
        initialized = start
        while initialized < capacity, !isAtEnd, failure == 0 {
          let count = pread(
            descriptor, buffer.baseAddress.map { $0 + initialized }, capacity - initialized, off_t(initialized))
          if count > 0 {
            initialized += count
          } else if count == 0 {
            isAtEnd = true
          } else if errno != EINTR {
            failure = errno
          }
        }
      }
      capacity = min(limit, capacity * 4)
    }
    guard failure == 0 else { throw ProcessError(errno: failure, path: path, pid: pid) }
    return contents
  }
}

extension ProcDescriptor {
  /// The contents of a file of `/proc` that is read once.
  static func contents(of path: String, pid: Int32, limit: Int = 1 << 16) throws(ProcessError) -> [UInt8] {
    try ProcDescriptor(path, pid: pid).contents(limit: limit)
  }

  /// Where a link of `/proc` points to.
  static func link(_ path: String, pid: Int32) throws(ProcessError) -> String {
    var length = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      length = base.withMemoryRebound(to: CChar.self, capacity: buffer.count) { readlink(path, $0, buffer.count) }
      initialized = max(0, length)
    }
    guard length >= 0 else { throw ProcessError(errno: errno, path: path, pid: pid) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
