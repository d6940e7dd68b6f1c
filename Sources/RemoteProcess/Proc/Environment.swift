/// `/proc/PID/environ`: the environment as the process was started with. What it set itself since is not in there.
public struct Environment: Sendable {
  public struct Variable: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  /// In the order of the process.
  public let variables: [Variable]
  /// False where there were more than are shown.
  public let isComplete: Bool

  /// - Parameter limit: bytes read at most.
  public init(pid: Int32, limit: Int = 1 << 20) throws(ProcessError) {
    let contents = try ProcDescriptor.contents(of: "/proc/\(pid)/environ", pid: pid, limit: limit)
    self.init(contents, isComplete: contents.count < limit)
  }

  init(_ contents: [UInt8], isComplete: Bool) {
    let entries = contents.split(separator: 0, maxSplits: Self.maximumCount)
    variables = entries.prefix(Self.maximumCount).map { entry in
      let name = entry.prefix { $0 != 0x3d }
      return Variable(
        name: String(decoding: name, as: UTF8.self),
        value: String(decoding: entry.dropFirst(name.count + 1), as: UTF8.self))
    }
    self.isComplete = isComplete && entries.count <= Self.maximumCount
  }

  private static let maximumCount = 16_384

  /// The value of the first variable of that name, which is the one `getenv` finds.
  public subscript(name: String) -> String? { variables.first { $0.name == name }?.value }
}
