public import RemoteProcess

/// Why something of CPython's could not be read.
public enum ReadError: Error, Equatable, CustomStringConvertible {
  /// The memory itself could not be read.
  case memory(MemoryReadError)
  /// The memory was read, but what it says cannot be true: torn by the running target, or no such object.
  case implausible(String, RemoteAddress)

  public var description: String {
    switch self {
    case .memory(let error): error.description
    case .implausible(let what, let address): "\(what) at \(address)"
    }
  }

  /// The process is gone, or may not be read: nothing more can be had from it.
  public var isFinal: Bool {
    switch self {
    case .memory(.processGone), .memory(.notPermitted): true
    default: false
    }
  }
}
