import Audit
import Catalog
import Control
import Glibc
import Persistence
import PolicyFile
import Synchronization

/// The sessions that are open, and the recordings of those that were.
final class SessionBook: Sendable {
  private let store: GatewayStore
  private let directory: String
  private let open = Mutex<[Int: Session]>([:])

  /// Sessions at one time.
  private static let limit = 1000
  /// Sessions that are listed, the newest.
  private static let listed = 1000
  /// Sessions that anything is known of, the newest.
  private static let kept = 10_000

  /// One that is open.
  final class Session: Sendable {
    let recording: SessionRecording
    private let state: Mutex<SessionSummary>
    /// Ends what it does, says who wants that, and closes its connection.
    let end: @Sendable (_ name: String) -> Void

    init(_ summary: SessionSummary, recording: SessionRecording, end: @escaping @Sendable (String) -> Void) {
      state = Mutex(summary)
      self.recording = recording
      self.end = end
    }

    var summary: SessionSummary { state.withLock { $0 } }

    func countCommand() { state.withLock { $0.commands += 1 } }

    func finish(killedBy name: String? = nil) -> SessionSummary {
      state.withLock { summary in
        summary.ended = summary.ended ?? AuditLog.now()
        summary.killedBy = summary.killedBy ?? name
        summary.pid = nil
        return summary
      }
    }
  }

  /// Those that were open when the gateway was killed are over.
  init(store: GatewayStore, directory: String) throws {
    self.store = store
    self.directory = directory
    for var session in try store.sessions(limit: Self.listed) where session.ended == nil {
      var facts = stat()
      session.ended = lstat(path(of: session.number), &facts) == 0 ? Double(facts.st_mtim.tv_sec) : session.began
      session.pid = nil
      try store.save(session)
    }
  }

  /// Begins one, on disk before it is used.
  func begin(
    _ principal: Principal, pid: Int32, end: @escaping @Sendable (String) -> Void
  ) throws(CommandError) -> Session {
    do {
      return try open.withLock { open in
        guard open.count < Self.limit else {
          throw CommandError(.limited, "there are \(Self.limit) sessions already", hint: "see: ispy sessions")
        }
        let number = max(try store.nextSessionNumber(), (open.keys.max() ?? 0) + 1)
        let summary = SessionSummary(
          number: number, user: principal.user, name: principal.name, pid: pid, began: AuditLog.now())
        // First of all its number is taken: a recording that is there already would be in the way of the next one.
        try store.save(summary)
        let session = Session(summary, recording: try SessionRecording(path: path(of: number)), end: end)
        open[number] = session
        return session
      }
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError(.failed, "a session that cannot be recorded is not begun: \(error)")
    }
  }

  func finish(_ session: Session) {
    let summary = session.finish()
    session.recording.add(.end, summary.killedBy.map { "ended by \($0)" } ?? "ended")
    session.recording.close()
    open.withLock { $0[summary.number] = nil }
    try? store.save(summary)
  }

  func session(_ number: Int) -> Session? { open.withLock { $0[number] } }

  /// The newest first.
  func all() throws -> [SessionSummary] {
    let live = open.withLock { $0.mapValues(\.summary) }
    return try store.sessions(limit: Self.listed).map { live[$0.number] ?? $0 }
  }

  /// Removes the oldest recordings until no more are left than may be; those of sessions that are open stay.
  ///
  /// - Returns: the numbers of the sessions.
  func letGo(_ retention: GatewayConfiguration.Retention) throws -> [Int] {
    let open = open.withLock { Set($0.keys) }
    var recordings: [(number: Int, facts: stat)] = []
    let numbers = try store.sessionNumbers()
    let forgotten = (numbers.last ?? 0) - Self.kept
    for number in numbers {
      var facts = stat()
      if lstat(path(of: number), &facts) == 0 { recordings.append((number, facts)) }
    }
    var bytes = recordings.reduce(0) { $0 + Int($1.facts.st_size) }
    var gone: [Int] = []
    for recording in recordings where !open.contains(recording.number) {
      let age = AuditLog.now() - Double(recording.facts.st_mtim.tv_sec)
      guard bytes > retention.bytes || recording.number <= forgotten || retention.seconds.map({ age >= $0 }) ?? false
      else { continue }
      let path = path(of: recording.number)
      guard unlink(path) == 0 else { throw GatewayError.file(path: path, errno: errno) }
      bytes -= Int(recording.facts.st_size)
      gone.append(recording.number)
    }
    try store.forgetSessions(through: forgotten)
    return gone
  }

  func path(of number: Int) -> String { "\(directory)/session-\(number).jsonl" }
}
