/// How much memory a process uses. From `/proc/PID/smaps_rollup` where that may be read, which costs the kernel a walk
/// through its page tables (milliseconds for gigabytes); from `status` otherwise, which knows less.
public struct MemoryUsage: Sendable {
  public private(set) var residentBytes: UInt64 = 0
  /// The share that is its own: what is used with others is divided among them. The figure to add up over workers.
  public private(set) var proportionalBytes: UInt64?
  /// What would be free if it ended.
  public private(set) var privateBytes: UInt64?
  public private(set) var sharedBytes: UInt64?
  public private(set) var anonymousBytes: UInt64?
  public private(set) var swappedBytes: UInt64?
  public private(set) var virtualBytes: UInt64?
  public private(set) var peakResidentBytes: UInt64?

  public init(pid: Int32) throws(ProcessError) {
    let status = try ProcessStatus(pid: pid)
    residentBytes = status.residentBytes ?? 0
    anonymousBytes = status.anonymousBytes
    swappedBytes = status.swappedBytes
    virtualBytes = status.virtualBytes
    peakResidentBytes = status.peakResidentBytes
    if let contents = try? ProcDescriptor.contents(of: "/proc/\(pid)/smaps_rollup", pid: pid) { take(contents) }
  }

  private mutating func take(_ contents: [UInt8]) {
    var sizes: [String: UInt64] = [:]
    contents.withUnsafeBytes { bytes in
      var scanner = ByteScanner(bytes)
      scanner.skipLine()
      while !scanner.isAtEnd {
        let key = scanner.string(scanner.until(0x3a))
        scanner.skipSpaces()
        if let size = scanner.kilobytes() { sizes[key] = size }
        scanner.skipLine()
      }
    }
    func sum(_ first: String, _ second: String) -> UInt64? {
      guard let first = sizes[first], let second = sizes[second] else { return nil }
      return first &+ second
    }
    residentBytes = sizes["Rss"] ?? residentBytes
    proportionalBytes = sizes["Pss"]
    privateBytes = sum("Private_Clean", "Private_Dirty")
    sharedBytes = sum("Shared_Clean", "Shared_Dirty")
    anonymousBytes = sizes["Anonymous"] ?? anonymousBytes
    swappedBytes = sizes["Swap"] ?? swappedBytes
  }
}
