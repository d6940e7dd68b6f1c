import Audit
import Catalog
import Control
import Persistence
import Synchronization

/// The sessions that are open, and the recordings of those that were.
final class SessionBook: Sendable {
  private let store: GatewayStore
  private let directory: String
  private let open = Mutex<[Int: Session]>([:])

  /// Sessions at one time.
  private static let limit = 1000

  /// One that is open.
  final class Session: Sendable {
    let recording: SessionRecording
    private let state: Mutex<SessionSummary>
    /// Ends what it does and closes its connection.
    let end: @Sendable () -> Void

    init(_ summary: SessionSummary, recording: SessionRecording, end: @escaping @Sendable () -> Void) {
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
        return summary
      }
    }
  }

  init(store: GatewayStore, directory: String) {
    self.store = store
    self.directory = directory
  }

  /// Begins one, on disk before it is used.
  func begin(
    _ principal: Principal, pid: Int32, end: @escaping @Sendable () -> Void
  ) throws(CommandError) -> Session {
    do {
      return try open.withLock { open in
        guard open.count < Self.limit else {
          throw CommandError(.limited, "there are \(Self.limit) sessions already", hint: "see: ispy sessions")
        }
        let number = max(try store.nextSessionNumber(), (open.keys.max() ?? 0) + 1)
        let summary = SessionSummary(
          number: number, user: principal.user, name: principal.name, pid: pid, began: AuditLog.now())
        let session = Session(summary, recording: try SessionRecording(path: path(of: number)), end: end)
        try store.save(summary)
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
    return try store.sessions(limit: 1000).map { live[$0.number] ?? $0 }
  }

  func path(of number: Int) -> String { "\(directory)/session-\(number).jsonl" }
}
