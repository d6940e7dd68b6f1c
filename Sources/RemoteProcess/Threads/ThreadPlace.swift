/// Where the kernel says that a thread is: the content of `/proc/PID/task/TID/syscall`.
public enum ThreadPlace: Hashable, Sendable {
  /// On a CPU, or ready to be.
  case running
  /// Blocked in a system call.
  case systemCall(SystemCall)
  /// Blocked in the kernel outside of a system call: a page comes from disk, or a tracer stopped it.
  case blocked

  public var systemCall: SystemCall? {
    if case .systemCall(let call) = self { call } else { nil }
  }

  /// Where a thread is now.
  public init(pid: Int32, tid: Int32) throws(ProcessError) {
    self = try ThreadObserver.parse(ProcDescriptor("/proc/\(pid)/task/\(tid)/syscall", pid: pid)) { ThreadPlace($0) }
  }

  /// Parses `running`, `-1 SP PC` or `NR ARG0 ... ARG5 SP PC`, all but the number in hexadecimal with `0x`.
  init?(_ bytes: UnsafeRawBufferPointer, table: SystemCallTable = .native) {
    var scanner = ByteScanner(bytes)
    if scanner.skip("running") {
      self = .running
      return
    }
    guard let number = scanner.signedDecimal() else { return nil }
    guard number >= 0 else {
      self = .blocked
      return
    }
    var words = SIMD8<UInt64>()
    for index in 0..<8 {
      scanner.skipSpaces()
      guard scanner.skip("0x"), let word = scanner.hexadecimal() else { return nil }
      words[index] = word
    }
    self = .systemCall(SystemCall(number: Int(number), words: words, table: table))
  }
}
