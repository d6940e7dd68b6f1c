import CLinux
import Glibc

/// The memory of a running process, read by `process_vm_readv`: the process is not stopped and nothing is written to it.
public final class LiveMemory: MemoryReader {
  public let pid: Int32
  /// When the process started, in clock ticks since the machine did. With the pid it names one process for good.
  public var startTime: UInt64 { identity.startTime }

  /// `/proc/PID/stat`, kept open: it stays the file of this process, also after the pid went to another one.
  private let status: ProcDescriptor
  private let identity: Identity

  /// What tells a process from another with its pid, and from itself after an exec.
  private struct Identity: Equatable {
    var startTime: UInt64
    var startCode: UInt64
    var startStack: UInt64
  }

  /// UIO_MAXIOV: the most ranges of one call.
  static let maximumRangeCount = 1024
  /// Below MAX_RW_COUNT, where the kernel cuts a call short.
  static let maximumByteCount = 1 << 30

  public init(pid: Int32) throws(MemoryReadError) {
    self.pid = pid
    do {
      status = try ProcDescriptor("/proc/\(pid)/stat", pid: pid)
      identity = try Self.identity(try Self.stat(status), pid: pid)
    } catch {
      throw MemoryReadError(error, pid: pid)
    }
  }

  /// How the process is now: running, stopped. Through the file that is kept open, as `checkAlive`.
  public func state() throws(MemoryReadError) -> ProcessState {
    do { return try Self.stat(status).state } catch { throw MemoryReadError(error, pid: pid) }
  }

  /// Throws where the process ended, became a zombie, or is another program since (exec); otherwise it is how the process
  /// is. One system call.
  @discardableResult
  public func checkAlive() throws(MemoryReadError) -> ProcessState {
    let stat: ProcessStat
    let now: Identity
    do {
      stat = try Self.stat(status)
      now = try Self.identity(stat, pid: pid)
    } catch {
      throw MemoryReadError(error, pid: pid)
    }
    guard now == identity else { throw .processGone(pid: pid) }
    return stat.state
  }

  private static func identity(_ stat: ProcessStat, pid: Int32) throws(ProcessError) -> Identity {
    guard !stat.state.isDead else { throw .noSuchProcess(pid: pid) }
    return Identity(startTime: stat.startTime, startCode: stat.startCode, startStack: stat.startStack)
  }

  private static func stat(_ status: ProcDescriptor) throws(ProcessError) -> ProcessStat {
    try ProcessStat(try status.line(), pid: status.pid)
  }

  // MARK: - Reading

  public func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    guard let base = destination.baseAddress else { return }
    var done = 0
    while done < destination.count {
      var local = clinux_range(
        address: UInt64(UInt(bitPattern: base + done)), length: UInt64(destination.count - done))
      var remote = clinux_range(address: (address + done).rawValue, length: local.length)
      let count = clinux_process_vm_readv(pid, &local, 1, &remote, 1)
      if count > 0 {
        done += count
      } else if count != -Int(EINTR) {
        throw error(errno: Int32(truncatingIfNeeded: -count), address: address, count: destination.count)
      }
    }
  }

  public func read(_ requests: inout [ReadRequest]) throws(MemoryReadError) {
    let capacity = min(requests.count, Self.maximumRangeCount)
    guard capacity > 0 else { return }
    let failure = withUnsafeTemporaryAllocation(of: clinux_range.self, capacity: capacity * 2) { ranges in
      var next = 0
      while next < requests.count {
        let end = fill(ranges, half: capacity, from: requests, next)
        if let failure = read(ranges, half: capacity, &requests, next..<end) { return Optional(failure) }
        next = end
      }
      return nil
    }
    if let failure { throw failure }
  }

  public func read(_ plan: ReadPlan) throws(MemoryReadError) {
    let isWhole = try plan.read { (local, localCount, remote, remoteCount) throws(MemoryReadError) in
      while true {
        let count = clinux_process_vm_readv(pid, local, localCount, remote, remoteCount)
        if count >= 0 { return count }
        if count == -Int(EFAULT) { return 0 }
        guard count == -Int(EINTR) else {
          throw error(
            errno: Int32(truncatingIfNeeded: -count), address: RemoteAddress(remote.pointee.address),
            count: Int(remote.pointee.length))
        }
      }
    }
    // Which range is bad is found out where there is one.
    if !isWhole { try plan.readSingly(from: self) }
  }

  /// Writes the ranges of as many requests as one call takes: here into the first half, of the target into the second.
  private func fill(
    _ ranges: UnsafeMutableBufferPointer<clinux_range>, half: Int, from requests: [ReadRequest], _ start: Int
  ) -> Int {
    var index = start
    var byteCount = 0
    while index < requests.count, index - start < half {
      let destination = requests[index].destination
      byteCount += destination.count
      if byteCount > Self.maximumByteCount, index > start { break }
      let length = UInt64(destination.count)
      ranges.initializeElement(
        at: index - start, to: clinux_range(address: UInt64(UInt(bitPattern: destination.baseAddress)), length: length))
      ranges.initializeElement(
        at: half + index - start, to: clinux_range(address: requests[index].address.rawValue, length: length))
      index += 1
    }
    return index
  }

  /// Reads the filled ranges. The kernel stops at the first range that is bad: the call is repeated from behind it.
  private func read(
    _ ranges: UnsafeMutableBufferPointer<clinux_range>, half: Int, _ requests: inout [ReadRequest], _ filled: Range<Int>
  ) -> MemoryReadError? {
    guard let local = ranges.baseAddress else { return nil }
    var index = filled.lowerBound
    while index < filled.upperBound {
      let skipped = index - filled.lowerBound
      let left = filled.upperBound - index
      var count = clinux_process_vm_readv(pid, local + skipped, left, local + half + skipped, left)
      if count == -Int(EINTR) { continue }
      if count < 0 {
        guard count == -Int(EFAULT) else {
          return error(
            errno: Int32(truncatingIfNeeded: -count), address: requests[index].address,
            count: requests[index].destination.count)
        }
        count = 0
      }
      while index < filled.upperBound, requests[index].destination.count <= count {
        count -= requests[index].destination.count
        requests[index].isRead = true
        index += 1
      }
      if index < filled.upperBound {
        requests[index].isRead = readWhole(requests[index])
        index += 1
      }
    }
    return nil
  }

  /// The range at which a call ended: bad as a rule, or longer than a call reads.
  private func readWhole(_ request: ReadRequest) -> Bool {
    guard request.destination.count > Self.maximumByteCount else { return false }
    do {
      try read(at: request.address, into: request.destination)
      return true
    } catch {
      return false
    }
  }

  private func error(errno code: Int32, address: RemoteAddress, count: Int) -> MemoryReadError {
    switch code {
    // 0: nothing was read and nothing said, which the kernel does not do.
    case EFAULT, 0: .unmapped(address, count: count)
    case EPERM, EACCES: .notPermitted(pid: pid)
    case ESRCH: .processGone(pid: pid)
    default: .failed(address, errno: code)
    }
  }
}

extension MemoryReadError {
  /// A failure to read `/proc` said in the words of reading memory.
  init(_ error: ProcessError, pid: Int32) {
    switch error {
    case .noSuchProcess: self = .processGone(pid: pid)
    case .notPermitted: self = .notPermitted(pid: pid)
    case .malformed: self = .failed(.null, errno: EINVAL)
    case .failed(_, let errno): self = .failed(.null, errno: errno)
    }
  }
}
