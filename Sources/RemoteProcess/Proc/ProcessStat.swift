import Glibc

/// `/proc/PID/stat`: when the process started and what it has used since.
public struct ProcessStat: Sendable {
  /// The name of the main thread, up to 15 bytes.
  public let name: String
  public let state: ProcessState
  public let parent: Int32
  /// CPU time in user mode, in clock ticks (`ticksPerSecond`).
  public let userTime: UInt64
  /// CPU time in the kernel, in clock ticks.
  public let systemTime: UInt64
  public let threadCount: Int
  /// In clock ticks since the machine started.
  public let startTime: UInt64
  /// Where the program's text and stack begin; 0 or 1 where the reader may not know. Changed by exec.
  let startCode: UInt64
  let startStack: UInt64

  public static var ticksPerSecond: UInt64 { UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))) }

  public init(pid: Int32) throws(ProcessError) {
    try self.init(try ProcDescriptor("/proc/\(pid)/stat", pid: pid).line(), pid: pid)
  }

  /// The same of one thread.
  init(pid: Int32, tid: Int32) throws(ProcessError) {
    let path = "/proc/\(pid)/task/\(tid)/stat"
    try self.init(try ProcDescriptor(path, pid: pid).line(), pid: pid)
  }

  /// Parses the file. The name is in parentheses and may hold any byte, parentheses too: the last one ends it.
  init(_ contents: [UInt8], pid: Int32) throws(ProcessError) {
    let malformed = ProcessError.malformed(path: "/proc/\(pid)/stat")
    guard let opening = contents.firstIndex(of: 0x28), let closing = contents.lastIndex(of: 0x29), opening < closing,
      closing + 2 < contents.count
    else { throw malformed }
    name = String(decoding: contents[(opening + 1)..<closing], as: UTF8.self)
    state = ProcessState(contents[closing + 2])
    // The fields from the parent (4) on; negative ones occur among those that are not used.
    let fields = contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(UnsafeRawBufferPointer(rebasing: bytes[(closing + 3)...]))
      var fields: [UInt64] = []
      while fields.count < 25 {
        scanner.skipSpaces()
        let isNegative = scanner.skip(0x2d)
        guard let value = scanner.decimal() else { break }
        fields.append(isNegative ? 0 : value)
      }
      return fields
    }
    guard fields.count == 25 else { throw malformed }
    func field(_ number: Int) -> UInt64 { fields[number - 4] }
    parent = Int32(truncatingIfNeeded: field(4))
    userTime = field(14)
    systemTime = field(15)
    threadCount = Int(truncatingIfNeeded: field(20))
    startTime = field(22)
    startCode = field(26)
    startStack = field(28)
  }

  /// The seconds since the process started.
  public func age() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    return max(0, seconds - Double(startTime) / Double(Self.ticksPerSecond))
  }
}
