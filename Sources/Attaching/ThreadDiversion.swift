import CTracer
import Glibc
import RemoteProcess

/// Makes one thread of the target make the agent's thread, at a safe point, and go on as if nothing had been.
///
/// The thread is stopped once, for as long as it takes to look where it is, to write some hundred bytes and to set its
/// registers. It is let go at once: from then on nobody has to come back, and whoever did this may be killed.
struct ThreadDiversion {
  let ground: AttachGround
  let stub: InjectionStub
  let rooms: StubRooms
  /// How long safe points are looked for.
  let patience: Duration
  /// Told of each step, before it is taken.
  let observe: (AttachStep) -> Void

  struct Done: Equatable, Sendable {
    /// The thread that was used.
    let tid: Int32
    /// The longest that it can have been stopped.
    let nanoseconds: UInt64
  }

  /// Bytes below a thread's stack pointer that the stub and `pthread_create` may want.
  private static let stackRoom: UInt64 = 64 << 10

  /// Tries thread after thread until one is at a safe point.
  func run(_ stopper: inout ThreadStopper) throws(AttachError) -> Done {
    let writer = try TargetWriter(pid: ground.pid)
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      let threads: [Int32]
      do throws(ProcessError) { threads = try ThreadList.read(pid: ground.pid) } catch { throw AttachError(error) }
      // The main thread last: it is the one that signals are for.
      for tid in threads.reversed() where mayBeSafe(tid) {
        guard let stopped = try? stopper.whileStopped(tid, { $0 == 0 ? divert(tid, writer) : .success(false) }) else {
          // It ended, or sleeps where it cannot be woken: another one may do.
          continue
        }
        if try stopped.value.get() {
          return Done(tid: tid, nanoseconds: stopped.nanoseconds)
        }
      }
      stopper.attend()
      _ = poll(nil, 0, 1)
    }
    throw .noSafePoint(milliseconds: Int(patience / .milliseconds(1)))
  }

  /// By what the kernel tells without stopping it.
  private func mayBeSafe(_ tid: Int32) -> Bool {
    switch try? ThreadPlace(pid: ground.pid, tid: tid) {
    case .running: true
    case .systemCall(let call):
      SafePoint.isSafe(call: Int64(call.number), arguments: (call.argument(0), call.argument(1)))
    default: false
    }
  }

  /// While it is stopped: false where it is at no safe point, and nothing was done.
  private func divert(_ tid: Int32, _ writer: borrowing TargetWriter) -> Result<Bool, AttachError> {
    var place = ctracer_place()
    guard ctracer_place(tid, &place) == 0,
      let point = SafePoint(
        place, pythonCode: ground.functions.pythonCode, isInHandler: { mayHandleSignal(tid) }, instruction: code(at:)),
      hasStack(place.stack)
    else { return .success(false) }
    observe(.stopped)
    do throws(AttachError) {
      try writer.write(stub.text, at: rooms.text.address, whileStopped: tid)
      try writer.write(stub.bytes(in: rooms, resume: point.resume), at: rooms.code.address, whileStopped: tid)
      observe(.written)
      // From here on the room counts as used, whatever becomes of us.
      try writer.write(StubLedger.committed, at: rooms.ledger.address, whileStopped: tid)
      observe(.committed)
    } catch {
      return .failure(error)
    }
    let failure = ctracer_divert(tid, rooms.code.address.rawValue, point.result)
    guard failure == 0 else {
      return .failure(.failed("the registers of thread \(tid) cannot be set (errno \(-failure))"))
    }
    observe(.diverted)
    return .success(true)
  }

  /// The kernel holds a signal back while its handler runs. Where none that has a handler is held back, none runs.
  private func mayHandleSignal(_ tid: Int32) -> Bool {
    guard let status = try? ProcessStatus(pid: ground.pid, tid: tid) else { return true }
    return status.blockedSignals & status.handledSignals != 0
  }

  private func code(at address: UInt64) -> [UInt8]? {
    var bytes: [UInt8] = [0, 0]
    do {
      try bytes.withUnsafeMutableBytes { try ground.memory.read(at: RemoteAddress(address), into: $0) }
    } catch {
      return nil
    }
    return bytes
  }

  /// Stacks grow after the list of mappings was read: that of the main thread does, by itself.
  private func hasStack(_ pointer: UInt64) -> Bool {
    guard pointer > Self.stackRoom,
      let mapping = ground.mappings.first(where: { RemoteAddress(pointer) <= $0.end })
    else { return false }
    return mapping.permissions.contains(.write)
      && (mapping.path == "[stack]" || mapping.start.rawValue <= pointer - Self.stackRoom)
  }
}
