public import RemoteProcess

/// Where the runtime of a process is, and what it is: found once, good for the life of the process.
public struct RuntimeLocation: Sendable, Equatable {
  /// Of the symbol `_PyRuntime`.
  public let address: RemoteAddress
  /// Of that symbol; it tells builds apart.
  public let size: UInt64
  /// The file that has it: the executable, or libpython.
  public let path: String
  public let version: PythonVersion
  public let layout: Layout

  public init(address: RemoteAddress, size: UInt64, path: String, version: PythonVersion, layout: Layout) {
    self.address = address
    self.size = size
    self.path = path
    self.version = version
    self.layout = layout
  }
}
