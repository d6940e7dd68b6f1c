import CTracer
import RemoteProcess

/// The bytes that a target gets: machine code (`stub.S`), the addresses that it calls, and source of Python.
///
///     +----------------+---------------------------+     +-------------------+
///     | code           | struct ctracer_stub_data  | ... | source, NUL       |
///     +----------------+---------------------------+     +-------------------+
///
/// A diverted thread makes one thread and goes on where it was; that thread takes the GIL and runs the source. Python never
/// runs on the diverted thread: it may hold what Python would wait for.
struct InjectionStub: Sendable {
  let functions: TargetFunctions
  /// The address of the subinterpreter to run in; null for the main one.
  let interpreter: RemoteAddress
  let source: String

  /// SIGILL, SIGBUS, SIGFPE and SIGSEGV stay as they are: blocked, they would end the process without a word of the handler
  /// that it has for them. All others are for the threads that expect them.
  private static let blockedSignals: UInt64 = ~([4, 7, 8, 11].reduce(0) { $0 | 1 << UInt64($1 - 1) })

  /// As `/proc/PID/task/TID/comm` shows the thread.
  static let threadName = "ispyd-agent"

  static var codeSize: Int { ctracer_stub_code_size() }
  /// Of the code and what it finds behind itself.
  static var count: Int { codeSize + MemoryLayout<ctracer_stub_data>.size }

  /// As it lies in memory.
  var text: [UInt8] { Array(source.utf8) + [0] }

  /// - Parameter resume: where the diverted thread goes on.
  func bytes(in rooms: StubRooms, resume: UInt64) -> [UInt8] {
    var data = ctracer_stub_data()
    data.resume = resume
    data.extended_state_size = ctracer_extended_state_size()
    data.ledger = rooms.ledger.address.rawValue
    data.errno_location = functions.errnoLocation.rawValue
    data.pthread_create = functions.threadCreate.rawValue
    data.pthread_attr_init = functions.attributesInit.rawValue
    data.pthread_attr_setstacksize = functions.attributesSetStackSize.rawValue
    data.pthread_attr_setdetachstate = functions.attributesSetDetachState.rawValue
    data.source = rooms.text.address.rawValue
    data.source_size = UInt64(rooms.text.count)
    data.gil_ensure = functions.gilEnsure.rawValue
    data.gil_release = functions.gilRelease.rawValue
    data.run_string = functions.runString.rawValue
    data.interpreter = interpreter.rawValue
    data.thread_new = functions.threadStateNew.rawValue
    data.acquire_thread = functions.acquireThread.rawValue
    data.thread_clear = functions.threadStateClear.rawValue
    data.thread_delete_current = functions.threadStateDeleteCurrent.rawValue
    data.blocked_signals = Self.blockedSignals
    withUnsafeMutableBytes(of: &data.name) { $0.copyBytes(from: Self.threadName.utf8.prefix(15)) }
    var bytes: [UInt8] = []
    if let code = ctracer_stub_code() {
      bytes += UnsafeRawBufferPointer(start: code, count: Self.codeSize)
    }
    withUnsafeBytes(of: data) { bytes += $0 }
    return bytes
  }
}

/// What the stub has written down in the target: how far it came.
struct StubLedger: Equatable, Sendable {
  enum Progress: UInt32, Sendable {
    case notBegun, begun, done
  }

  /// Whether a thread may be on its way into the stub: written from outside, before one is diverted.
  let isCommitted: Bool
  /// Of the diverted thread: in the stub, or back where it was.
  let diverted: Progress
  /// What `pthread_create` returned; 0 where the thread was made.
  let threadResult: Int32
  /// The new thread's number as it sees itself; 0 before it runs.
  let tid: Int32
  /// Of the new thread.
  let thread: Progress

  static let byteCount = MemoryLayout<ctracer_ledger>.size
  /// What is written before a thread is diverted, so that the room counts as used from then on.
  static let committed: [UInt8] = [1, 0, 0, 0]

  /// A thread has begun, or made another, that is not done.
  var isUnderWay: Bool { diverted == .begun || (diverted == .done && threadResult == 0 && thread != .done) }

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.byteCount else { return nil }
    let ledger = bytes.withUnsafeBytes { $0.loadUnaligned(as: ctracer_ledger.self) }
    guard let diverted = Progress(rawValue: ledger.stub), let thread = Progress(rawValue: ledger.thread) else {
      return nil
    }
    isCommitted = ledger.committed != 0
    self.diverted = diverted
    threadResult = ledger.result
    tid = ledger.tid
    self.thread = thread
  }
}
