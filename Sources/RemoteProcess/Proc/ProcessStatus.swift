/// `/proc/PID/status`: who the process is, what it may do and how large it is. Readable for every process that is visible.
public struct ProcessStatus: Sendable {
  /// The four ids of a kind: the file system's has been the effective one for decades.
  public struct Identifiers: Equatable, Sendable {
    public var real: UInt32
    public var effective: UInt32
    public var saved: UInt32
    public var fileSystem: UInt32
  }

  public private(set) var name = ""
  public private(set) var state = ProcessState(0x3f)
  /// The process that this belongs to, where it is of a thread.
  public private(set) var process: Int32 = 0
  public private(set) var parent: Int32 = 0
  /// The thread that traces it, 0 for nobody.
  public private(set) var tracer: Int32 = 0
  public private(set) var users = Identifiers(real: 0, effective: 0, saved: 0, fileSystem: 0)
  public private(set) var groups = Identifiers(real: 0, effective: 0, saved: 0, fileSystem: 0)
  public private(set) var threadCount = 0
  /// Linux 6.8 and later say it.
  private var kernelThreadFlag: Bool?
  /// The process' number in each PID namespace, from the reader's inwards: the last is what the process itself sees.
  public private(set) var namespacePids: [Int32] = []
  public private(set) var permittedCapabilities: UInt64 = 0
  public private(set) var effectiveCapabilities: UInt64 = 0
  /// Signals by their bits, that of signal 1 lowest: those that the main thread, or the one asked for, holds back, and those
  /// that the process has handlers for.
  public private(set) var blockedSignals: UInt64 = 0
  public private(set) var handledSignals: UInt64 = 0
  /// 0 without seccomp, 1 strict, 2 with a filter.
  public private(set) var seccomp = 0
  public private(set) var hasNoNewPrivileges = false
  /// Bytes of memory in RAM. Nil, as the other sizes, for a kernel thread or zombie, which have no memory.
  public private(set) var residentBytes: UInt64?
  public private(set) var peakResidentBytes: UInt64?
  /// The part of `residentBytes` that is not of files.
  public private(set) var anonymousBytes: UInt64?
  public private(set) var virtualBytes: UInt64?
  public private(set) var swappedBytes: UInt64?
  public private(set) var voluntarySwitches: UInt64 = 0
  public private(set) var involuntarySwitches: UInt64 = 0

  public init(pid: Int32) throws(ProcessError) {
    let path = "/proc/\(pid)/status"
    try self.init(try ProcDescriptor.contents(of: path, pid: pid), path: path)
  }

  /// The same of one thread.
  public init(pid: Int32, tid: Int32) throws(ProcessError) {
    let path = "/proc/\(pid)/task/\(tid)/status"
    try self.init(try ProcDescriptor.contents(of: path, pid: pid), path: path)
  }

  init(_ contents: [UInt8], path: String) throws(ProcessError) {
    var hasState = false
    contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      while !scanner.isAtEnd {
        let key = scanner.string(scanner.until(0x3a))
        scanner.skipSpaces()
        if key == "State" { hasState = true }
        take(key, &scanner)
        scanner.skipLine()
      }
    }
    guard hasState else { throw .malformed(path: path) }
  }

  private mutating func take(_ key: String, _ scanner: inout ByteScanner) {
    switch key {
    case "Name": name = scanner.string(scanner.untilLineEnd())
    case "State": state = ProcessState(scanner.next ?? 0x3f)
    case "Tgid": process = scanner.pid() ?? 0
    case "PPid": parent = scanner.pid() ?? 0
    case "TracerPid": tracer = scanner.pid() ?? 0
    case "Uid": users = scanner.identifiers() ?? users
    case "Gid": groups = scanner.identifiers() ?? groups
    case "Kthread": kernelThreadFlag = scanner.decimal() == 1
    case "Threads": threadCount = scanner.decimal().flatMap { Int(exactly: $0) } ?? 0
    case "NSpid": namespacePids = scanner.pids()
    case "CapPrm": permittedCapabilities = scanner.hexadecimal() ?? 0
    case "CapEff": effectiveCapabilities = scanner.hexadecimal() ?? 0
    case "SigBlk": blockedSignals = scanner.hexadecimal() ?? 0
    case "SigCgt": handledSignals = scanner.hexadecimal() ?? 0
    case "Seccomp": seccomp = scanner.decimal().flatMap { Int(exactly: $0) } ?? 0
    case "NoNewPrivs": hasNoNewPrivileges = scanner.decimal() == 1
    case "VmRSS": residentBytes = scanner.kilobytes()
    case "VmHWM": peakResidentBytes = scanner.kilobytes()
    case "RssAnon": anonymousBytes = scanner.kilobytes()
    case "VmSize": virtualBytes = scanner.kilobytes()
    case "VmSwap": swappedBytes = scanner.kilobytes()
    case "voluntary_ctxt_switches": voluntarySwitches = scanner.decimal() ?? 0
    case "nonvoluntary_ctxt_switches": involuntarySwitches = scanner.decimal() ?? 0
    default: break
    }
  }

  /// The number by which the process knows itself, in its own PID namespace.
  public var innermostPid: Int32? { namespacePids.last }

  /// A thread of the kernel's, without memory of its own. All of them are started by the one with pid 2.
  public var isKernelThread: Bool {
    kernelThreadFlag ?? (virtualBytes == nil && !state.isDead && (process == 2 || parent == 2))
  }

  /// Whether the process has this capability in effect, by its number in `linux/capability.h`.
  public func hasCapability(_ number: Int) -> Bool { effectiveCapabilities >> UInt64(number & 63) & 1 == 1 }
}

extension ByteScanner {
  fileprivate mutating func pid() -> Int32? { decimal().flatMap { Int32(exactly: $0) } }

  fileprivate mutating func pids() -> [Int32] {
    var pids: [Int32] = []
    // 32 is as deep as PID namespaces go.
    while pids.count < 33, let pid = pid() {
      pids.append(pid)
      skipSpaces()
    }
    return pids
  }

  fileprivate mutating func identifiers() -> ProcessStatus.Identifiers? {
    var numbers: [UInt32] = []
    while numbers.count < 4, let number = decimal().flatMap({ UInt32(exactly: $0) }) {
      numbers.append(number)
      skipSpaces()
    }
    guard numbers.count == 4 else { return nil }
    return .init(real: numbers[0], effective: numbers[1], saved: numbers[2], fileSystem: numbers[3])
  }
}
