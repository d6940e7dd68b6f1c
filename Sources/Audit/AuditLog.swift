public import Catalog
import Dispatch
import Glibc
import Synchronization

/// The log of a gateway: append only, hash chained, on disk before `append` returns.
///
/// Who appends writes: one thread at a time, the leader, takes all that waits to the disk by one write and one `fdatasync`.
/// Those that come meanwhile wait, and one of them leads next. So an entry that nobody else is in the way of costs no
/// change of threads. What nobody waits for, such as an outcome, waits a moment for the next entry that somebody does wait
/// for, and the sweeper takes it where none comes. Where a write fails nothing of it counts: the file is cut back to what
/// was whole, everybody who waited is told, and the next entry tries again.
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
    /// A thread is writing, or is about to.
    var isLed = false
    /// The threads that came meanwhile.
    var followers: [Follower] = []
    /// The sweeper knows that something waits.
    var isSweepDue = false
    var head: Head
    var isClosed = false
  }

  /// A thread that waits until what it wants on the disk was written, or until it is to write that itself.
  private final class Follower: Sendable {
    private let isToLead = Mutex(false)
    private let woken = DispatchSemaphore(value: 0)

    func wake(toLead: Bool) {
      isToLead.withLock { $0 = toLead }
      woken.signal()
    }

    /// Returns whether it is to lead.
    func wait() -> Bool {
      woken.wait()
      return isToLead.withLock { $0 }
    }
  }

  private let directory: String
  private let segmentLimit: Int
  private let mirror: (@Sendable (AuditEntry) -> Void)?
  private let state: Mutex<State>
  /// Written to by whoever leads.
  private let segment: Mutex<AuditSegment.Open>
  /// Wakes the sweeper.
  private let sweep = DispatchSemaphore(value: 0)
  private let swept = DispatchSemaphore(value: 0)
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
    segment = Mutex(opened.segment)
    DispatchQueue(label: "ispyd.audit").async { [self] in sweepUntilClosed() }
    if let torn = opened.torn {
      var entry = AuditEntry(time: Self.now(), kind: .control)
      entry.command = "recovery"
      entry.note = "the log ended in the middle of a line, which was set aside as \(torn)"
      _ = try append(entry)
    }
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
    let result = Mutex<Result<UInt64, AuditError>>(.failure(.unwritable("it was not tried")))
    enqueue(entry) { outcome in result.withLock { $0 = outcome } }
    commit()
    return try result.withLock { $0 }.get()
  }

  /// The same without waiting.
  public func append(_ entry: AuditEntry, _ done: @escaping @Sendable (Result<UInt64, AuditError>) -> Void) {
    enqueue(entry, done)
    let wakesSweeper = state.withLock { state in
      defer { state.isSweepDue = true }
      return !state.isSweepDue
    }
    if wakesSweeper { sweep.signal() }
  }

  private func enqueue(_ entry: AuditEntry, _ done: @escaping @Sendable (Result<UInt64, AuditError>) -> Void) {
    let refusal: AuditError? = state.withLock { state in
      guard !state.isClosed else { return .unwritable("the gateway is going down") }
      guard state.waiting.count < Self.waitingLimit else { return .unwritable("too much waits to be written") }
      state.waiting.append(Waiting(entry: entry, done: done))
      return nil
    }
    if let refusal { done(.failure(refusal)) }
  }

  /// Writes what waits, and ends.
  public func close() {
    let wasOpen = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard wasOpen else { return }
    sweep.signal()
    swept.wait()
    segment.withLock { _ = Glibc.close($0.descriptor) }
    Glibc.close(lock)
  }

  // MARK: - Writing

  /// Returns once all that waited before was written, or could not be: by this thread or by another one.
  private func commit() {
    let follower = state.withLock { state -> Follower? in
      guard state.isLed else {
        state.isLed = true
        return nil
      }
      let follower = Follower()
      state.followers.append(follower)
      return follower
    }
    if let follower, !follower.wait() { return }
    lead()
  }

  /// Writes what waits now, for all who wait for it, and lets the first who came meanwhile lead.
  private func lead() {
    let (batch, followers) = state.withLock { state in
      defer { (state.waiting, state.followers) = ([], []) }
      return (state.waiting, state.followers)
    }
    if !batch.isEmpty { segment.withLock { write(batch, to: &$0) } }
    let next = state.withLock { state -> Follower? in
      state.isLed = !state.followers.isEmpty
      return state.followers.isEmpty ? nil : state.followers.removeFirst()
    }
    next?.wake(toLead: true)
    for follower in followers { follower.wake(toLead: false) }
  }

  /// Writes what nobody waits for once it has waited long enough.
  private func sweepUntilClosed() {
    while true {
      sweep.wait()
      let isClosed = state.withLock { $0.isClosed }
      // Nothing but closing signals in that time.
      if !isClosed { _ = sweep.wait(timeout: .now() + Self.patience) }
      let isLast = state.withLock { state in
        state.isSweepDue = false
        return state.isClosed
      }
      commit()
      if isLast { return _ = swept.signal() }
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
