/// `/proc/PID/cmdline`: how the process was started, or the title it gave itself since.
public struct ProcessArguments: Sendable {
  public let arguments: [String]
  /// False where there were more than are shown.
  public let isComplete: Bool

  /// - Parameter limit: bytes read at most.
  public init(pid: Int32, limit: Int = 1 << 18) throws(ProcessError) {
    let contents = try ProcDescriptor.contents(of: "/proc/\(pid)/cmdline", pid: pid, limit: limit)
    self.init(contents, isComplete: contents.count < limit)
  }

  /// A title written over the arguments (setproctitle) leaves NUL bytes to the end, which are no arguments.
  init(_ contents: [UInt8], isComplete: Bool) {
    let end = contents.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
    let words = contents[..<end].split(separator: 0, maxSplits: Self.maximumCount, omittingEmptySubsequences: false)
    arguments = end == 0 ? [] : words.prefix(Self.maximumCount).map { String(decoding: $0, as: UTF8.self) }
    self.isComplete = isComplete && words.count <= Self.maximumCount
  }

  private static let maximumCount = 4096

  /// The arguments with a space between them, as they are shown; empty for a kernel thread or zombie.
  public var text: String { arguments.joined(separator: " ") }
}
