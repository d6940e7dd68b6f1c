public import Catalog
import Dispatch
import Glibc
import Synchronization

/// The log of a gateway: append only, hash chained, on disk before `append` returns.
///
/// One thread writes; what many ask for at the same time goes to the disk by one write and one `fdatasync`. What nobody
/// waits for, such as an outcome, waits a moment for the next entry that somebody does wait for. Where a write
/// fails nothing of it counts: the file is cut back to what was whole, everybody who waited is told, and the next entry
/// tries again.
public final class AuditLog: Sendable {
  /// What was written last.
  public struct Head: Equatable, Sendable {
    public let number: UInt64
    public let hash: String
  }

  private struct Waiting {
    let entry: AuditEntry
    let done: @Sendable (Result<UInt64, AuditError>) -> Void
  }

  private struct State {
    var waiting: [Waiting] = []
    /// Of these, those that somebody waits for.
    var awaited = 0
    var head: Head
    var isClosed = false
  }

  private let directory: String
  private let segmentLimit: Int
  private let mirror: (@Sendable (AuditEntry) -> Void)?
  private let state: Mutex<State>
  private let work = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let lock: Int32

  /// Entries that wait at most; more are refused, which refuses the commands.
  private static let waitingLimit = 10_000

  /// How long entries wait for company at most where nobody waits for them.
  private static let patience = DispatchTimeInterval.milliseconds(10)

  /// Opens the log of a directory, or begins one. What a crash left half written is set aside and said in the log.
  ///
  /// - Parameters:
  ///   - segmentLimit: bytes at which a new file is begun.
  ///   - mirror: is shown each entry once it is on disk.
  public init(
    directory: String, segmentLimit: Int = 64 << 20, mirror: (@Sendable (AuditEntry) -> Void)? = nil
  ) throws(AuditError) {
    try Self.prepare(directory)
    lock = try Self.lock(directory)
    self.directory = directory
    self.segmentLimit = segmentLimit
    self.mirror = mirror
    let opened: AuditSegment
    do throws(AuditError) { opened = try AuditSegment(AuditFiles(directory: directory)) } catch {
      Glibc.close(lock)
      throw error
    }
    state = Mutex(State(head: opened.head))
    let thread = Thread(opened.segment)
    DispatchQueue(label: "ispyd.audit").async { [self] in run(thread.segment) }
    if let torn = opened.torn {
      var entry = AuditEntry(time: Self.now(), kind: .control)
      entry.command = "recovery"
      entry.note = "the log ended in the middle of a line, which was set aside as \(torn)"
      _ = try append(entry)
    }
  }

  /// Carries the segment to the thread that owns it from then on.
  private struct Thread: @unchecked Sendable {  // handed over once, before the thread runs
    let segment: AuditSegment.Open
    init(_ segment: AuditSegment.Open) { self.segment = segment }
  }

  public static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// `sha256:…` of a text, as `sha256sum` has it: stands for what is too long to be kept in an entry.
  public static func digest(of text: String) -> String { "sha256:" + AuditRecord.hash(of: text.utf8) }

  public var head: Head { state.withLock { $0.head } }

  // MARK: - Appending

  /// Returns its number once the entry is on disk.
  public func append(_ entry: AuditEntry) throws(AuditError) -> UInt64 {
    let written = DispatchSemaphore(value: 0)
    let result = Mutex<Result<UInt64, AuditError>>(.failure(.unwritable("it was not tried")))
    append(entry, isAwaited: true) { outcome in
      result.withLock { $0 = outcome }
      written.signal()
    }
    written.wait()
    return try result.withLock { $0 }.get()
  }

  /// The same without waiting.
  public func append(_ entry: AuditEntry, _ done: @escaping @Sendable (Result<UInt64, AuditError>) -> Void) {
    append(entry, isAwaited: false, done)
  }

  private func append(
    _ entry: AuditEntry, isAwaited: Bool, _ done: @escaping @Sendable (Result<UInt64, AuditError>) -> Void
  ) {
    let refusal: AuditError? = state.withLock { state in
      guard !state.isClosed else { return .unwritable("the gateway is going down") }
      guard state.waiting.count < Self.waitingLimit else { return .unwritable("too much waits to be written") }
      state.waiting.append(Waiting(entry: entry, done: done))
      if isAwaited { state.awaited += 1 }
      return nil
    }
    if let refusal { return done(.failure(refusal)) }
    work.signal()
  }

  /// Writes what waits, and ends.
  public func close() {
    let wasOpen = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard wasOpen else { return }
    work.signal()
    ended.wait()
    Glibc.close(lock)
  }

  // MARK: - Writing

  private func run(_ first: AuditSegment.Open) {
    var segment = first
    while true {
      work.wait()
      let mayWait = state.withLock { !$0.waiting.isEmpty && $0.awaited == 0 && !$0.isClosed }
      if mayWait { _ = work.wait(timeout: .now() + Self.patience) }
      let (batch, isLast) = state.withLock { state in
        let batch = state.waiting
        (state.waiting, state.awaited) = ([], 0)
        return (batch, state.isClosed)
      }
      if !batch.isEmpty { write(batch, to: &segment) }
      if isLast, batch.isEmpty {
        Glibc.close(segment.descriptor)
        ended.signal()
        return
      }
      // What came together was written together: its other signals find nothing to do, but closing needs one of its own.
      if isLast { work.signal() }
    }
  }

  private func write(_ batch: [Waiting], to segment: inout AuditSegment.Open) {
    var head = head
    var text = ""
    var entries: [AuditEntry] = []
    var written: [Waiting] = []
    for waiting in batch {
      var entry = waiting.entry
      entry.number = head.number + 1
      guard let made = try? AuditRecord.line(of: entry, previous: head.hash),
        made.line.utf8.count <= AuditRecord.lengthLimit
      else {
        // A line that no reader would take for one of ours must not be there.
        waiting.done(.failure(.unwritable("the entry is too long")))
        continue
      }
      text += made.line
      head = Head(number: entry.number, hash: made.hash)
      entries.append(entry)
      written.append(waiting)
    }
    guard let first = entries.first else { return }
    do throws(AuditError) {
      if segment.length >= segmentLimit {
        segment = try segment.next(AuditFiles(directory: directory), from: first.number)
      }
      try segment.write(text)
    } catch {
      for waiting in written { waiting.done(.failure(error)) }
      return
    }
    state.withLock { $0.head = head }
    for (waiting, entry) in zip(written, entries) {
      waiting.done(.success(entry.number))
      mirror?(entry)
    }
  }

  // MARK: - The directory

  /// Its own, of nobody else's writing; made where it is missing.
  private static func prepare(_ directory: String) throws(AuditError) {
    if mkdir(directory, 0o700) != 0, errno != EEXIST { throw .file(path: directory, errno: errno) }
    var facts = stat()
    guard lstat(directory, &facts) == 0 else { throw .file(path: directory, errno: errno) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw .notSafe(path: directory, why: "it is no directory") }
    guard facts.st_uid == geteuid() else { throw .notSafe(path: directory, why: "it belongs to another user") }
    guard facts.st_mode & 0o022 == 0 else { throw .notSafe(path: directory, why: "others may write there") }
  }

  private static func lock(_ directory: String) throws(AuditError) -> Int32 {
    let path = directory + "/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      Glibc.close(descriptor)
      if code == EWOULDBLOCK { throw .inUse(path: directory) }
      throw .file(path: path, errno: code)
    }
    return descriptor
  }
}
