/// The memory of a process, or a recording of it. Reading never changes it.
public protocol MemoryReader: Sendable {
  /// Fills `destination` with the bytes at `address`, all or nothing.
  func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError)

  /// Fills many ranges, in as few system calls as there are. `isRead` says of each whether it was filled: a range that
  /// cannot be read does not keep the others from being read. Throws only where nothing can be read any more.
  func read(_ requests: inout [ReadRequest]) throws(MemoryReadError)

  /// The same for ranges that are read again and again.
  func read(_ plan: ReadPlan) throws(MemoryReadError)
}

/// One range of a batched read.
public struct ReadRequest {
  public let address: RemoteAddress
  public let destination: UnsafeMutableRawBufferPointer
  public var isRead = false

  public init(address: RemoteAddress, destination: UnsafeMutableRawBufferPointer) {
    self.address = address
    self.destination = destination
  }
}

/// Why memory could not be read.
public enum MemoryReadError: Error, Equatable, CustomStringConvertible {
  /// Nothing is mapped there, or the length runs out of the mapping.
  case unmapped(RemoteAddress, count: Int)
  /// The kernel refused: not the same user, no CAP_SYS_PTRACE, Yama, seccomp.
  case notPermitted(pid: Int32)
  /// The process ended, or was replaced by another with the same pid.
  case processGone(pid: Int32)
  /// Any other errno of the kernel.
  case failed(RemoteAddress, errno: Int32)

  public var description: String {
    switch self {
    case .unmapped(let address, let count): "nothing to read at \(address) (\(count) bytes)"
    case .notPermitted(let pid): "cannot read the memory of process \(pid): permission denied"
    case .processGone(let pid): "process \(pid) has ended"
    case .failed(let address, let errno): "cannot read at \(address): errno \(errno)"
    }
  }
}

extension MemoryReader {
  public func read(_ plan: ReadPlan) throws(MemoryReadError) { try plan.readSingly(from: self) }

  public func read(_ requests: inout [ReadRequest]) throws(MemoryReadError) {
    for index in requests.indices {
      do {
        try read(at: requests[index].address, into: requests[index].destination)
        requests[index].isRead = true
      } catch .unmapped {
        continue
      }
    }
  }
}
