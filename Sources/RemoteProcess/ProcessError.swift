import Glibc

/// Why a fact about a process could not be had from `/proc`.
public enum ProcessError: Error, Equatable, CustomStringConvertible {
  /// There is no such process, or it ended meanwhile.
  case noSuchProcess(pid: Int32)
  /// The kernel refused to say it: another user's process, or one that hides its facts.
  case notPermitted(pid: Int32, path: String)
  /// The kernel's words were not understood.
  case malformed(path: String)
  /// Any other errno of the kernel.
  case failed(path: String, errno: Int32)

  public var description: String {
    switch self {
    case .noSuchProcess(let pid): "no process \(pid)"
    case .notPermitted(let pid, let path): "process \(pid): \(path) may not be read: permission denied"
    case .malformed(let path): "\(path) was not understood"
    case .failed(let path, let errno): "cannot read \(path): errno \(errno)"
    }
  }

  init(errno code: Int32, path: String, pid: Int32) {
    switch code {
    case ENOENT, ESRCH, ENOTDIR: self = .noSuchProcess(pid: pid)
    case EACCES, EPERM: self = .notPermitted(pid: pid, path: path)
    default: self = .failed(path: path, errno: code)
    }
  }
}
