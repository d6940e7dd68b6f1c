import CPython
import RemoteProcess

/// Why nothing was attached. The target runs on as before in every case.
public enum AttachError: Error, Equatable, Sendable {
  /// What is attached is machine code, and there is none for this processor.
  case architecture(String)
  /// The process has ended, or is another since.
  case processGone
  /// The kernel refuses: reading, tracing or writing, as the words say.
  case notPermitted(String)
  /// Another program traces it.
  case traced(by: Int32)
  /// A signal has stopped it: nothing of it goes on.
  case stopped
  /// It is starting, or already ending.
  case notRunning(String)
  /// Its owner has forbidden remote debugging (`-X disable-remote-debug`, `PYTHON_DISABLE_REMOTE_DEBUG`).
  case forbiddenByOwner
  /// Its seccomp allows nothing but reading and writing: a new thread would end it.
  case sandboxed
  /// What an attachment needs of the target is not there: a function, room for a few hundred bytes.
  case unsuitable(String)
  /// Linux 5.6 is needed to take a socket from it (pidfd_getfd).
  case kernelTooOld
  /// An attachment is there already, or one has just ended.
  case occupied
  /// No interpreter of that number, or several and none was named.
  case interpreter(String)
  /// No thread of it came to a place where it may be used, in so many milliseconds.
  case noSafePoint(milliseconds: Int)
  /// A thread was used, or Python was asked, and no agent answered in time.
  case notConfirmed(String)
  /// The agent answered what it should not have.
  case malformedAnswer(String)
  /// An agent that the application has loaded itself speaks another version of the protocol.
  case version(theirs: Int, ours: Int)
  /// A command does not end, although it was told to.
  case unending(String)
  /// The agent does not do what it was asked, and says why.
  case refused(String)
  /// The connection to the agent ended.
  case disconnected
  /// Anything else that the kernel said.
  case failed(String)
}

extension AttachError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .architecture(let name): "nothing can be attached on \(name): the code for it is for x86-64 alone"
    case .processGone: "the process has ended"
    case .notPermitted(let what): "the kernel does not permit it: \(what)"
    case .traced(let tracer): "process \(tracer) traces it already, and there can be only one"
    case .stopped: "it is stopped by a signal: nothing of it goes on"
    case .notRunning(let what): "Python \(what)"
    case .forbiddenByOwner:
      "its owner has disabled remote debugging (-X disable-remote-debug or PYTHON_DISABLE_REMOTE_DEBUG), which is respected"
    case .sandboxed: "it runs in seccomp's strict mode, which would kill it for a new thread"
    case .unsuitable(let what): what
    case .kernelTooOld: "the kernel has no pidfd_getfd, which came with Linux 5.6"
    case .occupied: "another attachment is in it, or has not yet gone"
    case .interpreter(let what): what
    case .noSafePoint(let milliseconds):
      "none of its threads came to a place where it may safely be used, in \(milliseconds) ms"
    case .notConfirmed(let what): what
    case .malformedAnswer(let what): "its agent answered what it should not have: \(what)"
    case .version(let theirs, let ours):
      "its agent speaks version \(theirs) of the protocol, and this program version \(ours): "
        + (theirs < ours ? "the package ispyd of the application is older" : "this program is older")
    case .unending(let what): what
    case .refused(let what): what
    case .disconnected: "the connection to its agent ended"
    case .failed(let what): what
    }
  }

  init(_ error: ProcessError) {
    switch error {
    case .noSuchProcess: self = .processGone
    case .notPermitted: self = .notPermitted("\(error)")
    default: self = .failed("\(error)")
    }
  }

  init(_ error: ReadError) { self = .failed("\(error)") }

  init(_ error: ThreadStopError) {
    switch error {
    case .alreadyTraced(_, let tracer): self = .traced(by: tracer)
    case .notPermitted: self = .notPermitted("\(error)")
    case .threadGone, .didNotStop, .failed: self = .failed("\(error)")
    }
  }
}
