import RemoteProcess

/// Why no CPython runtime could be opened in a process.
public enum DiscoveryError: Error, Equatable, CustomStringConvertible {
  case noSuchProcess(pid: Int32)
  /// It has ended and waits for its parent.
  case zombie(pid: Int32)
  case notPermitted(pid: Int32)
  /// Part of the kernel, without memory of its own.
  case kernelThread(pid: Int32)
  /// No `_PyRuntime` in any file that it has mapped.
  case notPython(pid: Int32)
  /// It is Python, but of a version or build whose layout is not known.
  case unknownBuild(pid: Int32, String)
  /// It is Python that is only starting, or already ending.
  case notRunning(pid: Int32, String)
  case unreadable(pid: Int32, ReadError)

  public var description: String {
    switch self {
    case .noSuchProcess(let pid): "no process \(pid)"
    case .zombie(let pid): "process \(pid) has ended and is a zombie: its memory is gone"
    case .notPermitted(let pid): "cannot read process \(pid): permission denied"
    case .kernelThread(let pid): "process \(pid) is not Python: it is a kernel thread"
    case .notPython(let pid): "process \(pid) is not Python, or older than 3.7: none of its files has _PyRuntime"
    case .unknownBuild(let pid, let what): "process \(pid): \(what)"
    case .notRunning(let pid, let what): "process \(pid): Python \(what)"
    case .unreadable(let pid, let error): "process \(pid): \(error)"
    }
  }
}
