import Glibc
import Synchronization

/// A process that a test started: its pid, its output by lines, a line to its standard input, and a sure end.
///
/// It leads a process group of its own, so that ending it also ends the workers it forked. Its standard input closes
/// when this object or the test run ends, however that happens.
public final class ChildProcess: Sendable {
  public let command: [String]
  public let pid: Int32

  private struct State {
    var input: Int32
    var output: Int32
    var unread: [UInt8] = []
    var transcript: [UInt8] = []
    var status: Int32?
  }
  private let state: Mutex<State>

  /// Starts `command`; standard output and error arrive merged.
  /// - Parameter environment: Added to the few variables that every child gets; nothing else is inherited.
  public init(_ command: [String], environment: [String: String] = [:]) throws {
    let input = try Self.connectedPair()
    let output: [Int32]
    do {
      output = try Self.connectedPair()
    } catch {
      input.forEach { _ = close($0) }
      throw error
    }
    defer {
      _ = close(input[1])
      _ = close(output[1])
    }
    do {
      pid = try Self.spawn(command, environment, input: input[1], output: output[1])
    } catch {
      _ = close(input[0])
      _ = close(output[0])
      throw error
    }
    self.command = command
    state = Mutex(State(input: input[0], output: output[0]))
  }

  deinit { end() }

  // MARK: - Talking

  /// Everything printed so far that was read.
  public var transcript: String { state.withLock { String(decoding: $0.transcript, as: UTF8.self) } }

  /// The next line of output, without its end.
  public func line(within deadline: Duration = .seconds(60)) throws -> String {
    try line(waitingFor: "next line", within: deadline) { _ in true }
  }

  /// The first line of output yet to come that `isWanted`; the lines before it are passed over.
  public func line(
    waitingFor wanted: String, within deadline: Duration = .seconds(60), where isWanted: (String) -> Bool
  ) throws -> String {
    let end = ContinuousClock.now + deadline
    return try state.withLock { state in
      while true {
        while let newline = state.unread.firstIndex(of: UInt8(ascii: "\n")) {
          let line = String(decoding: state.unread[..<newline], as: UTF8.self)
          state.unread.removeSubrange(...newline)
          if isWanted(line) { return line }
        }
        try Self.readMore(&state, until: end, waitingFor: wanted, command: command)
      }
    }
  }

  /// Waits until everything printed so far, or a part of it, `isWanted`; returns all of it.
  @discardableResult
  public func output(
    waitingFor wanted: String, within deadline: Duration = .seconds(60), where isWanted: (String) -> Bool
  ) throws -> String {
    let end = ContinuousClock.now + deadline
    return try state.withLock { state in
      while true {
        let text = String(decoding: state.transcript, as: UTF8.self)
        if isWanted(text) { return text }
        try Self.readMore(&state, until: end, waitingFor: wanted, command: command)
      }
    }
  }

  /// Writes one line to the standard input.
  public func send(_ line: String) throws { try type(line + "\n") }

  /// Writes to the standard input as it is: keys, where that is a terminal.
  public func type(_ keys: String) throws {
    let bytes = Array(keys.utf8)
    let input = state.withLock { $0.input }
    guard send(input, bytes) else { throw TestSupportError.system(call: "send", errno: errno) }
  }

  /// Closes the standard input: the programs of Tests/Targets then end by themselves.
  public func closeInput() {
    state.withLock { state in
      if state.input >= 0 { _ = close(state.input) }
      state.input = -1
    }
  }

  // MARK: - Ending

  /// Waits for the end that the process comes to by itself; the exit code, or 128 and the signal's number.
  @discardableResult
  public func waitForExit(within deadline: Duration = .seconds(60)) throws -> Int32 {
    do {
      _ = try line(waitingFor: "end", within: deadline) { _ in false }
    } catch TestSupportError.ended {
      // Its output is closed: it has ended, or is about to.
    }
    return state.withLock { Self.reap(pid, &$0) }
  }

  /// Kills the whole process group and reaps the process. Does nothing the second time.
  public func end() {
    state.withLock { state in
      if state.status == nil {
        // Not yet reaped, so the number still belongs to it and its group.
        kill(-pid, SIGKILL)
        _ = Self.reap(pid, &state)
      }
      if state.input >= 0 { _ = close(state.input) }
      if state.output >= 0 { _ = close(state.output) }
      state.input = -1
      state.output = -1
    }
  }

  /// Sends a signal, unless the process was already reaped.
  public func signal(_ number: Int32) {
    state.withLock { state in
      if state.status == nil { _ = kill(pid, number) }
    }
  }

  // MARK: - The kernel

  /// Two ends that no other child inherits. Sockets rather than a pipe: writing to one can be told not to raise
  /// SIGPIPE in the test run, and they are born close-on-exec.
  private static func connectedPair() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw TestSupportError.system(call: "socketpair", errno: errno)
    }
    return ends
  }

  private static func reap(_ pid: Int32, _ state: inout State) -> Int32 {
    if let status = state.status { return status }
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0 && errno == EINTR {}
    let status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    state.status = status
    return status
  }

  private static func readMore(
    _ state: inout State, until end: ContinuousClock.Instant, waitingFor wanted: String, command: [String]
  ) throws {
    let left = ContinuousClock.now.duration(to: end).components
    let milliseconds = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
    var descriptor = pollfd(fd: state.output, events: Int16(POLLIN), revents: 0)
    let ready = poll(&descriptor, 1, Int32(clamping: milliseconds))
    if ready < 0 && errno == EINTR { return }
    guard ready >= 0 else { throw TestSupportError.system(call: "poll", errno: errno) }
    let transcript = String(decoding: state.transcript, as: UTF8.self)
    guard ready > 0 else {
      throw TestSupportError.deadline(waitingFor: wanted, command: command, transcript: transcript)
    }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(state.output, &buffer, buffer.count)
    guard count > 0 else {
      throw TestSupportError.ended(waitingFor: wanted, command: command, transcript: transcript)
    }
    state.unread += buffer[..<count]
    state.transcript += buffer[..<count]
  }

  private func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno != EINTR { return false }
      sent += max(0, count)
    }
    return true
  }

  private static func spawn(
    _ command: [String], _ environment: [String: String], input: Int32, output: Int32
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)

    var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
    // What a sanitizer is told is told to the programs that are built for it too (Scripts/sanitize).
    for name in ["LD_PRELOAD", "TSAN_OPTIONS"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    variables.merge(environment) { _, given in given }
    var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let result = posix_spawnp(&pid, command.first ?? "", &actions, &attributes, &argv, &envp)
    guard result == 0 else {
      throw TestSupportError.system(call: "posix_spawn \(command.first ?? "")", errno: result)
    }
    return pid
  }
}
