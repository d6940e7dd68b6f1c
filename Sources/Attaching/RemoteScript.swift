import CPython
import CTracer
import Glibc
import RemoteProcess

/// Asks Python itself to run a script, as 3.14 and later offer it (PEP 768): no thread is stopped, and it runs between two
/// instructions of Python code. A thread that runs none is not reached so.
struct RemoteScript {
  let ground: AttachGround
  let layout: RemoteDebuggingLayout

  /// Asks every thread of the interpreter: whichever comes to it first runs the script, which removes its file, and for the
  /// others there is nothing left to do.
  func arm(path: String) throws(AttachError) -> [RemoteAddress] {
    let bytes = Array(path.utf8) + [0]
    guard bytes.count <= layout.scriptPathSize else { throw .failed("a path of \(bytes.count) bytes is too long") }
    let threads: [ThreadState]
    do throws(ReadError) {
      ground.process.runtime.memory.forgetAll()
      threads = try ground.process.runtime.threads(of: ground.interpreter)
    } catch {
      throw AttachError(error)
    }
    var armed: [RemoteAddress] = []
    for thread in threads {
      do throws(AttachError) {
        try write(bytes, at: thread.address + layout.scriptPath)
        try write([1, 0, 0, 0], at: thread.address + layout.pendingCall)
        armed.append(thread.address)
        try raiseBreaker(of: thread)
      } catch .processGone {
        // It ended meanwhile, and its state is not there any more.
        continue
      } catch {
        disarm(armed)
        throw error
      }
    }
    return armed
  }

  /// One byte of the word: the others are of the instrumentation, and change while this is written. CPython's own way
  /// (Python/remote_debug.h) reads and writes eight, with the same gap between.
  private func raiseBreaker(of thread: ThreadState) throws(AttachError) {
    let address = thread.address + layout.evalBreaker
    var breaker: [UInt8] = [0]
    // Fails where the thread has ended, and so does the write.
    _ = breaker.withUnsafeMutableBytes { buffer in try? ground.memory.read(at: address, into: buffer) }
    try write([breaker[0] | RemoteDebuggingLayout.evalBreakerBit], at: address)
  }

  /// Takes the request back from those threads that have not come to it.
  func disarm(_ threads: [RemoteAddress]) {
    guard let now = try? ground.process.runtime.threads(of: ground.interpreter).map(\.address) else { return }
    for thread in threads where now.contains(thread) {
      try? write([0, 0, 0, 0], at: thread + layout.pendingCall)
    }
  }

  private func write(_ bytes: [UInt8], at address: RemoteAddress) throws(AttachError) {
    let count = ctracer_write(ground.pid, address.rawValue, bytes, bytes.count)
    switch -count {
    case ..<0, 0: return
    case Int(EFAULT), Int(ESRCH): throw .processGone
    case Int(EPERM): throw .notPermitted("its memory cannot be written")
    default: throw .failed("writing failed (errno \(-count))")
    }
  }
}
