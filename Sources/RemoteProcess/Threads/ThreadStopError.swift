/// Why a thread was not stopped. It runs on in every case.
public enum ThreadStopError: Error, Equatable, CustomStringConvertible {
  /// A debugger, strace or the like traces it already; there can be only one.
  case alreadyTraced(tid: Int32, by: Int32)
  /// The kernel refused.
  case notPermitted(tid: Int32)
  /// The thread ended.
  case threadGone(tid: Int32)
  /// It did not come to a stop in time: it sleeps uninterruptibly, mostly in wait for a disk. It was let go.
  case didNotStop(tid: Int32)
  /// Any other errno of the kernel.
  case failed(tid: Int32, errno: Int32)

  public var description: String {
    switch self {
    case .alreadyTraced(let tid, let tracer): "cannot stop thread \(tid): process \(tracer) traces it already"
    case .notPermitted(let tid): "cannot stop thread \(tid): permission denied"
    case .threadGone(let tid): "cannot stop thread \(tid): it has ended"
    case .didNotStop(let tid): "thread \(tid) did not stop in time and was let go"
    case .failed(let tid, let errno): "cannot stop thread \(tid): errno \(errno)"
    }
  }
}
