public import RemoteProcess

/// A greenlet (of the package greenlet, which gevent and eventlet stand on), as it stood at the look.
public struct Greenlet: Sendable {
  /// Of the greenlet object.
  public let address: RemoteAddress
  /// Its class: `greenlet.greenlet`, `gevent._gevent_cgreenlet.Greenlet`, `gevent.hub.Hub`.
  public let typeName: String
  /// The `name` that was given to it (gevent).
  public let name: String?
  public let interpreter: Interpreter
  /// The thread whose C stack it runs on; nil where it has none yet, or it cannot be told.
  public internal(set) var thread: ThreadState?
  /// The one that every thread has from the beginning.
  public let isMain: Bool
  public let state: State
  /// Innermost first. For a running greenlet these are the frames of its thread.
  public let frames: [RawFrame]
  public internal(set) var quality: Stack.Quality
  /// Why something of it is missing.
  public let failure: ReadError?

  public enum State: Equatable, Sendable {
    /// Made, and never switched to.
    case created
    /// It stays where it switched to another one.
    case suspended
    /// The current one of its thread.
    case running
  }
}

extension Runtime {
  /// Names the frames of a greenlet.
  public func stack(of greenlet: Greenlet) -> Stack {
    Stack(frames: greenlet.frames.map { frame($0) }, quality: greenlet.quality, failure: greenlet.failure)
  }
}
