import Catalog
import Control
import Glibc
import JSON
import Synchronization

/// The recording of one session: a file of events, a line each, that holds what the person at work saw and nothing more.
final class SessionRecording: Sendable {
  let path: String
  private let state: Mutex<State>
  private let start = LimitKeeper.monotonicSeconds()

  private struct State {
    var descriptor: Int32
    var length = 0
    var isFull = false
    /// Those who read along; each is handed the events from then on.
    var watchers: [Int: @Sendable (SessionEvent) -> Void] = [:]
    var nextWatcher = 0
  }

  /// Bytes of a recording at most.
  static let limit = 32 << 20

  init(path: String) throws(GatewayError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    self.path = path
    state = Mutex(State(descriptor: descriptor))
  }

  deinit { state.withLock { if $0.descriptor >= 0 { Glibc.close($0.descriptor) } } }

  /// Writes an event down and shows it to those who read along. What does not fit any more is left out, which is said once.
  ///
  /// - Returns: whether it was written down.
  @discardableResult
  func add(_ kind: SessionEvent.Kind, _ text: String, result: String? = nil, withheld: [String: Int]? = nil) -> Bool {
    let event = SessionEvent(
      at: LimitKeeper.monotonicSeconds() - start, kind: kind, text: text, result: result, withheld: withheld)
    return state.withLock { state in
      for watcher in state.watchers.values { watcher(event) }
      guard !state.isFull else { return false }
      guard let line = try? JSONText().text(of: event) + "\n", state.length + line.utf8.count <= Self.limit else {
        state.isFull = true
        let full = SessionEvent(at: event.at, kind: .full, text: "the recording is full; what follows is in the audit")
        if let line = try? JSONText().text(of: full) + "\n" { Self.write(line, &state) }
        return false
      }
      Self.write(line, &state)
      return !state.isFull
    }
  }

  private static func write(_ line: String, _ state: inout State) {
    var line = line
    line.withUTF8 { bytes in
      guard let base = bytes.baseAddress, Glibc.write(state.descriptor, base, bytes.count) == bytes.count else {
        state.isFull = true
        return
      }
      state.length += bytes.count
    }
  }

  func watch(_ take: @escaping @Sendable (SessionEvent) -> Void) -> Int {
    state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = take
      return state.nextWatcher
    }
  }

  func unwatch(_ number: Int) { state.withLock { $0.watchers[number] = nil } }

  /// Nothing more comes.
  func close() {
    state.withLock { state in
      fdatasync(state.descriptor)
      Glibc.close(state.descriptor)
      state.descriptor = -1
      state.isFull = true
      state.watchers = [:]
    }
  }

  /// The events of a file, in order.
  static func events(of path: String, _ take: (SessionEvent) -> Bool) throws(GatewayError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    defer { Glibc.close(descriptor) }
    var pending: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0, pending.count <= limit else { return }
      pending += block[..<count]
      var start = 0
      while let end = pending[start...].firstIndex(of: 0x0a) {
        if let event = try? JSONReader().decode(SessionEvent.self, from: pending[start..<end]), !take(event) { return }
        start = end + 1
      }
      pending.removeSubrange(..<start)
    }
  }
}
