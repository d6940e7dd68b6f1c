import Catalog
import Glibc
import Synchronization

/// Runs `top` beside the screen, on a thread of its own: neither waits for the other.
final class TopFeed: Sendable {
  private struct State {
    var newest: TopResult?
    var outcome: Result<any CommandResult, CommandError>?
    var pace: Double
    var isFirst = true
  }

  private let state: Mutex<State>
  private let wantsEnd = Atomic(false)
  private let entry: CatalogEntry
  private let words: [String]
  private let line: CommandLineWords
  private let interval: Double
  private let interrupt: Interrupt
  /// Can be read once there is something new.
  let wake: Int32
  private let waker: Int32

  /// The first result comes soon, before there is a whole interval.
  private static let firstPace = 0.25

  /// - Parameter interval: seconds from one result to the next.
  init(
    _ entry: CatalogEntry, _ words: [String], line: CommandLineWords, interval: Double, interrupt: Interrupt
  ) throws(CommandError) {
    var ends: [Int32] = [-1, -1]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else {
      throw CommandError(.failed, "no pair of sockets: \(String(cString: strerror(errno)))")
    }
    (wake, waker) = (ends[0], ends[1])
    self.entry = entry
    self.words = words
    self.line = line
    self.interval = interval
    self.interrupt = interrupt
    state = Mutex(State(pace: min(interval, Self.firstPace)))
  }

  deinit {
    close(wake)
    close(waker)
  }

  /// Runs until `body` returns; what it looks at is left before this returns.
  func run<Value>(_ body: () throws(CommandError) -> Value) throws(CommandError) -> Value {
    var thread = pthread_t()
    let this = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, nil,
      { feed in
        if let feed { Unmanaged<TopFeed>.fromOpaque(feed).takeRetainedValue().look() }
        return nil
      }, this.toOpaque())
    guard code == 0 else {
      this.release()
      throw CommandError(.failed, "no thread: \(String(cString: strerror(code)))")
    }
    defer {
      wantsEnd.store(true, ordering: .relaxed)
      pthread_join(thread, nil)
    }
    return try body()
  }

  /// On the thread of its own.
  private func look() {
    Self.leaveSignalsToOthers()
    // A connection of its own: it belongs to this thread.
    let route = CommandRoute(line.gateway, isInteractive: true)
    let outcome: Result<any CommandResult, CommandError>
    do throws(CommandError) {
      let result = try route.perform(
        entry, words, line: line, isCancelled: { self.isOver },
        emit: { result in
          if let result = result as? TopResult {
            self.state.withLock { state in
              if state.isFirst { state.pace = self.interval }
              state.isFirst = false
              state.newest = result
            }
          }
          self.signal()
          return !self.isOver
        }, pace: { self.state.withLock { $0.pace } })
      outcome = route.limit.map { .failure(CommandError(.limited, $0)) } ?? .success(result)
    } catch {
      outcome = .failure(error)
    }
    state.withLock { $0.outcome = outcome }
    signal()
  }

  private var isOver: Bool { wantsEnd.load(ordering: .relaxed) || interrupt.isRaised }

  private func signal() {
    var byte: UInt8 = 1
    // A full one has been written to enough.
    _ = write(waker, &byte, 1)
  }

  /// What ends or resizes the program is for the thread that has the terminal. Faults are each thread's own.
  private static func leaveSignalsToOthers() {
    var signals = sigset_t()
    sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT] { sigdelset(&signals, fault) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  // MARK: - For the screen

  /// The newest result, once; and how it ended, if it did.
  func take() -> (result: TopResult?, outcome: Result<any CommandResult, CommandError>?) {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(wake, &bytes, bytes.count) > 0 {}
    return state.withLock { state in
      defer { state.newest = nil }
      return (state.newest, state.outcome)
    }
  }

  func setPace(_ seconds: Double) { state.withLock { $0.pace = seconds } }

  /// Waits for the first result, or the end.
  func waitForFirst() -> (result: TopResult?, outcome: Result<any CommandResult, CommandError>?) {
    while true {
      let news = take()
      if news.result != nil || news.outcome != nil { return news }
      var waiting = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      _ = poll(&waiting, 1, 100)
    }
  }
}
